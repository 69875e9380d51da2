"""A rejection may be objected to: once, in time, and somebody above who had no part in it
answers."""

from datetime import timedelta

import pytest

from shared.domain.review.application import Status as Standing
from shared.domain.review.application import Unlocked, status_of, unlocked
from shared.domain.review.facts import StageEscalated
from shared.domain.review.objections import last_day
from shared.domain.review.plan import PinnedPlan
from shared.domain.review.reviewer import Party, Reviewer
from shared.domain.review.rules import stranded
from shared.domain.review.state import Status
from tests.unit.review.review_cases import (
    APPLICANT,
    AT_SECOND,
    BEATE,
    BUREAU,
    CALENDAR,
    CITY_DUE,
    CLARA,
    CLERK,
    COLIN,
    DISTRICT_DUE,
    MONDAY,
    OFFICE,
    OTTO,
    PAUL,
    WITHDRAWN,
    approve,
    approved,
    dismiss,
    dismissed,
    escalate,
    given,
    object_to,
    objected,
    officer,
    opened,
    rejected,
    resubmit,
    review_of,
    round_opened,
    stage,
    submitted,
    upheld,
    uphold,
    withdraw,
)

REJECTED = (*submitted(), rejected("district", CLARA))
OBJECTED = (*REJECTED, objected())
UPHELD = (*OBJECTED, upheld(BEATE))


def test_the_applicant_objects_to_a_rejection() -> None:
    case = given(*REJECTED).when(object_to()).then(objected())
    review = review_of(case)
    assert status_of(review, None) is Standing.OBJECTED
    # Whoever is above the desk that rejected may answer, and nobody else.
    assert review.answering == (BUREAU, OFFICE)
    assert review.awaited == {BUREAU, OFFICE}
    assert unlocked(review, None) == Unlocked()


def test_objecting_twice_to_one_rejection_says_nothing_new() -> None:
    given(*OBJECTED).when(object_to()).then_nothing()


@pytest.mark.parametrize("history", [submitted(), (*submitted(), WITHDRAWN), AT_SECOND])
def test_only_a_rejection_is_objected_to(history: tuple[object, ...]) -> None:
    given(*history).when(object_to()).then_rejected("review-not-rejected")  # type: ignore[arg-type]


def test_only_the_applicant_objects() -> None:
    other = Party(account_id="other", person="person-other")
    given(*REJECTED).when(object_to(other)).then_rejected("not-the-applicant")


def test_an_objection_says_why() -> None:
    given(*REJECTED).when(object_to(words=" ")).then_rejected("invalid-fields")


def test_an_objection_is_taken_to_the_end_of_its_last_day_in_shanghai() -> None:
    review = review_of(given(*REJECTED))
    assert str(last_day(review)) == "2026-03-17"
    midnight = MONDAY + timedelta(days=15, hours=15)
    given(*REJECTED).when(object_to(at=midnight - timedelta(seconds=1)))
    given(*REJECTED).when(object_to(at=midnight)).then_rejected("review-objection-late")


def test_what_is_upheld_goes_back_to_the_applicant_with_everything_unlocked() -> None:
    case = given(*OBJECTED).when(uphold(BEATE)).then(upheld(BEATE))
    review = review_of(case)
    assert status_of(review, None) is Standing.RETURNED
    assert unlocked(review, None) == Unlocked(everything=True)


def test_it_is_handed_in_again_to_the_stage_that_rejected_it() -> None:
    history = (*AT_SECOND, rejected("bureau", BEATE), objected(), upheld(OTTO))
    given(*history).when(resubmit(1)).then(round_opened(2, "first"), opened("second", CITY_DUE))


def test_who_rejected_does_not_decide_again_and_a_colleague_does() -> None:
    again = (*UPHELD, round_opened(2), opened("first", DISTRICT_DUE))
    given(*again).when(approve("district", CLARA)).then_rejected("review-own-decision")
    given(*again).when(approve("district", COLIN)).then(
        approved("district", COLIN), opened("second", CITY_DUE)
    )
    review = review_of(given(*again))
    assert [desk.name for desk in stranded(review, (CLARA,))] == ["district"]
    assert stranded(review, (CLARA, COLIN)) == ()


def test_what_is_dismissed_stays_rejected_and_there_is_no_second_objection() -> None:
    case = given(*OBJECTED).when(dismiss(OTTO)).then(dismissed(OTTO))
    assert review_of(case).status is Status.REJECTED
    assert last_day(review_of(case)) is None
    case.when(object_to()).then_rejected("review-objected-already")


def test_rejected_again_after_an_objection_it_stays_so() -> None:
    again = (*UPHELD, round_opened(2), opened("first", DISTRICT_DUE), rejected("district", COLIN))
    given(*again).when(object_to()).then_rejected("review-objected-already")


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (COLIN, "not-at-desk"),
        (PAUL, "not-at-desk"),
        (officer("clara", BUREAU, person="person-clara"), "review-own-decision"),
        (officer("x", OFFICE, person="person-clara"), "review-own-decision"),
        (officer("talent", BUREAU), "review-own-case"),
        (officer("y", BUREAU, person="person-talent"), "review-own-case"),
    ],
)
def test_who_may_not_answer(who: Reviewer, code: str) -> None:
    given(*OBJECTED).when(uphold(who)).then_rejected(code)
    given(*OBJECTED).when(dismiss(who)).then_rejected(code)


def test_who_approved_an_earlier_stage_does_not_answer_either() -> None:
    clara = officer("clara", CLERK, OFFICE)
    history = (*AT_SECOND, rejected("bureau", BEATE), objected())
    given(*history).when(uphold(clara)).then_rejected("review-own-decision")


def test_where_nobody_is_above_a_colleague_answers() -> None:
    top = PinnedPlan(version="1", stages=(stage("top", 3, office=(OFFICE,)),))
    history = (*submitted(plan=top), rejected("office", OTTO), objected())
    given(*history).when(uphold(OTTO)).then_rejected("review-own-decision")
    other = officer("olga", OFFICE)
    given(*history).when(uphold(other)).then(upheld(other))


def test_an_answer_says_why() -> None:
    given(*OBJECTED).when(dismiss(BEATE, words="")).then_rejected("invalid-fields")


def test_the_same_answer_again_says_nothing_new_and_another_is_refused() -> None:
    given(*UPHELD).when(uphold(BEATE)).then_nothing()
    given(*UPHELD).when(dismiss(BEATE)).then_rejected("review-no-objection")
    given(*REJECTED).when(uphold(BEATE)).then_rejected("review-no-objection")


def test_no_desk_decides_while_an_objection_waits() -> None:
    given(*OBJECTED).when(approve("district", COLIN)).then_rejected("review-under-objection")


def test_an_answer_that_is_late_is_told_of_once() -> None:
    due = CALENDAR.due(MONDAY, 15)
    late = StageEscalated(at=due, stage="first", to=(), due=None)
    given(*OBJECTED).when(escalate(due - timedelta(seconds=1))).then_nothing()
    given(*OBJECTED).when(escalate(due)).then(late).when(escalate(due)).then_nothing()
    given(*OBJECTED, late).when(uphold(BEATE)).then(upheld(BEATE))


def test_the_applicant_may_take_the_objection_back() -> None:
    given(*OBJECTED).when(withdraw(APPLICANT)).then(WITHDRAWN)
