"""One open application at a time, and one class in force; the old one holds until the new."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, assert_never

from services.classification.deferral import materials
from services.classification.deferral.commands import (
    CompleteMaterials,
    LapseClass,
    RecordOutstanding,
)
from services.classification.deferral.events import (
    MaterialsCompleted,
    MaterialsOutstanding,
    MaterialsReleased,
)
from services.classification.ending import deciding as ending
from services.classification.ending.commands import (
    ConfirmEnding,
    DeclineEnding,
    EndingCommand,
    ProposeEnding,
    RestoreClass,
)
from services.classification.ending.events import (
    ClassEndingConfirmed,
    ClassEndingDeclined,
    ClassEndingProposed,
)
from services.classification.events import (
    TALENT_CLASS,
    ApplicationClosed,
    ApplicationOpened,
    ClassEnded,
    ClassGranted,
    TalentClassEvent,
)
from services.classification.talent_class.commands import (
    CloseApplication,
    EndClass,
    GrantClass,
    OpenApplication,
    TalentClassCommand,
)
from shared.domain.decider import Decider
from shared.domain.errors import DomainError

Events = Sequence[TalentClassEvent]


@dataclass(frozen=True, slots=True)
class TalentClass:
    """`open` is the application that may become a class; `attempts` counts all there were;
    `outstanding` is what the class in force lacks still."""

    open: ApplicationOpened | None = None
    in_force: ClassGranted | None = None
    attempts: int = 0
    outstanding: MaterialsOutstanding | None = None
    ending: ClassEndingProposed | None = None
    taken: ClassGranted | None = None
    """The last class, where something by name ended it (`taken_by`)."""
    taken_by: str | None = None


def decide(command: TalentClassCommand, state: TalentClass) -> Events:
    match command:
        case OpenApplication():
            return _open(command, state)
        case CloseApplication():
            return [ApplicationClosed(**dict(command))] if _closes(command, state) else []
        case GrantClass(application_id=id, at=at):
            if not _is_open(state, id):
                return []
            closed = ApplicationClosed(application_id=id, outcome="approved", at=at)
            granted = ClassGranted(**command.model_dump(exclude={"outstanding", "last_day"}))
            before = materials.released(state.outstanding, "superseded", at)
            return [granted, *before, *_outstanding(command), closed]
        case EndClass(reason=reason, reference=reference, at=at):
            return _end(state, reason, at, reference)
        case RestoreClass():
            return _restore(command, state)
        case ProposeEnding() | ConfirmEnding() | DeclineEnding():
            return _by_four_eyes(command, state)
        case LapseClass(application_id=id, at=at):
            held = state.in_force is not None and state.in_force.application_id == id
            return _end(state, "deferral-missed", at) if held else []
        case RecordOutstanding() | CompleteMaterials():
            return materials.decide(command, state.outstanding)
        case _:
            assert_never(command)


def _outstanding(command: GrantClass) -> Events:
    if not command.outstanding:
        return []
    return [
        MaterialsOutstanding(
            application_id=command.application_id,
            categories=command.outstanding,
            last_day=command.last_day,
            at=command.at,
        )
    ]


def _by_four_eyes(command: EndingCommand, state: TalentClass) -> Events:
    granted_by = None if state.in_force is None else state.in_force.application_id
    made = ending.decide(command, granted_by, state.ending)
    if isinstance(command, ConfirmEnding) and state.ending is not None:
        return [*made, *_end(state, state.ending.reason, command.at)]
    return made


def _restore(command: RestoreClass, state: TalentClass) -> Events:
    """The class that was taken comes back, unless another took its place."""
    if state.taken is None or state.taken_by != command.reference or state.in_force is not None:
        return []
    return [state.taken.model_copy(update={"at": command.at})]


def _end(state: TalentClass, reason: str, at: datetime, reference: str | None = None) -> Events:
    granted = state.in_force
    if granted is None:
        return []
    id, letter = granted.application_id, granted.talent_class
    ended = ClassEnded(
        application_id=id, talent_class=letter, reason=reason, reference=reference, at=at
    )
    return [ended, *materials.released(state.outstanding, "class-ended", at)]


def _is_open(state: TalentClass, application_id: str) -> bool:
    return state.open is not None and state.open.application_id == application_id


def _closes(command: CloseApplication, state: TalentClass) -> bool:
    """A rejection from before the application was opened again closes nothing any more."""
    opened = state.open
    if opened is None or opened.application_id != command.application_id:
        return False
    return command.outcome != "rejected" or command.at >= opened.at


def _open(command: OpenApplication, state: TalentClass) -> Events:
    again = command.attempt is not None
    if state.open is not None and state.open.application_id == command.application_id:
        if not again or state.open.at >= command.at:
            return []
    elif state.open is not None:
        raise DomainError("application-open", params={"id": state.open.application_id})
    if command.kind == "change" and state.in_force is None:
        raise DomainError("no-class-in-force")
    if command.kind == "new" and state.in_force is not None:
        raise DomainError("class-in-force", params={"class": state.in_force.talent_class})
    return [
        ApplicationOpened(
            application_id=command.application_id,
            kind=command.kind,
            attempt=command.attempt or state.attempts + 1,
            at=command.at,
        )
    ]


def evolve(state: TalentClass, event: TalentClassEvent) -> TalentClass:
    match event:
        case ApplicationOpened(attempt=attempt):
            return replace(state, open=event, attempts=max(attempt, state.attempts))
        case ApplicationClosed():
            return replace(state, open=None)
        case ClassGranted():
            return replace(state, in_force=event, ending=None, taken=None, taken_by=None)
        case ClassEnded(reference=reference):
            taken = None if reference is None else state.in_force
            return replace(state, in_force=None, ending=None, taken=taken, taken_by=reference)
        case ClassEndingProposed():
            return replace(state, ending=event)
        case ClassEndingConfirmed() | ClassEndingDeclined():
            return replace(state, ending=None)
        case MaterialsOutstanding():
            return replace(state, outstanding=event)
        case MaterialsCompleted() | MaterialsReleased():
            return replace(state, outstanding=None)
        case _:
            assert_never(event)


DECIDER: Final = Decider(TALENT_CLASS, TalentClass(), decide, evolve)
