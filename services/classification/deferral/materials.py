"""What is outstanding for the class in force, as the talent's own stream holds it."""

from collections.abc import Sequence
from datetime import datetime

from services.classification.deferral.commands import CompleteMaterials, RecordOutstanding
from services.classification.deferral.events import (
    MaterialsCompleted,
    MaterialsEvent,
    MaterialsOutstanding,
    MaterialsReleased,
)

Events = Sequence[MaterialsEvent]


def decide(
    command: RecordOutstanding | CompleteMaterials, before: MaterialsOutstanding | None
) -> Events:
    """Only of the application that the outstanding materials belong to: a change may have taken
    its place. What is older than what is known changes nothing."""
    if before is None or before.application_id != command.application_id:
        return []
    id, at = command.application_id, command.at
    if isinstance(command, CompleteMaterials):
        return [MaterialsCompleted(application_id=id, at=at)]
    if at < before.at or command.last_day == before.last_day:
        return []
    return [
        MaterialsOutstanding(
            application_id=id, categories=before.categories, last_day=command.last_day, at=at
        )
    ]


def released(
    before: MaterialsOutstanding | None, reason: str, at: datetime
) -> list[MaterialsReleased]:
    """What was outstanding goes with its class."""
    if before is None:
        return []
    return [MaterialsReleased(application_id=before.application_id, reason=reason, at=at)]
