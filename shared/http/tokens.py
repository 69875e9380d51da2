"""Access tokens: ES256 JWTs (RFC 7519, RFC 7518 §3.4), checked against keys and revocations."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.http.caller import Caller, Unauthenticated
from shared.ports.clock import Clock

ISSUER: Final = "urn:talent:identity"
AUDIENCE: Final = "urn:talent"
_REMEMBERED: Final = 10_000
_REFETCH_SECONDS: Final = 5.0
_LONGEST_LIFE_SECONDS: Final = 3_600.0
"""No access token lives as long, so what was revoked before that is forgotten."""

KeyProvider = Callable[[], Awaitable[KeySet]]


class Revocations:
    """Not-before instants by session and by account, as the broadcast of identity tells them."""

    def __init__(self) -> None:
        # In the order of their coming, so that the oldest are the first.
        self._not_before: OrderedDict[str, float] = OrderedDict()

    def add(self, *, account_id: str, session_id: str | None, not_before: datetime) -> None:
        """A session's tokens are void; an account's are if they were issued before the instant."""
        key = f"s:{session_id}" if session_id is not None else f"a:{account_id}"
        at = not_before.timestamp()
        self._not_before[key] = max(at, self._not_before.pop(key, 0.0))
        while next(iter(self._not_before.values())) < at - _LONGEST_LIFE_SECONDS:
            self._not_before.popitem(last=False)

    def voids(self, *, account_id: str, session_id: str, issued_at: float) -> bool:
        found = self._not_before
        return f"s:{session_id}" in found or issued_at < found.get(f"a:{account_id}", 0.0)


class JwtVerifier:
    """Verifies and remembers tokens; revocations are asked at every use."""

    def __init__(self, keys: KeyProvider, revocations: Revocations, clock: Clock) -> None:
        self._provide, self._revocations, self._clock = keys, revocations, clock
        self._keys: KeySet | None = None
        self._fetched = 0.0
        self._remembered: OrderedDict[bytes, tuple[Caller, float, float]] = OrderedDict()

    async def verify(self, token: str) -> Caller:
        digest = hashlib.sha256(token.encode()).digest()
        now = self._clock.now().timestamp()
        found = self._remembered.get(digest)
        if found is None:
            found = await self._verified(token, now)
            self._remembered[digest] = found
            if len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        caller, issued_at, expires_at = found
        if now >= expires_at or self._revocations.voids(
            account_id=caller.account_id, session_id=caller.session_id, issued_at=issued_at
        ):
            raise Unauthenticated
        return caller

    async def _verified(self, token: str, now: float) -> tuple[Caller, float, float]:
        claims = await self._claims(token)
        try:
            if claims["iss"] != ISSUER or claims["aud"] != AUDIENCE or claims["nbf"] > now + 1:
                raise Unauthenticated
            caller = Caller(
                account_id=claims["sub"],
                kind=claims["kind"],
                session_id=claims["sid"],
                roles=frozenset(claims["roles"]),
                desks=frozenset(claims["desks"]),
                person=claims.get("person"),
                organisation_id=claims.get("org"),
            )
            return caller, float(claims["iat"]), float(claims["exp"])
        except (KeyError, TypeError) as malformed:
            raise Unauthenticated from malformed

    async def _claims(self, token: str) -> dict[str, Any]:
        for fresh in (False, True):
            keys = await self._key_set(fresh=fresh)
            try:
                return jwt.decode(token, keys, algorithms=["ES256"]).claims
            except (JoseError, ValueError, TypeError, KeyError):
                continue
        raise Unauthenticated

    async def _key_set(self, *, fresh: bool) -> KeySet:
        # An unknown key may be a new one; strangers must not be able to make us ask each time.
        waited = time.monotonic() - self._fetched > _REFETCH_SECONDS
        if self._keys is None or (fresh and waited):
            self._keys, self._fetched = await self._provide(), time.monotonic()
        return self._keys
