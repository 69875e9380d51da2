"""A message: requested once, attempted one at a time, and ended in one outcome.

An attempt is open from its start until an outcome is known, and nothing may be attempted while one
is open: so what a crash leaves behind is asked about, and never sent again blindly.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, assert_never

from services.notifier import policies
from services.notifier.commands import (
    MessageCommand,
    RecordOutcome,
    RedriveMessage,
    RequestMessage,
    StartAttempt,
    SuppressMessage,
)
from services.notifier.events import (
    MESSAGE,
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
from services.notifier.states import (
    Absent,
    Attempting,
    Ended,
    State,
    Uncertain,
    Waiting,
    evolve,
)
from shared.domain.decider import Decider
from shared.domain.errors import DomainError
from shared.events.personal import ERASED, Erased


def decide(command: MessageCommand, state: State) -> Sequence[MessageEvent]:
    """Raises DomainError: attempt-open, message-not-due, message-not-found,
    message-not-redrivable."""
    match command:
        case RequestMessage():
            return [_requested(command)] if isinstance(state, Absent) else []
        case StartAttempt():
            return _start(command, state)
        case RecordOutcome():
            return _record(command, state)
        case SuppressMessage():
            return _suppress(command, state)
        case RedriveMessage():
            return _redrive(command, state)
        case other:
            assert_never(other)


def _requested(command: RequestMessage) -> MessageRequested:
    gone = command.erased
    return MessageRequested(
        template=command.template,
        recipient=command.recipient,
        subject=command.subject,
        number=command.number,
        mobile=ERASED if gone else command.mobile,
        text=ERASED if gone else command.text,
        params=ERASED if gone else command.params,
        cause_id=command.cause_id,
        cause_type=command.cause_type,
        cause_stream=command.cause_stream,
        cause_version=command.cause_version,
        requested_at=command.at,
    )


def _start(command: StartAttempt, state: State) -> Sequence[MessageEvent]:
    match state:
        case Absent():
            raise DomainError("message-not-found", status=404)
        case Attempting() | Uncertain() | Ended():
            raise DomainError("attempt-open")
        case Waiting():
            if command.reference in state.tried:
                raise DomainError("attempt-open")
            if state.due is None or command.at < state.due:
                raise DomainError("message-not-due")
            return [
                AttemptStarted(
                    reference=command.reference,
                    number=len(state.tried) + 1,
                    provider=command.provider,
                    mobile=command.mobile,
                    started_at=command.at,
                )
            ]
        case other:
            assert_never(other)


def _record(command: RecordOutcome, state: State) -> Sequence[MessageEvent]:
    match state:
        case Absent():
            raise DomainError("message-not-found", status=404)
        case Attempting() | Uncertain() if state.attempt.reference == command.reference:
            return _outcome(command, state)
        case Waiting():
            return _late(command, state)
        case Attempting() | Uncertain() | Ended():
            over = isinstance(state, Ended) and state.how == "handed-over"
            return [] if over else _late(command, state.waiting)
        case other:
            assert_never(other)


def _late(command: RecordOutcome, waiting: Waiting) -> Sequence[MessageEvent]:
    """Of an attempt that is no longer open only one piece of news counts: it was taken."""
    known = command.reference in waiting.tried
    return [_taken(command)] if known and command.outcome == "taken" else []


def _outcome(command: RecordOutcome, state: Attempting | Uncertain) -> Sequence[MessageEvent]:
    match command.outcome:
        case "taken":
            return [_taken(command)]
        case "refused":
            return [_failed(command, None, retryable=False), _given_up(command, "refused")]
        case "retry" | "throttled":
            waiting = state.waiting
            again = policies.retry_at(waiting.attempts, waiting.since, command.at)
            failed = _failed(command, again, retryable=True)
            return [failed] if again else [failed, _given_up(command, "out-of-time")]
        case "unknown":
            return _unknown(command, state)
        case other:
            assert_never(other)


def _unknown(command: RecordOutcome, state: Attempting | Uncertain) -> Sequence[MessageEvent]:
    checks = state.checks if isinstance(state, Uncertain) else 0
    if command.learnt_from == "records":
        checks += 1
    elif isinstance(state, Uncertain):
        return []
    if isinstance(state, Uncertain) and state.ask_again_at is None:
        return []
    return [
        OutcomeUnknown(
            reference=command.reference,
            checks=checks,
            detail=command.detail,
            noticed_at=command.at,
            ask_again_at=policies.ask_again_at(checks, command.at),
        )
    ]


def _taken(command: RecordOutcome) -> MessageHandedOver:
    return MessageHandedOver(
        reference=command.reference,
        provider_id=command.provider_id,
        learnt_from=command.learnt_from,
        handed_over_at=command.at,
    )


def _failed(command: RecordOutcome, again: datetime | None, *, retryable: bool) -> AttemptFailed:
    return AttemptFailed(
        reference=command.reference,
        retryable=retryable,
        detail=command.detail,
        failed_at=command.at,
        next_attempt_at=again,
    )


def _given_up(command: RecordOutcome, why: Literal["refused", "out-of-time"]) -> MessageGivenUp:
    return MessageGivenUp(why=why, given_up_at=command.at)


def _suppress(command: SuppressMessage, state: State) -> Sequence[MessageEvent]:
    if isinstance(state, Absent):
        raise DomainError("message-not-found", status=404)
    if not isinstance(state, Waiting):
        return []
    return [MessageSuppressed(why=command.why, suppressed_at=command.at)]


def _redrive(command: RedriveMessage, state: State) -> Sequence[MessageEvent]:
    match state:
        case Absent():
            raise DomainError("message-not-found", status=404)
        case Uncertain() | Ended() if _may_redrive(state):
            return [MessageRedriven(by=command.by, reason=command.reason, redriven_at=command.at)]
        case Waiting() | Attempting() | Uncertain() | Ended():
            raise DomainError("message-not-redrivable")
        case other:
            assert_never(other)


def _may_redrive(state: Uncertain | Ended) -> bool:
    if isinstance(state.waiting.letter.text, Erased):
        return False
    return isinstance(state, Uncertain) or (state.how != "handed-over" and state.why != "erased")


MESSAGES: Final[Decider[MessageCommand, State, MessageEvent]] = Decider(
    MESSAGE, Absent(), decide, evolve
)
