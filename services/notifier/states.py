"""What a message can be in, and how each fact moves it on."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never

from services.notifier.events import (
    AttemptFailed,
    AttemptStarted,
    MessageDelayed,
    MessageEvent,
    MessageGivenUp,
    MessageHandedOver,
    MessageRedriven,
    MessageRequested,
    MessageSuppressed,
    OutcomeUnknown,
    ReceiptRecorded,
)

Ending = Literal["handed-over", "suppressed", "given-up"]


@dataclass(frozen=True, slots=True)
class Absent:
    """Nobody has asked for it."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt, whatever became of it. `delivered`: what its receipt says, if there is one."""

    reference: str
    provider: str
    started_at: datetime
    delivered: bool | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """To be attempted from `due` on. `tried` are all attempts so far, `attempts` counts those since
    `since` (the request, the end of a delay, or an operator's redrive). A round asks every provider
    once: `asked` are those of the present one, `rounds` how many ended in a pause. `closed` will
    not be asked again: they refused it, or their receipt said that it failed."""

    letter: MessageRequested
    due: datetime | None
    since: datetime
    attempts: int = 0
    tried: tuple[Tried, ...] = ()
    rounds: int = 0
    asked: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    returns: int = 0

    def tried_as(self, reference: str) -> Tried | None:
        """The attempt of a reference, if there was one."""
        return next((t for t in self.tried if t.reference == reference), None)


@dataclass(frozen=True, slots=True)
class Attempting:
    """An attempt is under way, or was when somebody crashed."""

    waiting: Waiting
    attempt: AttemptStarted


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The open attempt's outcome is unknown."""

    waiting: Waiting
    attempt: AttemptStarted
    checks: int
    ask_again_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ended:
    """Over; `how` says how, `why` in a word, and `reference` which attempt was handed over."""

    waiting: Waiting
    how: Ending
    why: str = ""
    reference: str = ""


State = Absent | Waiting | Attempting | Uncertain | Ended


def waiting_of(state: Waiting | Attempting | Uncertain | Ended) -> Waiting:
    """What every state but the first keeps: the request, and what was tried."""
    return state if isinstance(state, Waiting) else state.waiting


def letter_of(state: Waiting | Attempting | Uncertain | Ended) -> MessageRequested:
    """The request that a message began with."""
    return waiting_of(state).letter


def evolve(state: State, event: MessageEvent) -> State:
    """The state after one more fact; only a request begins a stream."""
    if isinstance(event, MessageRequested):
        return Waiting(event, due=event.requested_at, since=event.requested_at)
    if isinstance(state, Absent):
        raise ValueError(f"{event.stored_type} before the request")
    waiting = waiting_of(state)
    match event:
        case AttemptStarted():
            return Attempting(_started(waiting, event), event)
        case AttemptFailed():
            return _failed(waiting, event)
        case OutcomeUnknown():
            if not isinstance(state, Attempting | Uncertain):
                raise ValueError("an unknown outcome of no attempt")
            return Uncertain(waiting, state.attempt, event.checks, event.ask_again_at)
        case MessageHandedOver():
            return Ended(waiting, "handed-over", reference=event.reference)
        case ReceiptRecorded():
            return _reported(state, event)
        case MessageDelayed():
            return replace(waiting, due=event.until, since=event.until, asked=())
        case MessageSuppressed():
            return Ended(waiting, "suppressed", event.why)
        case MessageGivenUp():
            return Ended(waiting, "given-up", event.why)
        case MessageRedriven():
            at = event.redriven_at
            return Waiting(waiting.letter, due=at, since=at, tried=waiting.tried)
        case other:
            assert_never(other)


def _started(waiting: Waiting, event: AttemptStarted) -> Waiting:
    return replace(
        waiting,
        attempts=waiting.attempts + 1,
        tried=(*waiting.tried, Tried(event.reference, event.provider, event.started_at)),
        asked=(*waiting.asked, event.provider),
    )


def _failed(waiting: Waiting, event: AttemptFailed) -> Waiting:
    tried = waiting.tried_as(event.reference)
    if tried is not None and not event.retryable:
        waiting = replace(waiting, closed=(*waiting.closed, tried.provider))
    again = event.next_attempt_at
    if again is not None and again > event.failed_at:
        waiting = replace(waiting, rounds=waiting.rounds + 1, asked=())
    return replace(waiting, due=again)


def _reported(
    state: Waiting | Attempting | Uncertain | Ended, event: ReceiptRecorded
) -> Waiting | Attempting | Uncertain | Ended:
    waiting = waiting_of(state)
    tried = tuple(
        replace(t, delivered=event.delivered) if t.reference == event.reference else t
        for t in waiting.tried
    )
    waiting = replace(waiting, tried=tried)
    again = event.next_attempt_at
    if again is not None:
        closed, returns = (*waiting.closed, event.provider), waiting.returns + 1
        return replace(waiting, due=again, since=again, asked=(), closed=closed, returns=returns)
    return waiting if isinstance(state, Waiting) else replace(state, waiting=waiting)
