"""Short messages out, and the provider's own record of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, Protocol

ONE_TIME_CODE: Final = "identity-code"
"""The template of one-time codes: no adapter keeps a copy of one."""


class Handover(Enum):
    """How one attempt ended.

    REFUSED: this provider will never take this message. RETRY: certainly not taken, and another
    time it may be. THROTTLED: certainly not taken, because there were too many. UNKNOWN: nobody can
    tell whether it was taken."""

    TAKEN = "taken"
    REFUSED = "refused"
    RETRY = "retry"
    THROTTLED = "throttled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Sms:
    """`reference` is ours and unique an attempt (Aliyun's OutId, Tencent's SessionContext);
    `mobile` is E.164; `template` and `params` are what a provider with approved templates needs."""

    reference: str
    mobile: str
    text: str
    template: str
    params: dict[str, str]


@dataclass(frozen=True, slots=True)
class HandoverResult:
    """`detail` is the provider's code or words, free of personal data."""

    handover: Handover
    provider_id: str | None = None
    detail: str = ""


class SmsProvider(Protocol):
    @property
    def name(self) -> str:
        """Recorded with every attempt, so it stays what it is for as long as messages are kept."""
        ...

    @property
    def settles_after(self) -> timedelta:
        """How long after a call the provider's own records are complete."""
        ...

    async def send(self, sms: Sms) -> HandoverResult:
        """Try once. A lost connection after the request was sent is UNKNOWN, not RETRY."""
        ...

    async def query(self, sms: Sms, started_at: datetime) -> HandoverResult:
        """What the provider's own records say of a reference that was tried at `started_at`: TAKEN,
        RETRY (certainly not taken), or UNKNOWN where they cannot say."""
        ...


@dataclass(frozen=True, slots=True)
class Route:
    """A provider and its share of the messages, relative to the other routes' weights."""

    provider: SmsProvider
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the network made of a message, by the provider's report: our reference where the report
    has it, else the id that the provider gave when it took the message; `reported_at` by the
    provider's clock."""

    reference: str | None
    provider_id: str | None
    delivered: bool
    code: str
    reported_at: datetime


class BadReceipt(ValueError):
    """A report that is not what the provider's documents say."""


class ReceiptReader(Protocol):
    """How one provider reports; `answer` is the JSON by which it knows that it was heard."""

    @property
    def answer(self) -> dict[str, object]: ...

    def read(self, body: bytes) -> Sequence[Receipt]:
        """The reports of a request's body. Raises BadReceipt."""
        ...
