"""The review process as people read it (§3.3.7): a step for each thing that happened."""

import pytest

from services.classification.deferral.views import STEP_LABELS as DEFERRAL_STEPS
from services.classification.events import ApplicationEnded, ApplicationEvent, ApplicationWithdrawn
from services.classification.messages import STEP_LABELS
from services.classification.reactions import outcome_of
from services.classification.state import Application
from services.classification.talent_class.commands import CloseApplication, GrantClass
from shared.casework.answers import STATUS_LABELS
from shared.domain.review.application import Status
from shared.domain.review.facts import Fact
from shared.domain.review.intentions import Claim, Escalate, HandOver, Release
from shared.domain.review.picking import desk_of
from shared.domain.review.state import Review
from shared.domain.review.steps import Step, step_of
from shared.runtime.deadlines import instant
from tests.unit.classification.classification_cases import (
    BEATE,
    BUREAU,
    CALENDAR,
    DISTRICT,
    DORA,
    MONDAY,
    OTTO,
    STARTED,
    after,
    application,
    end,
    filled,
    given,
    officer,
    profile_with,
    review,
    save,
    submit,
    withdraw,
)
from tests.unit.classification.classification_decisions import (
    History,
    approved,
    back,
    no,
    submitted,
    yes,
)

AT = instant(MONDAY)
DISTRICT_DESK, BUREAU_DESK = "县（市、区）人才工作部门", "市人社局"
AT_DISTRICT = submitted(filled(profile_with(region="xiangcheng")))


def steps(history: History) -> list[Step]:
    found: list[Step] = []
    for number, event in enumerate(history):
        state = given(*history[:number]).state
        if isinstance(event, Fact):
            review = state.review if isinstance(state, Application) else None
            found.append(step_of(event, review, instant(event.at)))
    return found


def read(history: History) -> list[tuple[str, int, str | None]]:
    return [(step.what, step.round, step.label) for step in steps(history)]


def review_of(history: History) -> Review:
    found = application(*history).review
    assert found is not None
    return found


def test_edits_are_no_steps() -> None:
    assert steps(filled()) == []


def test_a_whole_journey_reads_in_order_and_says_at_which_desk() -> None:
    history: History = after(
        AT_DISTRICT, review(yes(DISTRICT)), review(back(fields=("/profile/major",))),
        save(major="机械"), submit(), review(yes(BUREAU)),
    )  # fmt: skip
    assert read(history) == [
        ("submitted", 1, None),
        ("stage-opened", 1, "县（市、区）审核"),
        ("desk-approved", 1, DISTRICT_DESK),
        ("stage-opened", 1, "市人社局审批"),
        ("returned", 1, BUREAU_DESK),
        ("submitted", 2, None),
        ("stage-opened", 2, "市人社局审批"),
        ("desk-approved", 2, BUREAU_DESK),
        ("approved", 2, None),
    ]


def test_a_decision_says_who_when_and_in_which_words() -> None:
    returned = back(DISTRICT, fields=("/class",), attachments=("id_document",))
    step = steps(after(AT_DISTRICT, review(returned)))[-1]
    assert step == Step(
        what="returned", at=AT, round=1, label=DISTRICT_DESK, by="dora", words="请更正",
        fields=("/class",), attachments=("id_document",),
    )  # fmt: skip
    rejection = steps(after(AT_DISTRICT, review(no(desk=DISTRICT))))[-1]
    assert (rejection.what, rejection.reason) == ("rejected", "condition-not-met")
    assert rejection.words == "不符合条件"


def test_what_goes_on_among_reviewers_is_internal() -> None:
    colleague = officer("doris", "district_talent_desk@district:xiangcheng")
    claim = Claim(desk=DISTRICT, by=DORA, at=MONDAY)
    history: History = after(
        AT_DISTRICT,
        review(claim),
        review(HandOver(desk=DISTRICT, by=DORA, to=colleague, at=MONDAY)),
        review(Release(desk=DISTRICT, by=colleague, at=MONDAY)),
        review(Escalate(at=CALENDAR.due(MONDAY, 5))),
    )
    internal = [step.what for step in steps(history) if step.internal]
    assert internal == ["claimed", "handed-over", "released", "escalated"]
    nobody: History = after(filled(), submit(staff=(OTTO,)))
    assert [(s.what, s.internal, s.label) for s in steps(nobody)][-1] == (
        "passed-up", True, BUREAU_DESK,
    )  # fmt: skip


def test_a_draft_s_end_is_a_step_of_no_round() -> None:
    for command, what, reason in ((withdraw(), "withdrawn", None), (end("x"), "ended", "x")):
        (step,) = steps(after((STARTED,), command))
        assert (step.what, step.round, step.reason) == (what, 0, reason)


def test_every_step_and_every_status_has_a_label() -> None:
    whats = {
        "submitted", "stage-opened", "claimed", "released", "handed-over", "desk-approved",
        "returned", "rejected", "passed-up", "escalated", "approved", "withdrawn", "ended",
        "objected", "objection-upheld", "objection-dismissed",
        *DEFERRAL_STEPS,
    }  # fmt: skip
    assert set(STEP_LABELS) == whats
    assert set(STATUS_LABELS) == set(Status)


# Who decides where without saying so.


def test_a_reviewer_of_one_open_desk_needs_not_name_it() -> None:
    assert desk_of(review_of(AT_DISTRICT), DORA) == DISTRICT
    # A superior out of reach is told so by the engine, at the desk that they are above.
    assert desk_of(review_of(AT_DISTRICT), BEATE) == DISTRICT
    at_bureau: History = after(AT_DISTRICT, review(yes(DISTRICT)))
    assert desk_of(review_of(at_bureau), BEATE) == BUREAU


def test_a_superior_decides_at_the_desk_that_was_passed_up() -> None:
    passed: History = after(filled(), submit(staff=(OTTO,)))
    assert desk_of(review_of(passed), OTTO) == BUREAU


def test_the_same_decision_again_is_for_the_desk_that_made_it() -> None:
    decided: History = after(AT_DISTRICT, review(yes(DISTRICT)))
    assert desk_of(review_of(decided), DORA) == DISTRICT
    over: History = after(decided, review(yes(BUREAU)))
    assert desk_of(review_of(over), DORA) == DISTRICT


# What an end does to the talent's own stream.


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (ApplicationWithdrawn(at=MONDAY), "withdrawn"),
        (ApplicationEnded(at=MONDAY, reason="x"), "ended"),
    ],
)
def test_an_end_closes_the_entry(event: ApplicationEvent, outcome: str) -> None:
    command = outcome_of("a1", event)
    assert isinstance(command, CloseApplication)
    assert (command.application_id, command.outcome) == ("a1", outcome)


def test_a_rejection_closes_it_and_an_approval_grants_the_class() -> None:
    rejected = after(submitted(filled()), review(no()))[-1]
    command = outcome_of("a1", rejected)
    assert isinstance(command, CloseApplication)
    assert command.outcome == "rejected"
    granted = outcome_of("a1", after(submitted(filled()), review(yes()))[-1])
    assert isinstance(granted, GrantClass)
    assert (granted.talent_class, granted.region, granted.full_time) == ("F", "city-organs", True)


def test_nothing_else_does_anything_to_it() -> None:
    for event in (*filled(), *AT_DISTRICT, approved()):
        assert outcome_of("a1", event) is None
