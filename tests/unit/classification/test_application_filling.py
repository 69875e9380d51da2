"""An application is started, and its class and profile are filled in step by step."""

from datetime import date
from typing import Any

import pytest

from services.classification.commands import ApplicationCommand, StartApplication
from services.classification.events import ClassChosen, ProfileSaved
from services.classification.profile.model import Profile
from services.classification.state import Application
from shared.domain.review.application import Status
from shared.domain.review.intentions import Escalate
from shared.events.personal import ERASED
from tests.unit.classification.classification_cases import (
    FILLED,
    MOBILE,
    MONDAY,
    PROFILE,
    START,
    STARTED,
    application,
    attach,
    choose,
    chosen,
    end,
    faults,
    given,
    remove,
    replace_mobile,
    review,
    save,
    saved,
    submit,
    withdraw,
)


def test_an_application_is_started_once() -> None:
    given().when(START).then(STARTED)
    given(STARTED).when(START).then_nothing()


def test_it_begins_with_what_is_known_of_the_person_already() -> None:
    known = Profile(mobile=MOBILE)
    given().when(StartApplication(fact=STARTED, profile=known)).then(
        STARTED, ProfileSaved(profile=known, at=MONDAY)
    )


@pytest.mark.parametrize(
    "command",
    [
        choose(), save(major="材料学"), attach("id_document"), remove("id_document"), submit(),
        replace_mobile(MOBILE, "+8613900139000"), review(Escalate(at=MONDAY)), withdraw(), end(),
    ],
)  # fmt: skip
def test_nothing_happens_to_an_application_that_was_never_started(
    command: ApplicationCommand,
) -> None:
    assert given().when(command).then_rejected("application-not-found").status == 404


def test_a_draft_is_open_in_everything() -> None:
    draft = application(STARTED)
    assert draft.status is Status.DRAFT
    assert draft.unlocked.field("/class")
    assert draft.unlocked.field("/profile/mobile")
    assert draft.unlocked.category("id_document")


# The class (§3.3.2).


def test_a_row_is_chosen_with_its_honours() -> None:
    made = ClassChosen(talent_class="E", row="E2", honours=("e-03", "e-05"), at=MONDAY)
    given(STARTED).when(choose("E2", "e-03", "e-05")).then(made)


def test_an_honour_ticked_twice_is_ticked_once() -> None:
    given(STARTED).when(choose("C", "c-01", "c-02", "c-01")).then(chosen("C", "c-01", "c-02"))


def test_the_same_choice_again_records_nothing_and_another_replaces_it() -> None:
    given(STARTED, chosen("F")).when(choose("F")).then_nothing()
    given(STARTED, chosen("F")).when(choose("F", "f-02")).then(chosen("F", "f-02"))
    given(STARTED, chosen("F")).when(choose("E1")).then(chosen("E1"))


@pytest.mark.parametrize(
    ("row", "honours", "wrong"),
    [
        ("E", ("e-01",), {"/row": "unknown-row"}),
        ("G", ("f-01",), {"/row": "unknown-row"}),
        ("F", (), {"/honours": "honours-required"}),
        ("F", ("f-01", "c-01", "nonsense"), {
            "/honours/1": "honour-not-of-class", "/honours/2": "honour-not-of-class",
        }),
        ("E1", ("e-03",), {"/honours/0": "honour-not-of-class"}),
    ],
)  # fmt: skip
def test_a_choice_names_a_row_and_honours_of_that_row(
    row: str, honours: tuple[str, ...], wrong: dict[str, str]
) -> None:
    command = choose("F").model_copy(update={"row": row, "honours": honours})
    refusal = given(STARTED).when(command).then_rejected("invalid-fields")
    assert refusal.status == 422
    assert faults(refusal) == wrong


# The profile (§3.3.3).


def test_a_profile_is_saved_step_by_step() -> None:
    first = given(STARTED).when(save(major="材料学")).then(saved(Profile(major="材料学")))
    first.when(save(region="fancheng")).then(saved(Profile(major="材料学", region="fancheng")))


def test_only_the_fields_that_were_sent_change() -> None:
    before = Profile(major="材料学", region="fancheng")
    after = Profile(major="机械", region="fancheng")
    given(STARTED, saved(before)).when(save(major="机械")).then(saved(after))


def test_a_field_can_be_emptied() -> None:
    before = Profile(major="材料学", region="fancheng")
    emptied = saved(Profile(region="fancheng"))
    given(STARTED, saved(before)).when(save(major=None)).then(emptied)
    given(STARTED, saved(before)).when(save(major="  ")).then(emptied)


def test_saving_what_is_there_records_nothing() -> None:
    given(STARTED, saved()).when(save(**dict(PROFILE))).then_nothing()
    given(STARTED).when(save(major=None)).then_nothing()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("13800138000", MOBILE),
        ("138 0013 8000", MOBILE),
        ("+86 138-0013-8000", MOBILE),
        ("+852 9123 4567", "+85291234567"),
    ],
)
def test_a_mobile_is_kept_as_one_number_however_it_is_written(written: str, kept: str) -> None:
    given(STARTED).when(save(mobile=written)).then(saved(Profile(mobile=kept)))


def test_a_draft_may_lack_anything_but_nothing_in_it_may_be_wrong() -> None:
    wrong = save(
        mobile="12345", sex="male", birth_date=date(1996, 5, 21), ethnic_group="99", region="paris",
        highest_education="20",
    )  # fmt: skip
    refusal = given(STARTED).when(wrong).then_rejected("invalid-fields")
    assert refusal.status == 422
    assert faults(refusal) == {
        "/mobile": "mobile-format",
        "/sex": "differs-from-document",
        "/birth_date": "differs-from-document",
        "/ethnic_group": "unknown-code",
        "/region": "unknown-code",
        "/highest_education": "unknown-code",
    }


def test_an_erased_person_s_profile_can_be_neither_saved_nor_submitted() -> None:
    erased = (*FILLED, ProfileSaved(profile=ERASED, at=MONDAY))
    given(*erased).when(save(major="机械")).then_rejected("application-locked")
    given(*erased).when(submit()).then_rejected("application-locked")
    given(*erased).when(replace_mobile(MOBILE, "+8613900139000")).then_nothing()


def test_a_started_event_of_an_erased_person_still_folds() -> None:
    gone: dict[str, Any] = {"name": ERASED, "document_number": ERASED}
    gone |= {"birth_date": ERASED, "sex": ERASED}
    state = given(type(STARTED)(**dict(STARTED) | gone)).state
    assert isinstance(state, Application)
    # With nothing to compare with, nothing differs.
    given(state.started).when(save(sex="male", birth_date=date(1990, 1, 1))).then(
        saved(Profile(sex="male", birth_date=date(1990, 1, 1)))
    )


# Before submission (§3.3.7).


def test_a_draft_is_withdrawn_once_and_nothing_is_open_then() -> None:
    withdrawn = given(STARTED).when(withdraw()).decided()
    assert [event.stored_type for event in withdrawn] == ["classification.application-withdrawn.v1"]
    over = given(STARTED, *withdrawn)
    over.when(withdraw()).then_nothing()
    over.when(end()).then_nothing()
    over.when(choose()).then_rejected("application-locked")
    over.when(save(major="机械")).then_rejected("application-locked")
    over.when(attach("id_document")).then_rejected("application-locked")
    over.when(submit()).then_rejected("application-locked")
    over.when(review(Escalate(at=MONDAY))).then_rejected("application-not-submitted")


def test_a_draft_that_was_ended_cannot_be_withdrawn() -> None:
    ended = given(STARTED).when(end("talent-listed")).decided()
    assert application(STARTED, *ended).status is Status.ENDED
    given(STARTED, *ended).when(withdraw()).then_rejected("review-closed")
    given(STARTED, *ended).when(end()).then_nothing()
