"""What a message can be in, and how each fact moves it on."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never

from services.notifier.events import (
    AttemptFailed,
    AttemptStarted,
    MessageEvent,
    MessageGivenUp,
    MessageHandedOver,
    MessageRedriven,
    MessageRequested,
    MessageSuppressed,
    OutcomeUnknown,
)

Ending = Literal["handed-over", "suppressed", "given-up"]


@dataclass(frozen=True, slots=True)
class Absent:
    """Nobody has asked for it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """To be attempted from `due` on. `tried` are all references so far, `attempts` those since
    `since` (the request, or an operator's redrive)."""

    letter: MessageRequested
    due: datetime | None
    since: datetime
    attempts: int = 0
    tried: tuple[str, ...] = ()


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
    """Over; `how` says how, and `why` in a word."""

    waiting: Waiting
    how: Ending
    why: str = ""


State = Absent | Waiting | Attempting | Uncertain | Ended


def letter_of(state: Waiting | Attempting | Uncertain | Ended) -> MessageRequested:
    """The request that a message began with."""
    return state.letter if isinstance(state, Waiting) else state.waiting.letter


def evolve(state: State, event: MessageEvent) -> State:
    """The state after one more fact; only a request begins a stream."""
    if isinstance(event, MessageRequested):
        return Waiting(event, due=event.requested_at, since=event.requested_at)
    if isinstance(state, Absent):
        raise ValueError(f"{event.stored_type} before the request")
    waiting = state if isinstance(state, Waiting) else state.waiting
    match event:
        case AttemptStarted():
            tried = (*waiting.tried, event.reference)
            return Attempting(replace(waiting, attempts=waiting.attempts + 1, tried=tried), event)
        case AttemptFailed():
            return replace(waiting, due=event.next_attempt_at)
        case OutcomeUnknown():
            if not isinstance(state, Attempting | Uncertain):
                raise ValueError("an unknown outcome of no attempt")
            return Uncertain(waiting, state.attempt, event.checks, event.ask_again_at)
        case MessageHandedOver():
            return Ended(waiting, "handed-over")
        case MessageSuppressed():
            return Ended(waiting, "suppressed", event.why)
        case MessageGivenUp():
            return Ended(waiting, "given-up", event.why)
        case MessageRedriven():
            at = event.redriven_at
            return replace(waiting, due=at, since=at, attempts=0)
        case other:
            assert_never(other)
