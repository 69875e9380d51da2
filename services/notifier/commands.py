"""Intentions about one message. Times are aware; `reference` is ours and unique an attempt."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.notifier.events import Channel, Delay, Language, NumberSource

OutcomeWord = Literal["taken", "refused", "retry", "throttled", "unknown"]


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime


class RequestMessage(_Command):
    """One fact's message for one person; `mobile` only where the fact itself gives it (E.164)."""

    template: str
    recipient: str
    subject: str
    number: NumberSource
    mobile: str | None
    text: str
    params: dict[str, str]
    cause_id: str
    cause_type: str
    cause_stream: str
    cause_version: int
    erased: bool = False
    channel: Channel = "sms"
    text_en: str | None = None
    params_en: dict[str, str] | None = None
    title: str = ""
    title_en: str = ""
    template_version: str = ""


class StartAttempt(_Command):
    """Claims the message for one call of the provider; whoever records it makes the call."""

    reference: str
    provider: str
    mobile: str
    language: Language = "zh"
    settles_at: datetime | None = None


class RecordOutcome(_Command):
    """What came of an attempt, by the provider's answer or by its records. `routes` are the names
    of the providers there are at present."""

    reference: str
    outcome: OutcomeWord
    learnt_from: Literal["answer", "records"]
    provider_id: str | None = None
    detail: str = ""
    routes: tuple[str, ...] = ()


class RecordReceipt(_Command):
    """What a provider says the network made of an attempt; `reported_at` by its own clock."""

    reference: str
    provider: str
    delivered: bool
    code: str
    reported_at: datetime
    routes: tuple[str, ...] = ()


class DelayMessage(_Command):
    """It must not be sent before `until`."""

    why: Delay
    until: datetime


class SuppressMessage(_Command):
    """It cannot or must not be sent."""

    why: Literal["erased", "no-number", "no-address"]


class RedriveMessage(_Command):
    """An operator sends again what ended without having been handed over."""

    by: str
    reason: str


MessageCommand = (
    RequestMessage
    | StartAttempt
    | RecordOutcome
    | RecordReceipt
    | DelayMessage
    | SuppressMessage
    | RedriveMessage
)
