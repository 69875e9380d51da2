"""Finds the number of a message when it is about to be sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from services.notifier.contacts import CONTACTS, Contact
from services.notifier.events import Language, MessageRequested
from shared.events.personal import Erased
from shared.runtime.views import Views

_WAIT_SECONDS: Final = 2.0
_PATIENCE: Final = timedelta(minutes=2)


class Missing(Enum):
    """Why there is no number: not known yet, none, or the person is gone."""

    NOT_YET = "not-yet"
    NO_NUMBER = "no-number"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class To:
    """Where a message goes, and in which language."""

    address: str
    language: Language


@dataclass(frozen=True, slots=True)
class Numbers:
    """Mobiles (E.164) and mail addresses by the contact view."""

    views: Views

    async def of(self, letter: MessageRequested, now: datetime) -> To | Missing:
        """The number, once the view has read as far as the causing fact. A person of whom nothing
        is known is waited for two minutes from the request: other streams may be late."""
        if isinstance(letter.text, Erased) or isinstance(letter.mobile, Erased):
            return Missing.ERASED
        view = self.views.of(CONTACTS)
        if not await view.reached(letter.cause_stream, letter.cause_version, within=_WAIT_SECONDS):
            return Missing.NOT_YET
        contact = await view.get(letter.recipient)
        number = None if contact is None else _number(letter, contact)
        if isinstance(number, Erased):
            return Missing.ERASED
        if contact and number:
            english = letter.text_en is not None and contact.language == "en"
            return To(number, "en" if english else "zh")
        if contact and letter.channel == "email":
            return Missing.NO_NUMBER
        patient = now - letter.requested_at < _PATIENCE
        return Missing.NOT_YET if patient else Missing.NO_NUMBER


def _number(letter: MessageRequested, contact: Contact) -> str | Erased | None:
    if isinstance(contact.account, Erased) or isinstance(contact.profiles, Erased):
        return contact.account
    if letter.channel == "email":
        return contact.email
    match letter.number:
        case "given":
            return letter.mobile
        case "profile":
            return contact.profiles.get(letter.cause_stream, contact.account)
        case "account":
            return contact.account
