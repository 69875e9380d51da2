"""What sign-in needs to know of any account, talents' and staff's alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from services.identity.registration.application import Written
from shared.events.model import Metadata

PasswordChangeHow = Literal["changed", "forgotten", "assisted"]


@dataclass(frozen=True, slots=True)
class Admission:
    """An account that may have a session, and what its access tokens say. `own_words` are what a
    password of its owner must not be made of; `mobile` is None once erased."""

    account_id: str
    roles: frozenset[str] = frozenset()
    desks: frozenset[str] = frozenset()
    person: str | None = None
    organisation_id: str | None = None
    mobile: str | None = field(default=None, repr=False)
    own_words: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody without a password says of themselves, besides a code to their mobile."""

    document_number: str | None = field(default=None, repr=False)
    account_name: str | None = field(default=None, repr=False)


class ListingOut(BaseModel):
    """An entry of the abnormal list, as its person sees it."""

    entry_id: str
    kind: str
    reason: str | None
    barred_until: str
    lifted: bool


class Me(BaseModel):
    """Who is signed in. Numbers are masked."""

    model_config = ConfigDict(frozen=True)

    account_id: str
    kind: str
    name: str | None
    mobile: str | None
    account_name: str | None
    roles: Sequence[str] = ()
    desks: Sequence[str] = ()
    organisation_id: str | None = None
    document_type: str | None = None
    document_number: str | None = None
    verified: bool | None = None
    registered_at: str | None = None
    listings: Sequence[ListingOut] = ()


class AccountSource(Protocol):
    """The accounts of one or several entrances."""

    async def admit(self, account_id: str) -> Admission | None:
        """The account as it is now; None if it is closed or never was."""
        ...

    async def recognises(self, account_id: str, given: Proof) -> bool:
        """Whether that is who the account belongs to."""
        ...

    async def position(self, account_id: str, stream: str) -> int:
        """How far the view behind `me` has read a stream."""
        ...

    async def me(self, account_id: str) -> Me | None:
        """From the view; None where it has not come to the account yet."""
        ...

    async def password_changed(
        self, account_id: str, how: PasswordChangeHow, metadata: Metadata
    ) -> Written:
        """Record `PasswordChanged` in the account's public stream."""
        ...


Sources = Mapping[str, AccountSource]
"""By entrance."""
