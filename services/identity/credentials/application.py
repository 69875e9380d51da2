"""Keeps and checks what opens an account."""

import secrets

from services.identity.accounts import PasswordChangeHow
from services.identity.credentials.commands import (
    CloseCredentials,
    CredentialsCommand,
    HoldSlots,
    SetPassword,
)
from services.identity.credentials.decider import DECIDER, Credentials
from services.identity.passwords import PasswordVault
from services.identity.registration.application import derived
from shared.events.model import Metadata
from shared.ports.clock import Clock
from shared.runtime.command_handler import CommandHandler
from shared.runtime.reactor import caused_id


class CredentialKeeper:
    """Credentials by account id; `metadata.subject` is the account, whose key encrypts."""

    def __init__(self, handler: CommandHandler, vault: PasswordVault, clock: Clock) -> None:
        self._handler, self._vault, self._clock = handler, vault, clock

    async def keep(
        self, account: str, password_hash: str | None, slots: tuple[str, ...], metadata: Metadata
    ) -> None:
        """A new account's credentials."""
        at = self._clock.now()
        if password_hash is not None:
            command = SetPassword(password_hash=password_hash, why="registered", at=at)
            await self._do(account, command, metadata)
        await self._do(account, HoldSlots(slots=slots, at=at), metadata)

    async def set_password(
        self, account: str, password: str, how: PasswordChangeHow, metadata: Metadata
    ) -> None:
        """Hash and keep a checked password. Raises DomainError `account-closed`."""
        hashed = await self._vault.hash(password)
        command = SetPassword(password_hash=hashed, why=how, at=self._clock.now())
        await self._do(account, command, metadata)

    async def verify(self, account: str | None, password: str) -> bool:
        """Whether it is the account's; None (no such account) takes the same time."""
        held = None if account is None else (await self.of(account)).password_hash
        right = await self._vault.verify(held, password)
        if right and account is not None and held is not None and self._vault.needs_rehash(held):
            hashed = await self._vault.hash(password)
            command = SetPassword(password_hash=hashed, why="rehashed", at=self._clock.now())
            id = caused_id("identity.rehash", held, account, 0)
            await self._do(account, command, Metadata(id, actor=account, subject=account))
        return right

    async def replace_slot(self, account: str, old: str, new: str, metadata: Metadata) -> None:
        """One slot for another: a new mobile."""
        slots = tuple(new if s == old else s for s in (await self.of(account)).slots)
        await self._do(account, HoldSlots(slots=slots, at=self._clock.now()), metadata)

    async def void_password(self, account: str, metadata: Metadata) -> None:
        """No password opens the account until a new one is set."""
        await self.set_password(account, secrets.token_urlsafe(32), "assisted", metadata)

    async def add_slot(self, account: str, slot: str, metadata: Metadata) -> None:
        """One more slot: a renewed document."""
        slots = (await self.of(account)).slots
        held = slots if slot in slots else (*slots, slot)
        await self._do(account, HoldSlots(slots=held, at=self._clock.now()), metadata)

    async def drop_slot(self, account: str, slot: str, metadata: Metadata) -> None:
        """A slot that is the account's no more."""
        slots = tuple(s for s in (await self.of(account)).slots if s != slot)
        await self._do(account, HoldSlots(slots=slots, at=self._clock.now()), metadata)

    async def close(self, account: str, metadata: Metadata) -> None:
        """Nothing opens the account any more."""
        await self._do(account, CloseCredentials(at=self._clock.now()), metadata)

    async def of(self, account: str) -> Credentials:
        return (await self._handler.load(DECIDER, account))[0]

    async def _do(self, account: str, command: CredentialsCommand, metadata: Metadata) -> None:
        step = derived(metadata, f"credentials:{type(command).__name__}")
        await self._handler.handle(DECIDER, account, command, step)
