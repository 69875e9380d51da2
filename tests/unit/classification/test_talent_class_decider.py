"""The talent's own stream: one open application at a time, and one class in force (§3.3.8)."""

from datetime import timedelta

import pytest

from services.classification.events import (
    ApplicationClosed,
    ApplicationKind,
    ApplicationOpened,
    ClassEnded,
    ClassGranted,
    Outcome,
)
from services.classification.talent_class.commands import (
    CloseApplication,
    EndClass,
    GrantClass,
    OpenApplication,
)
from services.classification.talent_class.decider import DECIDER, TalentClass
from shared.testing.scenario import given
from tests.unit.classification.classification_cases import MONDAY


def open_application(id: str = "a1", kind: ApplicationKind = "new") -> OpenApplication:
    return OpenApplication(application_id=id, kind=kind, at=MONDAY)


def close(outcome: Outcome, id: str = "a1") -> CloseApplication:
    return CloseApplication(application_id=id, outcome=outcome, at=MONDAY)


def opened(id: str = "a1", kind: ApplicationKind = "new", attempt: int = 1) -> ApplicationOpened:
    return ApplicationOpened(application_id=id, kind=kind, attempt=attempt, at=MONDAY)


def closed(outcome: Outcome, id: str = "a1") -> ApplicationClosed:
    return ApplicationClosed(application_id=id, outcome=outcome, at=MONDAY)


def grant(id: str = "a1", letter: str = "F") -> GrantClass:
    values = {
        "application_id": id, "talent_class": letter, "row": letter, "honours": ("f-01",),
        "region": "xiangcheng", "highest_education": "21", "full_time": True,
        "policy_version": "1", "at": MONDAY,
    }  # fmt: skip
    return GrantClass.model_validate(values)


def granted(id: str = "a1", letter: str = "F") -> ClassGranted:
    return ClassGranted(**grant(id, letter).model_dump())


END = EndClass(reason="talent-erased", at=MONDAY)
IN_FORCE = (opened(), granted(), closed("approved"))


def test_an_application_is_opened_once() -> None:
    given(DECIDER).when(open_application()).then(opened()).when(open_application()).then_nothing()


def test_there_is_one_open_application_at_a_time() -> None:
    refusal = (
        given(DECIDER, opened()).when(open_application("a2")).then_rejected("application-open")
    )
    assert refusal.params == {"id": "a1"}


@pytest.mark.parametrize("outcome", ["rejected", "withdrawn", "ended"])
def test_when_one_is_over_another_may_be_opened_and_attempts_are_counted(outcome: Outcome) -> None:
    over = given(DECIDER, opened()).when(close(outcome)).then(closed(outcome))
    over.when(close(outcome)).then_nothing()
    over.when(open_application("a2")).then(opened("a2", attempt=2))


def test_another_application_s_end_closes_nothing() -> None:
    given(DECIDER).when(close("withdrawn")).then_nothing()
    given(DECIDER, opened("a2")).when(close("withdrawn", "a1")).then_nothing()
    given(DECIDER, opened("a2")).when(grant("a1")).then_nothing()


def test_an_approval_puts_the_class_in_force_and_closes_the_application_once() -> None:
    over = given(DECIDER, opened()).when(grant()).then(granted(), closed("approved"))
    over.when(grant()).then_nothing()
    over.when(close("ended")).then_nothing()
    assert over.state == TalentClass(open=None, in_force=granted(), attempts=1)


def test_who_has_a_class_changes_it_and_who_has_none_applies() -> None:
    refusal = given(DECIDER, *IN_FORCE).when(open_application("a2")).then_rejected("class-in-force")
    assert refusal.params == {"class": "F"}
    given(DECIDER, *IN_FORCE).when(open_application("a2", "change")).then(
        opened("a2", "change", attempt=2)
    )
    given(DECIDER).when(open_application("a1", "change")).then_rejected("no-class-in-force")


def test_the_old_class_holds_until_the_change_is_approved_and_if_it_is_not() -> None:
    changing = given(DECIDER, *IN_FORCE, opened("a2", "change", 2))
    assert changing.state.in_force == granted()
    refused = changing.when(close("rejected", "a2")).then(closed("rejected", "a2"))
    assert refused.state.in_force == granted()
    changed = changing.when(grant("a2", "D")).then(granted("a2", "D"), closed("approved", "a2"))
    assert changed.state.in_force == granted("a2", "D")


def test_a_class_ends_once_and_applying_anew_is_open_at_once() -> None:
    ended = ClassEnded(application_id="a1", talent_class="F", reason="talent-erased", at=MONDAY)
    over = given(DECIDER, *IN_FORCE).when(END).then(ended)
    over.when(END).then_nothing()
    over.when(open_application("a2")).then(opened("a2", attempt=2))
    given(DECIDER).when(END).then_nothing()


def test_the_end_of_a_class_leaves_an_open_application_open() -> None:
    changing = (*IN_FORCE, opened("a2", "change", 2))
    ended = given(DECIDER, *changing).when(END).decided()
    given(DECIDER, *changing, *ended).when(grant("a2", "D")).then(
        granted("a2", "D"), closed("approved", "a2")
    )


LATER = MONDAY + timedelta(days=2)
AGAIN = OpenApplication(application_id="a1", kind="new", attempt=1, at=LATER)
OPENED_AGAIN = ApplicationOpened(application_id="a1", kind="new", attempt=1, at=LATER)


def test_an_objection_opens_the_application_again_as_the_attempt_that_it_was() -> None:
    given(DECIDER, opened(), closed("rejected")).when(AGAIN).then(OPENED_AGAIN).when(
        AGAIN
    ).then_nothing()


def test_an_attempt_after_it_is_not_counted_twice() -> None:
    history = (
        opened(), closed("rejected"), opened("a2", attempt=2), closed("rejected", "a2"),
        OPENED_AGAIN, closed("rejected"),
    )  # fmt: skip
    given(DECIDER, *history).when(open_application("a3")).then(opened("a3", attempt=3))


def test_an_objection_waits_for_no_other_application() -> None:
    history = (opened(), closed("rejected"), opened("a2", attempt=2))
    given(DECIDER, *history).when(AGAIN).then_rejected("application-open")
    given(DECIDER, *IN_FORCE).when(
        OpenApplication(application_id="a0", kind="new", attempt=1, at=LATER)
    ).then_rejected("class-in-force")


def test_the_rejection_that_is_objected_to_closes_nothing_when_it_is_delivered_late() -> None:
    given(DECIDER, opened()).when(AGAIN).then(OPENED_AGAIN).when(close("rejected")).then_nothing()
    dismissed = CloseApplication(application_id="a1", outcome="rejected", at=LATER)
    given(DECIDER, opened(), OPENED_AGAIN).when(dismissed).then(
        ApplicationClosed(application_id="a1", outcome="rejected", at=LATER)
    )
    # What ends it otherwise always closes it: its instant may be of an older fact elsewhere.
    given(DECIDER, opened(), OPENED_AGAIN).when(close("ended")).then(closed("ended"))
