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
    MessageEvent,
    MessageGivenUp,
    MessageHandedOver,
    MessageRedriven,
    MessageRequested,
    MessageSuppressed,
    OutcomeUnknown,
)
from shared.events.model import Recorded
from shared.events.personal import Personal
from shared.ports.view_store import Index
from shared.runtime.deadlines import instant
from shared.runtime.projection import Projection

MessageState = Literal["waiting", "attempting", "unknown", "handed-over", "suppressed", "given-up"]


class MessageView(BaseModel):
    """A message. Instants are ISO 8601 in UTC; `next_attempt_at` is when delivery has to look at
    it again (null: never of itself); `why` says how it ended, or what the provider answered."""

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


def evolve(message: MessageView | None, recorded: Recorded[MessageEvent]) -> MessageView | None:
    """The document after one more fact."""
    if isinstance(recorded.event, MessageRequested):
        return _requested(recorded.event)
    if message is None:
        return None
    changes = _changes(message, recorded.event)
    return MessageView.model_validate(message.model_dump() | changes)


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
    )


def _changes(message: MessageView, event: MessageEvent) -> dict[str, object]:
    match event:
        case AttemptStarted():
            return _to("attempting", event.started_at, event.started_at) | {
                "attempts": message.attempts + 1,
                "provider": event.provider,
                "mobile": event.mobile,
            }
        case MessageHandedOver():
            done = _to("handed-over", event.handed_over_at)
            return done | {"provider_id": event.provider_id, "why": ""}
        case AttemptFailed():
            again = event.next_attempt_at
            return _to("waiting", event.failed_at, again) | {"why": event.detail}
        case OutcomeUnknown():
            again = event.ask_again_at
            return _to("unknown", event.noticed_at, again) | {"why": event.detail}
        case MessageSuppressed():
            return _to("suppressed", event.suppressed_at) | {"why": event.why}
        case MessageGivenUp():
            # A refusal's detail says more than that it was refused.
            why = event.why if event.why == "out-of-time" or not message.why else message.why
            return _to("given-up", event.given_up_at) | {"why": why}
        case MessageRedriven():
            return _to("waiting", event.redriven_at, event.redriven_at)
        case MessageRequested():
            return {}
        case other:
            assert_never(other)


def _to(state: MessageState, at: datetime, again: datetime | None = None) -> dict[str, object]:
    return {
        "state": state,
        "updated_at": instant(at),
        "next_attempt_at": None if again is None else instant(again),
    }


def _key(recorded: Recorded[Any]) -> str | None:
    """The message's id; a talent's facts are heard for the erasing one alone."""
    category, _, id = recorded.stream.partition("-")
    return id if category == MESSAGE.name else None


MESSAGE_LIST: Final[Projection[MessageView, MessageView]] = Projection(
    name="notifier_message",
    version=1,
    categories=(MESSAGE, TALENT),
    document=MessageView,
    evolve=evolve,
    key=_key,
    indexes=(
        Index(("next_attempt_at",)),
        Index(("subject", "requested_at")),
        Index(("state", "requested_at")),
        Index(("requested_at",)),
    ),
)
PROJECTIONS: Final = (CONTACTS, MESSAGE_LIST)
