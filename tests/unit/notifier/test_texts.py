from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.identity import events as identity
from services.notifier.catalogue import Catalogue, segments
from services.notifier.reactions import CAUSES, message_id, reacting
from services.notifier.template_file import HEARD, load_templates
from services.notifier.templates import BadTemplates, Templates
from shared.events.model import Event, Metadata, Recorded
from shared.events.personal import ERASED

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
CITY = load_templates()


def recorded(event: Event, stream: str = "talent-t1", subject: str | None = "t1") -> Recorded[Any]:
    metadata = Metadata(command_id="c", actor="a", subject=subject)
    return Recorded(event, "e1", stream, 3, 9, NOW, metadata)


def listed(reason: Any = "材料不实") -> identity.TalentListed:
    return identity.TalentListed(
        entry_id="x", kind="business", reason=reason, barred_until=date(2027, 3, 1),
        decided_by="s", listed_at=NOW,
    )  # fmt: skip


def catalogue(**changes: Any) -> Catalogue:
    template = {"key": "listed", "label": "异常名单", "event": "identity.talent-listed.v1"}
    template |= {"text": "原因：{reason}"} | changes
    placeholders = {"reason": {"sample": "材料不实", "longest": 60}}
    return Catalogue.model_validate(
        {"version": "1", "signature": "【襄】", "max_segments": 2, "words": {},
         "placeholders": placeholders, "templates": [template]}
    )  # fmt: skip


def test_the_citys_texts_fit_the_events_and_their_length() -> None:
    assert "registered" in CITY.labels


def test_every_text_listens_to_a_category_that_is_listened_to() -> None:
    heard = {category.context for category in CAUSES}
    assert {t.event.partition(".")[0] for t in CITY.catalogue.templates} <= heard


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"event": "identity.talent-forgotten.v1"}, "no event has the type"),
        ({"text": "{name}你好"}, "{name} is not among the placeholders"),
        ({"event": "identity.talent-registered.v1"}, "{reason} is no field of"),
        ({"text": "{}"}, "{} is not among the placeholders"),
        ({"text": "{reason"}, "malformed"),
        ({"when": {"colour": "red"}}, "'colour' is no field of"),
        ({"number": "fax"}, "neither account, profile nor a field"),
        ({"text": "原因：{reason}" + "长" * 100}, "may take 3 segments, over 2"),
    ],
)
def test_a_wrong_text_stops_the_start_and_says_where(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadTemplates) as stopped:
        Templates(catalogue(**changes), HEARD)
    assert any(problem in p and p.startswith("listed:") for p in stopped.value.problems)


@pytest.mark.parametrize(("length", "count"), [(70, 1), (71, 2), (134, 2), (135, 3)])
def test_segments_are_counted_as_the_network_does(length: int, count: int) -> None:
    assert segments("字" * length) == count


def test_a_fact_causes_one_message_a_text_with_days_as_people_write_them() -> None:
    (dispatch,) = reacting(CITY)(recorded(listed()))
    assert dispatch.id == message_id("e1", "t1", "listed-business")
    assert "至2027年3月1日不得" in dispatch.command.text
    assert dispatch.command.params["reason"] == "材料不实"


def test_a_long_reason_is_cut_and_breaks_no_line() -> None:
    (dispatch,) = reacting(CITY)(recorded(listed("甲\n乙" * 100)))
    assert len(dispatch.command.params["reason"]) == 80
    assert "\n" not in dispatch.command.text


def test_a_changed_mobile_is_told_to_both_numbers() -> None:
    event = identity.MobileChanged(mobile="+8613900000000", previous="+8613800000000",
                                   changed_at=NOW)  # fmt: skip
    sent = {d.command.template: d.command for d in reacting(CITY)(recorded(event))}
    assert sent["mobile-changed"].number == "account"
    assert sent["mobile-changed-from"].mobile == "+8613800000000"


def test_what_is_about_an_erased_person_is_marked_so() -> None:
    (dispatch,) = reacting(CITY)(recorded(listed(ERASED)))
    assert dispatch.command.erased


def test_an_organisations_fact_goes_to_its_own_contact() -> None:
    event = identity.OrganisationApproved(decided_by="s", decided_at=NOW)
    (dispatch,) = reacting(CITY)(recorded(event, "organisation-o1", "c1"))
    assert (dispatch.command.recipient, dispatch.subject) == ("o1", "c1")


def test_facts_without_a_text_cause_nothing() -> None:
    event = identity.HoldReleased(context="classification", reference="a1")
    assert reacting(CITY)(recorded(event)) == []


def test_a_fact_speaks_english_too_where_the_text_does() -> None:
    (dispatch,) = reacting(CITY)(recorded(listed()))
    assert "until 1 Mar 2027." in dispatch.command.text_en
    assert dispatch.command.params_en["barred_until"] == "1 Mar 2027"
    assert dispatch.command.template_version.startswith("2026.1/")
    (only_chinese,) = reacting(Templates(catalogue(), HEARD))(recorded(listed()))
    assert only_chinese.command.text_en is None


def test_every_text_of_the_city_speaks_english_and_its_samples_are_english() -> None:
    for template in CITY.catalogue.templates:
        english = CITY.sample(template, "en")
        assert english is not None, template.key
        names = {"words", "reason"} & set(english.params)
        assert names or english.text.isascii(), template.key


def test_a_change_of_words_is_another_version_and_an_english_ending_is_no_key() -> None:
    one, other = catalogue().templates[0], catalogue(text="事由：{reason}").templates[0]
    assert one.version != other.version
    with pytest.raises(BadTemplates, match="the ending says English"):
        Templates(catalogue(key="listed-en"), HEARD)


def test_the_same_words_for_two_events_are_two_messages_and_one_event_is_one() -> None:
    first, second = (
        reacting(CITY)(Recorded(listed(), id, "talent-t1", 3, 9, NOW, Metadata("c", "a", "t1")))
        for id in ("e1", "e2")
    )
    assert first[0].command.text == second[0].command.text
    assert first[0].id != second[0].id
    assert reacting(CITY)(recorded(listed()))[0].id == first[0].id
