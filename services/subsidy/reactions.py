"""What an application's end does to the talent's own stream, what the end of a class does to what
was granted by it, and what a missed due date does."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from services.classification.events import TALENT_CLASS, ClassEnded
from services.subsidy.asking.commands import RemindUnits
from services.subsidy.commands import Review
from services.subsidy.decider import DECIDER
from services.subsidy.entitlements.commands import CloseApplication, EndEntitlements, Grant
from services.subsidy.entitlements.decider import DECIDER as ENTITLEMENTS
from services.subsidy.events import (
    APPLICATION,
    ApplicationApproved,
    ApplicationEnded,
    ApplicationEvent,
    ApplicationRejected,
    ApplicationWithdrawn,
    ObjectionDismissed,
)
from services.subsidy.rulebook import Rulebook
from services.subsidy.views import CASES, CaseView
from shared.domain.review.intentions import Escalate
from shared.events.model import Recorded
from shared.ports.feed import Start
from shared.runtime.deadlines import Deadline
from shared.runtime.reactor import Dispatch, Reaction


def outcome_of(application_id: str, event: ApplicationEvent) -> CloseApplication | Grant | None:
    """What the talent's own stream makes of an application's event; None while it goes on."""
    at = event.at
    match event:
        case ApplicationApproved():
            granted = event.model_dump(exclude={"talent_id", "units"})
            return Grant(application_id=application_id, **granted)
        case ApplicationRejected() | ObjectionDismissed():
            return CloseApplication(application_id=application_id, outcome="rejected", at=at)
        case ApplicationWithdrawn():
            return CloseApplication(application_id=application_id, outcome="withdrawn", at=at)
        case ApplicationEnded():
            return CloseApplication(application_id=application_id, outcome="ended", at=at)
        case _:
            return None


def react(recorded: Recorded[Any]) -> Sequence[Dispatch]:
    command = outcome_of(APPLICATION.id_of(recorded.stream), recorded.event)
    talent = recorded.metadata.subject
    if command is None or talent is None:
        return ()
    return (Dispatch(ENTITLEMENTS, talent, command),)


def class_ended(recorded: Recorded[Any]) -> Sequence[Dispatch]:
    """A class that ends before another takes its place takes along what was granted by it
    (manual §3.3.6: 取消人才资格和相应业务资格)."""
    if not isinstance(recorded.event, ClassEnded):
        return ()
    command = EndEntitlements(reason="class-ended", at=recorded.event.at)
    talent = TALENT_CLASS.id_of(recorded.stream)
    return (Dispatch(ENTITLEMENTS, talent, command, talent),)


# From the first event on: an entitlement must not depend on when the group was first deployed.
OUTCOMES: Final = Reaction("subsidy.outcomes", (APPLICATION,), react, start=Start.BEGINNING)
CLASSES_ENDED: Final = Reaction(
    "subsidy.classes-ended", (TALENT_CLASS,), class_ended, start=Start.BEGINNING
)


def _remind(key: str, case: CaseView, now: datetime) -> Sequence[Dispatch]:
    return (Dispatch(DECIDER, key, RemindUnits(at=now)),)


REMINDERS: Final = Deadline("subsidy.units-reminder", CASES, "remind_at", _remind)


def escalation(book_of: Callable[[str], Rulebook]) -> Deadline:
    """A stage that is late goes one desk up; `book_of` gives the rules of a pinned version."""

    def due(key: str, case: CaseView, now: datetime) -> Sequence[Dispatch]:
        command = Review(intention=Escalate(at=now), book=book_of(case.policy_version))
        return (Dispatch(DECIDER, key, command),)

    return Deadline("subsidy.review-due", CASES, "due", due)
