"""Submitting an application for an allowance (§3.4.5): complete, in its window, not barred."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.subsidy.events import (
    ApplicationSubmitted,
    ReviewPassedUp,
    StageOpened,
    UnitAtWork,
    UnitsAsked,
)
from services.subsidy.policies import plan_of
from services.subsidy.profile.model import Profile
from shared.domain.review.application import Status
from shared.domain.review.plan import Desk
from tests.unit.subsidy.subsidy_cases import (
    AT_HOST,
    BEATE,
    BUREAU,
    CALENDAR,
    DISPATCHED,
    FILLED,
    HOST,
    HOUSING,
    MONDAY,
    OF_HOST,
    POLICY,
    SIGNED_BEFORE,
    STARTED,
    TALENT,
    TODAY,
    UNITS,
    History,
    after,
    application,
    attach,
    attached,
    back,
    chosen,
    faults,
    filled,
    given,
    remove,
    save,
    saved,
    staff,
    submit,
    yes,
)

ROUND_1 = ApplicationSubmitted(
    round=1, applicant=TALENT, plan=plan_of(POLICY, "f", (("host_unit", "host"),)), talent_id="t1",
    scheme="living-allowance", window=None, attempt=1, channel="f", application_type="graduate",
    first_contract=date(2025, 7, 1), dispatch=False,
    units=(UnitAtWork(role="host_unit", organisation_id="host", name=HOST.name),),
    commitment_version=POLICY.commitment.version, policy_version=POLICY.version, at=MONDAY,
)  # fmt: skip
AT_UNIT = StageOpened(stage="unit-review", due=CALENDAR.due(MONDAY, 5), at=MONDAY)
ASKED = UnitsAsked(
    units=("host",), scheme="living-allowance", last_day=date(2026, 3, 9),
    remind_at=CALENDAR.due(MONDAY, 4), at=MONDAY,
)  # fmt: skip
HOUSING_FILLED = filled("high-level", HOUSING, **SIGNED_BEFORE)
LAST_SECOND = datetime(2026, 5, 31, 15, 59, 59, tzinfo=UTC)
"""Of the window: the 31st of May ends at 24:00 in Shanghai."""


def wrong(history: History, **more: Any) -> dict[str, str]:
    refusal = given(*history).when(submit(**more)).then_rejected("invalid-fields")
    assert refusal.status == 422
    return faults(refusal)


def test_a_complete_application_comes_to_its_unit() -> None:
    done = given(*FILLED).when(submit()).then(ROUND_1, AT_UNIT, ASKED)
    assert application(*done.history).status is Status.IN_REVIEW


def test_everything_that_is_missing_is_named_at_once() -> None:
    bare = (
        STARTED,
        chosen(),
        saved(Profile()),
    )
    assert wrong(bare, commitment=None) == {
        "/profile/first_contract": "required",
        "/profile/sex": "required",
        "/profile/birth_date": "required",
        "/profile/native_place": "required",
        "/profile/ethnic_group": "required",
        "/profile/mobile": "required",
        "/profile/email": "required",
        "/profile/political_affiliation": "required",
        "/profile/application_type": "required",
        "/profile/registered_address": "required",
        "/profile/current_address": "required",
        "/profile/position": "required",
        "/profile/host_unit": "required",
        "/profile/dispatch": "required",
        "/attachments/labour_contract": "required",
        "/attachments/contribution_record": "required",
        "/commitment": "required",
    }


def test_dispatched_labour_lacks_the_recruiting_unit_until_it_is_named() -> None:
    assert wrong(filled(dispatch=True)) == {"/profile/recruiting_unit": "required"}
    assert given(*filled(**DISPATCHED)).when(submit()).decided()


def test_holders_of_other_papers_are_not_asked_for_a_household() -> None:
    foreigner = STARTED.model_copy(
        update={"asks_household": False, "birth_date": None, "sex": None}
    )
    absent = dict.fromkeys(
        ("native_place", "ethnic_group", "political_affiliation", "registered_address")
    )
    assert given(*filled(started=foreigner, **absent)).when(submit()).decided()


def test_a_unit_that_is_no_longer_let_in_is_named() -> None:
    closed = tuple(unit.model_copy(update={"open": False}) for unit in UNITS)
    assert wrong(FILLED, units=closed) == {"/profile/host_unit": "unknown-unit"}


def test_a_stale_first_contract_says_which_allowance_it_is_for() -> None:
    # What was filled in the last time begins the profile unchecked.
    stale = filled(first_contract=date(2022, 7, 9))
    assert wrong(stale) == {"/profile/first_contract": "first-contract-of-other-scheme"}


def test_the_commitment_is_ticked_and_in_the_words_in_force() -> None:
    assert wrong(FILLED, commitment=None) == {"/commitment": "required"}
    assert wrong(FILLED, commitment="2021-01") == {"/commitment": "commitment-changed"}


# The contribution record (§3.4.4): of this month or the one before.


@pytest.mark.parametrize(("month", "fits"), [("2026-03", 1), ("2026-02", 1), ("2026-01", 0)])
def test_a_contribution_record_reaches_this_month_or_the_one_before(month: str, fits: bool) -> None:
    history = filled(month=month)
    if fits:
        assert given(*history).when(submit()).decided()
    else:
        assert wrong(history) == {"/attachments/contribution_record": "month-too-old"}


def test_months_are_told_apart_over_the_turn_of_a_year() -> None:
    january = datetime(2026, 1, 5, 1, tzinfo=UTC)
    assert given(*filled(month="2025-12")).when(submit(at=january)).decided()
    assert wrong(filled(month="2025-11"), at=january) == {
        "/attachments/contribution_record": "month-too-old"
    }


def test_one_record_of_several_is_enough() -> None:
    old = attached("contribution_record", 2, month="2025-01")
    assert given(*FILLED, old).when(submit()).decided()


def test_a_draft_s_record_ages() -> None:
    later = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
    assert given(*FILLED).when(submit(at=later - timedelta(seconds=1))).decided()
    assert wrong(FILLED, at=later) == {"/attachments/contribution_record": "month-too-old"}


def test_a_correction_keeps_the_month_of_the_first_submission() -> None:
    in_june = datetime(2026, 6, 8, 1, tzinfo=UTC)
    returned = after(
        FILLED, submit(), back(AT_HOST, "/profile/position", attachments=("contribution_record",))
    )
    assert (
        given(*after(returned, save(at=in_june, position="x"))).when(submit(at=in_june)).decided()
    )
    swapped = after(
        returned,
        remove("contribution_record", at=in_june),
        attach("contribution_record", 2, at=in_june, month="2026-02"),
        submit(at=in_june),
    )
    again = application(*swapped)
    assert (again.status, again.first_submitted_on) == (Status.IN_REVIEW, TODAY)


# Windows (§3.4.1).


def test_a_window_closes_at_24_hours_of_its_last_day_to_the_second() -> None:
    current = filled("high-level", HOUSING, month="2026-05", **SIGNED_BEFORE)
    assert given(*current).when(submit(at=LAST_SECOND)).decided()
    late = given(*current).when(submit(at=LAST_SECOND + timedelta(seconds=1)))
    assert late.then_rejected("scheme-closed").params["opens"] == "2027-03-01"


def test_a_draft_of_an_earlier_window_is_not_submitted_in_the_next() -> None:
    history = filled("high-level", HOUSING, month="2027-03", **SIGNED_BEFORE)
    a_year_later = datetime(2027, 3, 1, 1, tzinfo=UTC)
    given(*history).when(submit(at=a_year_later)).then_rejected("window-over")


def test_a_correction_is_taken_after_the_window_closed() -> None:
    returned = after(HOUSING_FILLED, submit(), back(AT_HOST, "/profile/position"))
    in_june = datetime(2026, 6, 8, 1, tzinfo=UTC)
    assert (
        given(*after(returned, save(at=in_june, position="x"))).when(submit(at=in_june)).decided()
    )


# The abnormal list.


def test_who_is_barred_is_told_until_when_before_what_is_missing() -> None:
    barred = submit(barred_until=TODAY, commitment=None)
    refusal = given(STARTED).when(barred).then_rejected("application-barred")
    assert (refusal.status, refusal.params) == (403, {"until": "2026-03-02"})
    given(*FILLED).when(submit(barred_until=TODAY - timedelta(days=1))).then(
        ROUND_1, AT_UNIT, ASKED
    )


# Where a case goes.


@pytest.mark.parametrize(
    ("channel", "changes", "desks"),
    [
        ("f", {}, [AT_HOST, BUREAU]),
        ("high-level", {}, [AT_HOST, "authority-decision:talent_office"]),
        ("f", DISPATCHED, ["unit-review:recruiting_unit", AT_HOST, BUREAU]),
    ],
)
def test_the_units_come_first_and_then_the_channel_s_authority(
    channel: str, changes: dict[str, Any], desks: list[str]
) -> None:
    review = application(*after(filled(channel, **changes), submit())).review
    assert review is not None
    assert [desk.name for stage in review.plan.stages for desk in stage.desks] == desks
    assert [desk.name for desk in review.undecided] == desks[:-1]


def test_a_unit_with_nobody_passes_the_case_to_the_authority_above_it() -> None:
    passed = ReviewPassedUp(desk=AT_HOST, to=Desk(role="hr_bureau", scope="city"), at=MONDAY)
    given(*FILLED).when(submit(staff=(BEATE,))).then(ROUND_1, AT_UNIT, passed, ASKED)


def test_a_unit_where_only_the_applicant_sits_passes_it_up() -> None:
    oneself = staff("clerk", "organisation_staff@organisation:host", person="p1")
    made = given(*FILLED).when(submit(staff=(oneself, BEATE))).decided()
    assert isinstance(made[-2], ReviewPassedUp)
    assert len(given(*FILLED).when(submit(staff=(oneself, OF_HOST, BEATE))).decided()) == 3


def test_a_corrected_unit_asks_everybody_anew_and_anything_else_only_who_returned_it() -> None:
    at_bureau = after(FILLED, submit(), yes(AT_HOST))
    other_unit = after(
        at_bureau, back(BUREAU, "/profile/host_unit"), save(host_unit="other"), submit()
    )
    review = application(*other_unit).review
    assert review is not None
    assert ([desk.name for desk in review.undecided], review.round) == ([AT_HOST], 2)
    assert str(review.undecided[0].chain[0]) == "organisation_staff@organisation:other"
    same = after(at_bureau, back(BUREAU, "/profile/position"), save(position="x"), submit())
    review = application(*same).review
    assert review is not None
    assert [desk.name for desk in review.undecided] == [BUREAU]
