"""What the news of an attempt comes to: from the provider's answer, its records, or a receipt."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, assert_never

from services.notifier import policies
from services.notifier.commands import RecordOutcome, RecordReceipt
from services.notifier.events import (
    AttemptFailed,
    MessageEvent,
    MessageGivenUp,
    MessageHandedOver,
    OutcomeUnknown,
    ReceiptRecorded,
)
from services.notifier.states import (
    Absent,
    Attempting,
    Ended,
    State,
    Tried,
    Uncertain,
    Waiting,
    waiting_of,
)
from shared.domain.errors import DomainError


def outcome(command: RecordOutcome, state: State) -> Sequence[MessageEvent]:
    """Raises DomainError message-not-found."""
    match state:
        case Absent():
            raise DomainError("message-not-found", status=404)
        case Attempting() | Uncertain() if state.attempt.reference == command.reference:
            return _of_open(command, state)
        case Waiting():
            return _late(command, state)
        case Attempting() | Uncertain() | Ended():
            over = isinstance(state, Ended) and state.how == "handed-over"
            return [] if over else _late(command, state.waiting)
        case other:
            assert_never(other)


def receipt(command: RecordReceipt, state: State) -> Sequence[MessageEvent]:
    """Once a reference, whenever it comes: before the provider's answer was recorded, twice, or
    after another attempt. "Delivered" is the last word; "failed" may still become it. What no
    attempt of that provider fits is nothing. Raises DomainError message-not-found."""
    if isinstance(state, Absent):
        raise DomainError("message-not-found", status=404)
    tried = waiting_of(state).tried_as(command.reference)
    if tried is None or tried.provider != command.provider:
        return []
    if tried.delivered is True or tried.delivered == command.delivered:
        return []
    handed = isinstance(state, Ended) and state.how == "handed-over"
    is_open = (
        isinstance(state, Attempting | Uncertain) and state.attempt.reference == command.reference
    )
    # Whatever the network reports on, the provider took.
    taken = [_taken_by_receipt(command)] if is_open or (command.delivered and not handed) else []
    if command.delivered:
        return [*taken, _reported(command, tried, None)]
    if is_open or (isinstance(state, Ended) and handed and state.reference == command.reference):
        return [*taken, *_undelivered(command, tried, waiting_of(state))]
    return [_reported(command, tried, None)]


def _undelivered(
    command: RecordReceipt, tried: Tried, waiting: Waiting
) -> Sequence[ReceiptRecorded | MessageGivenUp]:
    closed = (*waiting.closed, command.provider)
    more = waiting.returns < policies.MOST_RETURNS
    young = command.at - waiting.letter.requested_at < policies.GIVE_UP_AFTER
    if more and young and policies.another_route(command.routes, closed, ()):
        return [_reported(command, tried, command.at)]
    given_up = MessageGivenUp(why="undelivered", given_up_at=command.at)
    return [_reported(command, tried, None), given_up]


def _reported(command: RecordReceipt, tried: Tried, again: datetime | None) -> ReceiptRecorded:
    return ReceiptRecorded(
        reference=command.reference,
        provider=command.provider,
        delivered=command.delivered,
        code=command.code,
        reported_at=command.reported_at,
        recorded_at=command.at,
        after_seconds=max(0.0, (command.reported_at - tried.started_at).total_seconds()),
        next_attempt_at=again,
    )


def _taken_by_receipt(command: RecordReceipt) -> MessageHandedOver:
    return MessageHandedOver(
        reference=command.reference,
        provider_id=None,
        learnt_from="receipt",
        handed_over_at=command.at,
    )


def _late(command: RecordOutcome, waiting: Waiting) -> Sequence[MessageEvent]:
    """Of an attempt that is no longer open only one piece of news counts: it was taken. Not even
    that, if the network said since what became of it."""
    tried = waiting.tried_as(command.reference)
    open_question = tried is not None and tried.delivered is None
    return [_taken(command)] if open_question and command.outcome == "taken" else []


def _of_open(command: RecordOutcome, state: Attempting | Uncertain) -> Sequence[MessageEvent]:
    match command.outcome:
        case "taken":
            return [_taken(command)]
        case "refused":
            return _refused(command, state)
        case "retry" | "throttled":
            again = _again(command, state.waiting, state.waiting.closed)
            failed = _failed(command, again, retryable=True)
            return [failed] if again else [failed, _given_up(command, "out-of-time")]
        case "unknown":
            return _unknown(command, state)
        case other:
            assert_never(other)


def _refused(command: RecordOutcome, state: Attempting | Uncertain) -> Sequence[MessageEvent]:
    closed = (*state.waiting.closed, state.attempt.provider)
    if policies.another_route(command.routes, closed, ()) is None:
        return [_failed(command, None, retryable=False), _given_up(command, "refused")]
    again = _again(command, state.waiting, closed)
    failed = _failed(command, again, retryable=False)
    return [failed] if again else [failed, _given_up(command, "out-of-time")]


def _again(command: RecordOutcome, waiting: Waiting, closed: Sequence[str]) -> datetime | None:
    """At once with a provider that was not asked in this round; else after a pause."""
    later = policies.retry_at(waiting.rounds + 1, waiting.since, command.at)
    elsewhere = policies.another_route(command.routes, closed, waiting.asked)
    return command.at if later and elsewhere else later


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
            ask_again_at=policies.ask_again_at(checks, command.at, state.attempt.settles_at),
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
        throttled=command.outcome == "throttled",
    )


def _given_up(command: RecordOutcome, why: Literal["refused", "out-of-time"]) -> MessageGivenUp:
    return MessageGivenUp(why=why, given_up_at=command.at)
