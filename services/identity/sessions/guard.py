"""Against guessing passwords, without letting anybody lock somebody else out for good.

- Account name and address together: after `max_failures` that pair waits `lock_seconds`. Only who
  sits at that address is kept out.
- The account name from everywhere: after `max_failures_per_hour` only addresses that have
  opened it before may try, or a code by SMS, which no failure locks.
- An address over all names: so many failures an hour.

Names are counted whether they exist or not, so a lock tells nothing. An attempt counts before it is
checked, so that a crowd at once gains nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from services.identity.limits import Limits, network_of, too_many
from shared.domain.errors import DomainError
from shared.policy.models import IdentityPolicy
from shared.ports.key_value import KeyValueStore

_FAILURES: Final = "identity.sign-in-failures"
_KNOWN: Final = "identity.known-address"
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """The counters that an attempt was counted in, and goes back to if it succeeds."""

    pair: str
    wide: str
    network: str


class SignInGuard:
    def __init__(
        self, kv: KeyValueStore, limits: Limits, policy: Callable[[], IdentityPolicy]
    ) -> None:
        self._kv, self._limits, self._policy = kv, limits, policy

    async def enter(self, account: str, address: str) -> Attempt:
        """Count an attempt; `account` is the entrance and the name. Raises DomainError
        `sign-in-locked`, `sign-in-guarded` or `too-many-requests`, all 429."""
        policy, network = self._policy(), network_of(address)
        limits = self._limits
        attempt = Attempt(
            limits.name("sign-in-pair", f"{account}\0{network}"),
            limits.name("sign-in-wide", account),
            limits.name("sign-in-network", network),
        )
        lock = timedelta(seconds=policy.password.lock_seconds)
        failures = await self._kv.increment(_FAILURES, attempt.pair, ttl=lock)
        if failures > policy.password.max_failures:
            seconds = policy.password.lock_seconds
            raise DomainError("sign-in-locked", status=429, params={"seconds": seconds})
        most = policy.address.failed_sign_ins_per_hour
        if await self._kv.increment(_FAILURES, attempt.network, ttl=_HOUR) > most:
            raise too_many(_HOUR.total_seconds())
        wide = await self._kv.increment(_FAILURES, attempt.wide, ttl=_HOUR)
        guarded = wide > policy.password.max_failures_per_hour
        if guarded and not await self._kv.get(_KNOWN, attempt.pair):
            raise DomainError("sign-in-guarded", status=429)
        return attempt

    async def succeeded(self, attempt: Attempt) -> None:
        """The password was right: nothing of it counts, and the address is known."""
        await self._kv.delete(_FAILURES, attempt.pair)
        await self._kv.increment(_FAILURES, attempt.network, by=-1, ttl=_HOUR)
        await self._kv.increment(_FAILURES, attempt.wide, by=-1, ttl=_HOUR)
        known = timedelta(days=self._policy().password.known_address_days)
        await self._kv.put(_KNOWN, attempt.pair, b"1", ttl=known)

    async def many(self, address: str) -> None:
        """Count a sign-in of any kind at an address. Raises DomainError `too-many-requests`."""
        most = self._policy().address.sign_ins_per_hour
        await self._limits.per_hour("sign-in", network_of(address), most)
