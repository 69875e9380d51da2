"""What an application's end does to the talent's own stream, and what a missed due date does."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from services.classification.commands import Review
from services.classification.decider import DECIDER
from services.classification.deferral import reactions as deferrals
from services.classification.deferral.commands import MaterialsCommand, ObserveDeferral
from services.classification.events import (
    APPLICATION,
    TALENT_CLASS,
    ApplicationApproved,
    ApplicationEnded,
    ApplicationEvent,
    ApplicationRejected,
    ApplicationWithdrawn,
    ObjectionDismissed,
)
from services.classification.rulebook import Rulebook
from services.classification.talent_class.commands import CloseApplication, GrantClass
from services.classification.talent_class.decider import DECIDER as TALENT_CLASSES
from services.classification.views import CASES, CaseView
from shared.domain.review.intentions import Escalate
from shared.events.model import Recorded
from shared.ports.feed import Start
from shared.runtime.deadlines import Deadline
from shared.runtime.reactor import Dispatch, Reaction


def outcome_of(
    application_id: str, event: ApplicationEvent
) -> CloseApplication | GrantClass | MaterialsCommand | None:
    """What the talent's own stream makes of an application's event; None while it goes on."""
    at = event.at
    match event:
        case ApplicationApproved():
            granted = event.model_dump(exclude={"talent_id", "kind"})
            return GrantClass(application_id=application_id, **granted)
        case ApplicationRejected() | ObjectionDismissed():
            return CloseApplication(application_id=application_id, outcome="rejected", at=at)
        case ApplicationWithdrawn():
            return CloseApplication(application_id=application_id, outcome="withdrawn", at=at)
        case ApplicationEnded():
            return CloseApplication(application_id=application_id, outcome="ended", at=at)
        case _:
            return deferrals.outcome_of(application_id, event)


def react(recorded: Recorded[Any]) -> Sequence[Dispatch]:
    command = outcome_of(APPLICATION.id_of(recorded.stream), recorded.event)
    talent = recorded.metadata.subject
    if command is None or talent is None:
        return ()
    return (Dispatch(TALENT_CLASSES, talent, command),)


def react_to_release(recorded: Recorded[Any]) -> Sequence[Dispatch]:
    """A class that ends, or is replaced, takes along what was outstanding for it."""
    closing = deferrals.closing(recorded)
    if closing is None:
        return ()
    application_id, command = closing
    return (Dispatch(DECIDER, application_id, command),)


# From the first event on: a class must not depend on when the group was first deployed.
OUTCOMES: Final = Reaction("classification.outcomes", (APPLICATION,), react, start=Start.BEGINNING)

RELEASES: Final = Reaction(
    "classification.deferrals", (TALENT_CLASS,), react_to_release, start=Start.BEGINNING
)


def deferral_clock() -> Deadline:
    """Reminders, and the end of what was missed."""

    def due(key: str, case: CaseView, now: datetime) -> Sequence[Dispatch]:
        return (Dispatch(DECIDER, key, ObserveDeferral(at=now)),)

    return Deadline("classification.deferral-due", CASES, "deferral_due", due)


def escalation(book_of: Callable[[str], Rulebook]) -> Deadline:
    """A stage that is late goes one desk up; `book_of` gives the rules of a pinned version."""

    def due(key: str, case: CaseView, now: datetime) -> Sequence[Dispatch]:
        command = Review(intention=Escalate(at=now), book=book_of(case.policy_version))
        return (Dispatch(DECIDER, key, command),)

    return Deadline("classification.review-due", CASES, "due", due)
