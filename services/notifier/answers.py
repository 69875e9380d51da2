"""Messages as they are answered: numbers masked, codes with their words."""

from typing import Self

from pydantic import BaseModel

from services.notifier.events import Channel
from services.notifier.messages import STATE_LABELS
from services.notifier.templates import Templates
from services.notifier.views import Attempt, MessageState, MessageView
from shared.events.personal import Erased


class MessageOut(BaseModel):
    """A message in a list: the mobile masked. Instants are ISO 8601, UTC. `delivered` is what the
    receipt says, null without one; `parked` why it waits for an operator."""

    id: str
    template: str
    label: str
    channel: Channel
    state: MessageState
    state_label: str
    mobile: str | None
    requested_at: str
    updated_at: str
    attempts: int
    why: str = ""
    next_attempt_at: str | None = None
    delivered: bool | None = None
    parked: str | None = None

    @classmethod
    def of(cls, templates: Templates, id: str, message: MessageView) -> Self:
        """As the view has it."""
        return cls(**listed(templates, id, message))


class WholeMessage(MessageOut):
    """One message with its text and every attempt; the number still masked."""

    text: str
    template_version: str
    cause_id: str
    cause_type: str
    provider: str | None
    provider_id: str | None
    tried: tuple[Attempt, ...]

    @classmethod
    def of(cls, templates: Templates, id: str, message: MessageView) -> Self:
        return cls(
            **listed(templates, id, message),
            text=_as_sent(message),
            template_version=message.template_version,
            cause_id=message.cause_id,
            cause_type=message.cause_type,
            provider=message.provider,
            provider_id=message.provider_id,
            tried=message.tried,
        )


def listed(templates: Templates, id: str, message: MessageView) -> dict[str, object]:
    """What a list says of a message."""
    return {
        "id": id,
        "template": message.template,
        "label": templates.labels.get(message.template, message.template),
        "channel": message.channel,
        "state": message.state,
        "state_label": STATE_LABELS[message.state],
        "mobile": masked(plain(message.mobile)),
        "requested_at": message.requested_at,
        "updated_at": message.updated_at,
        "attempts": message.attempts,
        "why": message.why,
        "next_attempt_at": message.next_attempt_at,
        "delivered": message.delivered,
        "parked": message.parked,
    }


def _as_sent(message: MessageView) -> str:
    """In the language of the last attempt."""
    english = bool(message.tried) and message.tried[-1].language == "en"
    return plain(message.text_en if english else message.text) or ""


def plain(value: str | Erased | None) -> str | None:
    return str(value.value) if isinstance(value, Erased) else value


def masked(address: str | None) -> str | None:
    """`+86138****5678`, `w****@example.com`; what is neither (an erased one) stays as it is."""
    if address is not None and "@" in address:
        name, _, host = address.rpartition("@")
        return f"{name[:1]}****@{host}"
    if address is None or not address.startswith("+"):
        return address
    return f"{address[:-8]}****{address[-4:]}"
