"""Revoking access, everywhere within seconds; and hearing of it (RFC 7009's purpose)."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.identity.access.commands import RevokeAccess
from services.identity.access.decider import DECIDER
from services.identity.events import AccessRevoked
from services.identity.policies import ACCESS_TOKEN_LIFE
from shared.events.model import Metadata
from shared.http.tokens import Revocations
from shared.ports.clock import Clock
from shared.ports.errors import EngineUnavailable
from shared.runtime.command_handler import CommandHandler
from shared.runtime.kernel import Kernel
from shared.runtime.reactor import caused_id

_GROUP: Final = "identity.access"


@dataclass(frozen=True)
class AccessControl:
    """Publishes revocations; this process obeys at once, the others by the broadcast."""

    handler: CommandHandler
    clock: Clock
    revocations: Revocations

    async def end_session(self, account_id: str, session_id: str) -> None:
        await self._revoke(account_id, session_id, session_id)

    async def end_all(self, account_id: str, at: datetime | None = None) -> None:
        """Void everything the account was given before now (or `at`)."""
        await self._revoke(account_id, None, account_id, at)

    async def ended_all_since(self, account_id: str, at: datetime) -> bool:
        """Whether everything of an account was voided at or after an instant. If so, this process
        obeys from here on, though another wrote it and its broadcast is still on the way."""
        state = (await self.handler.load(DECIDER, account_id))[0]
        found = [o.not_before for o in state if o.session_id is None and o.not_before >= at]
        for not_before in found:
            self.revocations.add(account_id=account_id, session_id=None, not_before=not_before)
        return bool(found)

    async def _revoke(
        self, account_id: str, session_id: str | None, stream: str, at: datetime | None = None
    ) -> None:
        at = at or self.clock.now()
        command = RevokeAccess(account_id=account_id, session_id=session_id, not_before=at)
        id = caused_id(_GROUP, at.isoformat(), stream, 0)
        metadata = Metadata(command_id=id, actor=account_id, subject=account_id)
        await self.handler.handle(DECIDER, stream, command, metadata)
        self.revocations.add(account_id=account_id, session_id=session_id, not_before=at)


class RevocationReader:
    """A worker of every process that verifies tokens: reads identity's feed by broadcast, one
    token's life back, into `revocations`."""

    def __init__(self, kernel: Kernel, revocations: Revocations) -> None:
        self._kernel, self._revocations = kernel, revocations
        self._caught_up = False
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        self._stopping.set()

    async def ready(self) -> None:
        """Raises EngineUnavailable until everything that may still matter was read."""
        if not self._caught_up:
            raise EngineUnavailable("revocations are not read yet")

    async def run(self) -> None:
        reading = asyncio.create_task(self._read())
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({reading, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if reading.done():
                reading.result()
        finally:
            for task in (reading, stopping):
                task.cancel()
            await asyncio.gather(reading, stopping, return_exceptions=True)

    async def _read(self) -> None:
        since = self._kernel.clock.now() - ACCESS_TOKEN_LIFE
        async for stored in self._kernel.feed.broadcast(("identity",), since=since):
            if stored is None:
                self._caught_up = True
            elif stored.type == AccessRevoked.stored_type:
                revoked = AccessRevoked.model_validate_json(stored.data)
                self._revocations.add(
                    account_id=revoked.account_id,
                    session_id=revoked.session_id,
                    not_before=revoked.not_before,
                )
