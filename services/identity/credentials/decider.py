"""An account's credentials: the password's hash, and the reservations that lead to the account.

The slots are kept here because an erased account's mobile and name can no longer be read, and what
it held must still be released.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, assert_never

from services.identity.credentials.commands import (
    CloseCredentials,
    CredentialsCommand,
    HoldSlots,
    SetPassword,
)
from services.identity.private_events import (
    CREDENTIALS,
    CredentialsClosed,
    CredentialsEvent,
    PasswordSet,
    SlotsHeld,
)
from shared.domain.decider import Decider
from shared.domain.errors import DomainError
from shared.events.personal import Erased


@dataclass(frozen=True, slots=True)
class Credentials:
    password_hash: str | None = None
    slots: tuple[str, ...] = ()
    closed: bool = False


def decide(command: CredentialsCommand, state: Credentials) -> Sequence[CredentialsEvent]:
    if state.closed:
        if isinstance(command, CloseCredentials):
            return []
        raise DomainError("account-closed")
    match command:
        case SetPassword(password_hash=hashed, why=why, at=at):
            if hashed == state.password_hash:
                return []
            return [PasswordSet(password_hash=hashed, why=why, set_at=at)]
        case HoldSlots(slots=slots, at=at):
            return [] if slots == state.slots else [SlotsHeld(slots=slots, held_at=at)]
        case CloseCredentials(at=at):
            return [CredentialsClosed(closed_at=at)]
        case _:
            assert_never(command)


def evolve(state: Credentials, event: CredentialsEvent) -> Credentials:
    match event:
        case PasswordSet(password_hash=hashed):
            return replace(state, password_hash=None if isinstance(hashed, Erased) else hashed)
        case SlotsHeld(slots=slots):
            return replace(state, slots=slots)
        case CredentialsClosed():
            return replace(state, password_hash=None, closed=True)
        case _:
            assert_never(event)


DECIDER: Final = Decider(CREDENTIALS, Credentials(), decide, evolve)
