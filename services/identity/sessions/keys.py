"""Signing keys (ES256, RFC 7518 §3.4): made ahead, published before use, wrapped at rest.

Time is cut into periods, and every period has one key under its number. It is made by
compare-and-set, so two processes never sign with different ones, and the next period's is published
a day before it signs: longer than any cache of the published set lives.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc.jwk import ECKey, KeySet

from services.identity.policies import ACCESS_TOKEN_LIFE
from shared.ports.clock import Clock
from shared.ports.key_value import KeyValueStore

_NAMESPACE: Final = "identity.signing-key"
_PERIOD: Final = timedelta(days=30)
PUBLISHED_BEFORE: Final = timedelta(days=1)
_KEPT_AFTER: Final = ACCESS_TOKEN_LIFE * 2
_EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)
_NONCE: Final = 12
CACHE_SECONDS: Final = 300
"""How long others may keep the published set."""


class SigningKeys:
    """`secret` wraps the private keys; `key_set` is one object for good, brought up to date in
    place, so that whoever verifies in this process sees a new key at once."""

    def __init__(self, kv: KeyValueStore, clock: Clock, secret: bytes) -> None:
        self._kv, self._clock, self._wrap = kv, clock, AESGCM(secret)
        self.key_set = KeySet([])
        self._periods: dict[int, ECKey] = {}

    async def signing(self) -> ECKey:
        """The key that signs now."""
        await self.refresh()
        return self._periods[self._period(self._clock.now())]

    async def published(self) -> Mapping[str, Any]:
        """The JWK set (RFC 7517) of every key that signs, will soon, or did lately."""
        await self.refresh()
        return {"keys": [k.as_dict(private=False) for k in self._periods.values()]}

    async def provide(self) -> KeySet:
        """For verification in this process."""
        await self.refresh()
        return self.key_set

    async def refresh(self) -> None:
        """Have the keys that belong to now, and no other; makes the missing ones that are due."""
        now = self._clock.now()
        due = {self._period(now), self._period(now + PUBLISHED_BEFORE)}
        wanted = due | {self._period(now - _KEPT_AFTER)}
        if due <= self._periods.keys() <= wanted:
            return
        for period in sorted(wanted - self._periods.keys()):
            key = await self._load(period, make=period in due)
            if key is not None:
                self._periods[period] = key
        for period in self._periods.keys() - wanted:
            del self._periods[period]
        self.key_set.keys[:] = list(self._periods.values())

    async def _load(self, period: int, *, make: bool) -> ECKey | None:
        stored = await self._kv.get(_NAMESPACE, str(period))
        if stored is None and make:
            stored = await self._make(period)
        return None if stored is None else self._unwrapped(period, stored)

    async def _make(self, period: int) -> bytes | None:
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"})
        made = key.as_dict(private=True) | {"kid": f"{period}-{key.thumbprint()[:16]}"}
        nonce = os.urandom(_NONCE)
        data = nonce + self._wrap.encrypt(nonce, orjson.dumps(made), str(period).encode())
        ends = _EPOCH + (period + 1) * _PERIOD + _KEPT_AFTER
        ttl = ends - self._clock.now()
        if await self._kv.compare_and_set(
            _NAMESPACE, str(period), expected=None, value=data, ttl=ttl
        ):
            return data
        return await self._kv.get(_NAMESPACE, str(period))

    def _unwrapped(self, period: int, stored: bytes) -> ECKey:
        data = self._wrap.decrypt(stored[:_NONCE], stored[_NONCE:], str(period).encode())
        return ECKey.import_key(orjson.loads(data))

    @staticmethod
    def _period(at: datetime) -> int:
        return (at - _EPOCH) // _PERIOD
