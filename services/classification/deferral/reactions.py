"""What an application's deferral does to the class in force, and the end of that class to the
deferral; and the clock."""

from typing import Any

from services.classification.deferral.commands import (
    CloseDeferral,
    CompleteMaterials,
    LapseClass,
    MaterialsCommand,
    RecordOutstanding,
)
from services.classification.deferral.events import (
    DeferralExtended,
    DeferralMissed,
    MaterialsReleased,
    SupplementAccepted,
    SupplementReturned,
    SupplementSubmitted,
)
from services.classification.events import ApplicationEvent
from shared.events.model import Recorded


def outcome_of(application_id: str, event: ApplicationEvent) -> MaterialsCommand | None:
    """What the talent's own stream makes of it; harmless where no class came of the
    application."""
    id, at = application_id, event.at
    match event:
        case DeferralExtended(last_day=last_day) | SupplementReturned(last_day=last_day):
            return RecordOutstanding(application_id=id, last_day=last_day, at=at)
        case SupplementSubmitted():
            return RecordOutstanding(application_id=id, last_day=None, at=at)
        case SupplementAccepted():
            return CompleteMaterials(application_id=id, at=at)
        case DeferralMissed(approved=True):
            return LapseClass(application_id=id, at=at)
        case _:
            return None


def closing(recorded: Recorded[Any]) -> tuple[str, CloseDeferral] | None:
    """The application whose deferral closes with its class."""
    match recorded.event:
        case MaterialsReleased(application_id=id, reason=reason, at=at):
            return id, CloseDeferral(reason=reason, at=at)
        case _:
            return None
