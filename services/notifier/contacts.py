"""Whom a message reaches, and at which number."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel

from services.classification.events import ApplicationSubmitted
from services.identity.events import (
    MobileChanged,
    OrganisationRegistered,
    StaffAdded,
    StaffMobileChanged,
    TalentRegistered,
)
from services.notifier.events import PREFERENCE, Language, PreferenceChosen
from services.notifier.reactions import CAUSES, recipient_of
from shared.events.model import Recorded
from shared.events.personal import ERASED, Erased, Personal
from shared.runtime.projection import Projection


class Move(BaseModel):
    """A number that took another's place."""

    previous: str
    mobile: str
    at: datetime


class ContactPart(BaseModel):
    """What one stream says: an account's number and its moves, or an application's own number."""

    account: Personal[str | None] = None
    moves: Personal[tuple[Move, ...]] = ()
    profile: Personal[str | None] = None
    locked_at: datetime | None = None
    language: Language | None = None
    email: Personal[str | None] = None


class Contact(BaseModel):
    """Mobiles in E.164: the account's, and by application stream the locked profile's; the language
    and the mail address that the person chose."""

    account: Personal[str | None] = None
    profiles: Personal[dict[str, str]] = {}
    language: Language = "zh"
    email: Personal[str | None] = None


def evolve(part: ContactPart | None, recorded: Recorded[Any]) -> ContactPart | None:
    """A part after one more fact; facts without a number leave it as it is."""
    match recorded.event:
        case TalentRegistered() | StaffAdded() as made:
            return ContactPart(account=made.mobile)
        case OrganisationRegistered() as made:
            return ContactPart(account=made.contact_mobile)
        case MobileChanged() as changed:
            return _moved(part, changed.previous, changed.mobile, changed.changed_at)
        case StaffMobileChanged() as changed:
            return ContactPart(account=changed.mobile)
        case ApplicationSubmitted() as submitted:
            return ContactPart(profile=submitted.mobile, locked_at=submitted.at)
        case PreferenceChosen() as chosen:
            return ContactPart(language=chosen.language, email=chosen.email)
        case _:
            # Other contexts add facts without asking; only those with a number matter here.
            return part


def _moved(
    part: ContactPart | None, previous: str | Erased, mobile: str | Erased, at: datetime
) -> ContactPart:
    earlier = part.moves if part else ()
    if isinstance(previous, Erased) or isinstance(mobile, Erased) or isinstance(earlier, Erased):
        return ContactPart(account=ERASED, moves=ERASED)
    move = Move(previous=previous, mobile=mobile, at=at)
    return ContactPart(account=mobile, moves=(*earlier, move))


def combine(parts: Mapping[str, ContactPart]) -> Contact | None:
    """The contact: a changed mobile replaces an equal number in a profile locked before."""
    account: str | Erased | None = None
    language: Language = "zh"
    email: str | Erased | None = None
    moves: tuple[Move, ...] = ()
    for part in parts.values():
        account = part.account or account
        language, email = part.language or language, part.email or email
        moves += () if isinstance(part.moves, Erased) else part.moves
    if ERASED in [part.account for part in parts.values()]:
        return Contact(account=ERASED, profiles=ERASED, email=ERASED)
    moves = tuple(sorted(moves, key=lambda move: move.at))
    profiles = {
        stream: _followed(part.profile, part.locked_at, moves)
        for stream, part in parts.items()
        if isinstance(part.profile, str)
    }
    return Contact(account=account, profiles=profiles, language=language, email=email)


def _followed(number: str, locked_at: datetime | None, moves: tuple[Move, ...]) -> str:
    for move in moves:
        if move.previous == number and (locked_at is None or locked_at <= move.at):
            number = move.mobile
    return number


CONTACTS: Final[Projection[ContactPart, Contact]] = Projection(
    name="notifier_contact",
    version=1,
    categories=(*CAUSES, PREFERENCE),
    document=Contact,
    evolve=evolve,
    key=recipient_of,
    part=ContactPart,
    combine=combine,
)
