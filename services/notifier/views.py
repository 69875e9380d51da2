"""Messages as people and the delivery read them."""

from datetime import datetime
from typing import Any, Final, Literal, assert_never

from pydantic import BaseModel

from services.identity.events import TALENT
from services.notifier.contacts import CONTACTS
from services.notifier.events import (
    MESSAGE,
    AttemptFailed,
    AttemptStarted,
    Channel,
    Language,
    LearntFrom,
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
from shared.events.model import Recorded
from shared.events.personal import Personal
from shared.ports.view_store import Index
from shared.runtime.deadlines import instant
from shared.runtime.projection import Projection

MessageState = Literal["waiting", "attempting", "unknown", "handed-over", "suppressed", "given-up"]
AttemptOutcome = Literal["open", "taken", "refused", "retry", "throttled", "unknown"]


class Receipt(BaseModel):
    """What the network made of an attempt, by the provider's word. Instants are ISO 8601, UTC."""

    delivered: bool
    code: str
    reported_at: str
    recorded_at: str


class Attempt(BaseModel):
    """One call of one provider. `detail` is its code; `checks` how often its records were asked in
    vain."""

    reference: str
    provider: str
    language: Language
    started_at: str
    outcome: AttemptOutcome = "open"
    learnt_from: LearntFrom | None = None
    known_at: str | None = None
    provider_id: str | None = None
    detail: str = ""
    checks: int = 0
    receipt: Receipt | None = None


class MessageView(BaseModel):
    """A message. Instants are ISO 8601 in UTC; `next_attempt_at` is when delivery has to look at
    it again (null: never of itself); `why` says how it ended, why it waits, or what the provider
    answered; `parked` says why it waits for an operator; `delivered` is the last receipt's word."""

    template: str
    subject: str
    cause_type: str
    text: Personal[str]
    mobile: Personal[str | None] = None
    state: MessageState = "waiting"
    why: str = ""
    attempts: int = 0
    provider: str | None = None
    provider_id: str | None = None
    requested_at: str
    updated_at: str
    next_attempt_at: str | None
    channel: Channel = "sms"
    template_version: str = ""
    cause_id: str = ""
    cause_stream: str = ""
    cause_version: int = 0
    tried: tuple[Attempt, ...] = ()
    delivered: bool | None = None
    parked: str | None = None


def evolve(message: MessageView | None, recorded: Recorded[MessageEvent]) -> MessageView | None:
    """The document after one more fact."""
    if isinstance(recorded.event, MessageRequested):
        return _requested(recorded.event)
    if message is None:
        return None
    changes = _changes(message, recorded.event)
    return message.model_copy(update=changes)


def _requested(event: MessageRequested) -> MessageView:
    at = instant(event.requested_at)
    return MessageView(
        template=event.template,
        subject=event.subject,
        cause_type=event.cause_type,
        text=event.text,
        mobile=event.mobile,
        requested_at=at,
        updated_at=at,
        next_attempt_at=at,
        channel=event.channel,
        template_version=event.template_version,
        cause_id=event.cause_id,
        cause_stream=event.cause_stream,
        cause_version=event.cause_version,
    )


def _changes(message: MessageView, event: MessageEvent) -> dict[str, object]:
    match event:
        case AttemptStarted():
            return _started(message, event)
        case MessageHandedOver():
            how = _known("taken", event.handed_over_at) | {"learnt_from": event.learnt_from}
            how |= {"provider_id": event.provider_id}
            done = _to("handed-over", event.handed_over_at) | _on(message, event.reference, how)
            return done | {"why": "", "provider_id": event.provider_id}
        case AttemptFailed():
            outcome: AttemptOutcome = "retry" if event.retryable else "refused"
            how = _known("throttled" if event.throttled else outcome, event.failed_at)
            to = _to("waiting", event.failed_at, event.next_attempt_at) | {"why": event.detail}
            return to | _on(message, event.reference, how | {"detail": event.detail})
        case OutcomeUnknown():
            how = _known("unknown", event.noticed_at)
            how |= {"detail": event.detail, "checks": event.checks}
            to = _to("unknown", event.noticed_at, event.ask_again_at) | {"why": event.detail}
            parked = "unknown" if event.ask_again_at is None else None
            return to | _on(message, event.reference, how) | {"parked": parked}
        case ReceiptRecorded():
            return _reported(message, event)
        case MessageDelayed():
            return _to("waiting", event.delayed_at, event.until) | {"why": event.why}
        case MessageSuppressed():
            # Nobody can send what is about a person who is gone, and most people want no mail.
            parked = event.why if event.why == "no-number" else None
            to = _to("suppressed", event.suppressed_at)
            return to | {"why": event.why, "parked": parked}
        case MessageGivenUp():
            # A refusal's detail says more than that it was refused.
            why = message.why if event.why == "refused" and message.why else event.why
            return _to("given-up", event.given_up_at) | {"why": why, "parked": event.why}
        case MessageRedriven():
            return _to("waiting", event.redriven_at, event.redriven_at)
        case MessageRequested():
            return {}
        case other:
            assert_never(other)


def _started(message: MessageView, event: AttemptStarted) -> dict[str, object]:
    attempt = Attempt(
        reference=event.reference,
        provider=event.provider,
        language=event.language,
        started_at=instant(event.started_at),
    )
    return _to("attempting", event.started_at, event.settles_at or event.started_at) | {
        "attempts": message.attempts + 1,
        "provider": event.provider,
        "mobile": event.mobile,
        "tried": (*message.tried, attempt),
    }


def _reported(message: MessageView, event: ReceiptRecorded) -> dict[str, object]:
    receipt = Receipt(
        delivered=event.delivered,
        code=event.code,
        reported_at=instant(event.reported_at),
        recorded_at=instant(event.recorded_at),
    )
    changes = _on(message, event.reference, {"receipt": receipt}) | {"delivered": event.delivered}
    if event.next_attempt_at is None:
        return changes
    return changes | _to("waiting", event.recorded_at, event.next_attempt_at) | {"why": event.code}


def _on(message: MessageView, reference: str, how: dict[str, object]) -> dict[str, object]:
    return {
        "tried": tuple(
            a.model_copy(update=how) if a.reference == reference else a for a in message.tried
        )
    }


def _known(outcome: AttemptOutcome, at: datetime) -> dict[str, object]:
    return {"outcome": outcome, "known_at": instant(at)}


def _to(state: MessageState, at: datetime, again: datetime | None = None) -> dict[str, object]:
    return {
        "state": state,
        "updated_at": instant(at),
        "next_attempt_at": None if again is None else instant(again),
        "parked": None,
    }


def _key(recorded: Recorded[Any]) -> str | None:
    """The message's id; a talent's facts are heard for the erasing one alone."""
    category, _, id = recorded.stream.partition("-")
    return id if category == MESSAGE.name else None


MESSAGE_LIST: Final[Projection[MessageView, MessageView]] = Projection(
    name="notifier_message",
    version=2,
    categories=(MESSAGE, TALENT),
    document=MessageView,
    evolve=evolve,
    key=_key,
    indexes=(
        Index(("next_attempt_at",)),
        Index(("subject", "requested_at")),
        Index(("state", "requested_at")),
        Index(("requested_at",)),
        Index(("cause_id",)),
        Index(("cause_stream", "cause_version")),
        Index(("parked", "updated_at")),
        Index(("provider_id",)),
    ),
)
PROJECTIONS: Final = (CONTACTS, MESSAGE_LIST)
