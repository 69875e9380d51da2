"""A message: requested once, attempted one at a time, and ended in one outcome.

An attempt is open from its start until an outcome is known, and nothing may be attempted while one
is open: so what a crash leaves behind is asked about, and never sent again blindly, by no provider.
"""

from collections.abc import Sequence
from typing import Final, assert_never

from services.notifier import outcomes
from services.notifier.commands import (
    DelayMessage,
    MessageCommand,
    RecordOutcome,
    RecordReceipt,
    RedriveMessage,
    RequestMessage,
    StartAttempt,
    SuppressMessage,
)
from services.notifier.events import (
    MESSAGE,
    AttemptStarted,
    MessageDelayed,
    MessageEvent,
    MessageRedriven,
    MessageRequested,
    MessageSuppressed,
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
            return outcomes.outcome(command, state)
        case RecordReceipt():
            return outcomes.receipt(command, state)
        case DelayMessage():
            return _delay(command, state)
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
        channel=command.channel,
        text_en=ERASED if gone else command.text_en,
        params_en=ERASED if gone else command.params_en,
        title=command.title,
        title_en=command.title_en,
        template_version=command.template_version,
    )


def _start(command: StartAttempt, state: State) -> Sequence[MessageEvent]:
    match state:
        case Absent():
            raise DomainError("message-not-found", status=404)
        case Attempting() | Uncertain() | Ended():
            raise DomainError("attempt-open")
        case Waiting():
            if state.tried_as(command.reference) is not None:
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
                    language=command.language,
                    settles_at=command.settles_at,
                )
            ]
        case other:
            assert_never(other)


def _delay(command: DelayMessage, state: State) -> Sequence[MessageEvent]:
    if isinstance(state, Absent):
        raise DomainError("message-not-found", status=404)
    due = isinstance(state, Waiting) and state.due is not None and state.due <= command.at
    if not due or command.until <= command.at:
        return []
    return [MessageDelayed(why=command.why, until=command.until, delayed_at=command.at)]


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
