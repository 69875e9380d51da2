"""How often something may be asked for: counters that expire, under keyed names."""

from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from typing import Final

from services.identity.policies import shanghai_day, until_midnight
from services.identity.rules.fingerprints import fingerprint
from shared.domain.errors import DomainError
from shared.ports.clock import Clock
from shared.ports.key_value import KeyValueStore

_COUNTS: Final = "identity.count"
_HOUR: Final = 3600


def network_of(address: str) -> str:
    """What counts as one address: an IPv6 customer has a whole /64 of them."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)


class Limits:
    """Counts by what and whom; neither mobiles nor addresses are stored as such."""

    def __init__(self, kv: KeyValueStore, clock: Clock, secret: bytes) -> None:
        self._kv, self._clock, self._secret = kv, clock, secret

    async def per_hour(self, what: str, who: str, most: int) -> None:
        """Count one more in this hour. Raises DomainError `too-many-requests` (429, seconds)."""
        seconds = int(self._clock.now().timestamp())
        left = timedelta(seconds=_HOUR - seconds % _HOUR)
        await self._count(f"{what}:{seconds // _HOUR}", who, most, left)

    async def per_day(self, what: str, who: str, most: int) -> None:
        """Count one more on this Shanghai day. Raises as above."""
        now = self._clock.now()
        await self._count(f"{what}:{shanghai_day(now)}", who, most, until_midnight(now))

    async def once_in(self, what: str, who: str, pause: timedelta) -> None:
        """Only the first in a while passes. Raises as above, with the seconds left."""
        now = self._clock.now().timestamp()
        key, until = self.name(what, who), str(now + pause.total_seconds()).encode()
        if await self._kv.compare_and_set(_COUNTS, key, expected=None, value=until, ttl=pause):
            return
        there = await self._kv.get(_COUNTS, key)
        raise too_many(1 if there is None else float(there) - now)

    async def forget(self, what: str, who: str) -> None:
        """As if `once_in` had not been asked."""
        await self._kv.delete(_COUNTS, self.name(what, who))

    def name(self, what: str, who: str) -> str:
        """The stored name of a counter."""
        return fingerprint(self._secret, what, who)

    async def _count(self, what: str, who: str, most: int, left: timedelta) -> None:
        if await self._kv.increment(_COUNTS, self.name(what, who), ttl=left) > most:
            raise too_many(left.total_seconds())


def too_many(seconds: float) -> DomainError:
    """429 with `Retry-After`."""
    return DomainError(
        "too-many-requests", status=429, params={"seconds": max(1, int(-(-seconds // 1)))}
    )
