"""Leadership by lease: of many processes one does what must not be done by two at once.

A lease makes double work unlikely, never impossible (a process may sleep past its end), so what a
leader does must be harmless twice: tickers' command ids and the relay's fencing see to that.
"""

import secrets
from datetime import timedelta
from typing import Final

from shared.ports.clock import Clock
from shared.ports.key_value import KeyValueStore

_NAMESPACE: Final = "leases"


class Lease:
    """One process's claim to a name."""

    def __init__(
        self,
        keys: KeyValueStore,
        clock: Clock,
        name: str,
        *,
        ttl: timedelta = timedelta(seconds=15),
    ) -> None:
        self._keys, self._clock, self._name, self._ttl = keys, clock, name, ttl
        self._me = secrets.token_hex(8).encode()
        self._renew_at = clock.now()
        self._held = False

    async def holds(self) -> bool:
        """Take the lease if it is free, renew it when a third of it has passed, and say whether it
        is this process's. Raises EngineUnavailable."""
        now = self._clock.now()
        if self._held and now < self._renew_at:
            return True
        mine = self._me
        self._held = False
        for expected in (mine, None):
            if await self._keys.compare_and_set(
                _NAMESPACE, self._name, expected=expected, value=mine, ttl=self._ttl
            ):
                self._held, self._renew_at = True, now + self._ttl / 3
                return True
        return False

    async def give_up(self) -> None:
        """Let another have it at once."""
        self._held = False
        if await self._keys.get(_NAMESPACE, self._name) == self._me:
            await self._keys.delete(_NAMESPACE, self._name)
