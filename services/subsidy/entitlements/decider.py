"""One open application of a scheme at a time, and what was granted once, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, assert_never

from services.subsidy.entitlements.commands import (
    CloseApplication,
    EndEntitlements,
    Grant,
    OpenApplication,
    TalentSubsidiesCommand,
)
from services.subsidy.entitlements.events import (
    TALENT_SUBSIDIES,
    ApplicationClosed,
    ApplicationOpened,
    EntitlementEnded,
    EntitlementGranted,
    TalentSubsidiesEvent,
)
from shared.domain.decider import Decider
from shared.domain.errors import DomainError

Events = Sequence[TalentSubsidiesEvent]


@dataclass(frozen=True, slots=True)
class TalentSubsidies:
    """`open` and `attempts` are by scheme; `ended` are the applications whose entitlement is
    over."""

    open: Mapping[str, ApplicationOpened] = field(default_factory=dict)
    attempts: Mapping[str, int] = field(default_factory=dict)
    granted: tuple[EntitlementGranted, ...] = ()
    ended: frozenset[str] = frozenset()

    @property
    def live(self) -> tuple[EntitlementGranted, ...]:
        """What was granted and has not ended."""
        return tuple(one for one in self.granted if one.application_id not in self.ended)


def decide(command: TalentSubsidiesCommand, state: TalentSubsidies) -> Events:
    match command:
        case OpenApplication():
            return _open(command, state)
        case CloseApplication():
            return [
                ApplicationClosed(scheme=scheme, **command.model_dump())
                for scheme, opened in state.open.items()
                if _closes(command, opened)
            ]
        case Grant(application_id=id, scheme=scheme, at=at):
            if not _is_open(state, scheme, id):
                return []
            closed = ApplicationClosed(application_id=id, scheme=scheme, outcome="approved", at=at)
            return [EntitlementGranted(**command.model_dump()), closed]
        case EndEntitlements(reason=reason, at=at):
            return [
                EntitlementEnded(
                    application_id=one.application_id, scheme=one.scheme, reason=reason, at=at
                )
                for one in state.live
            ]
        case _:
            assert_never(command)


def _is_open(state: TalentSubsidies, scheme: str, application_id: str) -> bool:
    opened = state.open.get(scheme)
    return opened is not None and opened.application_id == application_id


def _closes(command: CloseApplication, opened: ApplicationOpened) -> bool:
    """A rejection from before the application was opened again closes nothing any more."""
    if opened.application_id != command.application_id:
        return False
    return command.outcome != "rejected" or command.at >= opened.at


def _open(command: OpenApplication, state: TalentSubsidies) -> Events:
    scheme = command.scheme
    opened = state.open.get(scheme)
    if opened is not None and opened.application_id == command.application_id:
        if command.attempt is None or opened.at >= command.at:
            return []
    elif opened is not None:
        raise DomainError("application-open", params={"id": opened.application_id})
    match command.granted:
        case "once":
            again = any(one.scheme == scheme for one in state.live)
        case "every-window":
            # Granted in a window, it may have been paid, whatever became of it later.
            windows = {one.window for one in state.granted if one.scheme == scheme}
            again = command.window in windows
        case _:
            assert_never(command.granted)
    if again:
        raise DomainError("subsidy-granted")
    before = state.attempts.get(scheme, 0)
    return [
        ApplicationOpened(
            application_id=command.application_id,
            scheme=scheme,
            window=command.window,
            attempt=command.attempt or before + 1,
            at=command.at,
        )
    ]


def evolve(state: TalentSubsidies, event: TalentSubsidiesEvent) -> TalentSubsidies:
    match event:
        case ApplicationOpened(scheme=scheme, attempt=attempt):
            attempts = {**state.attempts, scheme: max(attempt, state.attempts.get(scheme, 0))}
            return replace(state, open={**state.open, scheme: event}, attempts=attempts)
        case ApplicationClosed(scheme=scheme):
            return replace(state, open={k: v for k, v in state.open.items() if k != scheme})
        case EntitlementGranted():
            return replace(state, granted=(*state.granted, event))
        case EntitlementEnded(application_id=id):
            return replace(state, ended=state.ended | {id})
        case _:
            assert_never(event)


DECIDER: Final = Decider(TALENT_SUBSIDIES, TalentSubsidies(), decide, evolve)
