"""Mail out: the second channel. Nobody can be asked afterwards what a mail server took."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from shared.ports.sms import HandoverResult


@dataclass(frozen=True, slots=True)
class Mail:
    """`reference` is ours and unique an attempt; it becomes part of the Message-ID."""

    reference: str
    address: str
    title: str
    text: str


class MailSender(Protocol):
    @property
    def name(self) -> str:
        """Recorded with every attempt, so it stays what it is for as long as messages are kept."""
        ...

    @property
    def settles_after(self) -> timedelta:
        """At least twice as long as a call may take."""
        ...

    async def send(self, mail: Mail) -> HandoverResult:
        """Try once. UNKNOWN if the server went away after it had the text."""
        ...


@dataclass(frozen=True, slots=True)
class MailRoute:
    """A mail server and its share of the mail."""

    provider: MailSender
    weight: float = 1.0
