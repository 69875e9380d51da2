"""Sessions: short access tokens, refresh tokens that rotate, and an end for both."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from joserfc import jwt

from services.identity.access.application import AccessControl
from services.identity.accounts import Admission, Sources
from services.identity.policies import ACCESS_TOKEN_LIFE
from services.identity.sessions.keys import SigningKeys
from shared.domain.errors import DomainError
from shared.http.tokens import AUDIENCE, ISSUER
from shared.policy.identity import SessionPolicy
from shared.ports.clock import Clock
from shared.ports.key_value import KeyValueStore

_SESSIONS: Final = "identity.session"
_EPOCHS: Final = "identity.session-epoch"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in gives; lives are in seconds."""

    account_id: str
    kind: str
    session_id: str
    access_token: str = field(repr=False)
    expires_in: int
    refresh_token: str = field(repr=False)
    refresh_expires_in: int


class Sessions:
    """A session is one entry of the `KeyValueStore`: its account, and the hash of the one refresh
    token that counts. Every entry carries its account's epoch; raising that ends all of them."""

    def __init__(
        self, kv: KeyValueStore, clock: Clock, keys: SigningKeys, access: AccessControl,
        sources: Sources, secret: Callable[[str], bytes], policy: Callable[[], SessionPolicy],
    ) -> None:  # fmt: skip
        self._kv, self._clock, self._keys, self._access = kv, clock, keys, access
        self._sources, self._secret, self._policy = (
            sources,
            secret("identity.refresh-tokens"),
            policy,
        )

    async def open(self, entrance: str, admission: Admission) -> Tokens:
        """A new session for an account that has shown who it is."""
        now, account = self._clock.now(), admission.account_id
        session = secrets.token_hex(16)
        record = {
            "account": account,
            "entrance": entrance,
            "epoch": await self._epoch(account),
            "until": (now + self._policy().of(entrance).longest).timestamp(),
        }
        token = self._refresh_token(session)
        life = self._life(record, now)
        await self._kv.put(_SESSIONS, session, _stored(record, token), ttl=life)
        return await self._tokens(session, entrance, admission, token, life)

    async def refresh(self, token: str) -> Tokens:
        """New tokens for a refresh token, which counts once: one that comes again was stolen by
        somebody, so its session ends. Raises DomainError `session-ended` (401)."""
        session = token.partition(".")[0]
        if not hmac.compare_digest(token.encode(), self._signed(token).encode()):
            raise _ended()
        stored = await self._kv.get(_SESSIONS, session)
        if stored is None:
            raise _ended()
        record: dict[str, Any] = orjson.loads(stored)
        account, entrance = record["account"], record["entrance"]
        if not hmac.compare_digest(record.pop("token"), _digest(token)):
            await self.end(account, session)
            raise _ended()
        admission = await self._sources[entrance].admit(account)
        if admission is None or record["epoch"] != await self._epoch(account):
            await self._kv.delete(_SESSIONS, session)
            raise _ended()
        fresh = self._refresh_token(session)
        life = self._life(record, self._clock.now())
        if life <= timedelta(0) or not await self._kv.compare_and_set(
            _SESSIONS, session, expected=stored, value=_stored(record, fresh), ttl=life
        ):
            await self.end(account, session)
            raise _ended()
        return await self._tokens(session, entrance, admission, fresh, life)

    async def end(self, account_id: str, session_id: str) -> None:
        """Sign out (§3.7): neither token opens anything any more."""
        await self._kv.delete(_SESSIONS, session_id)
        await self._access.end_session(account_id, session_id)

    async def end_all(self, account_id: str, at: datetime | None = None) -> None:
        """Sign out everywhere, after a change of password for instance. With `at`, nothing where
        that was done at or after it: whoever signed in since then stays."""
        if at is not None and await self._access.ended_all_since(account_id, at):
            return
        await self._kv.increment(_EPOCHS, account_id)
        await self._access.end_all(account_id, at)

    async def _epoch(self, account_id: str) -> str:
        return (await self._kv.get(_EPOCHS, account_id) or b"0").decode()

    async def _tokens(
        self, session: str, entrance: str, admission: Admission, refresh: str, life: timedelta
    ) -> Tokens:
        return Tokens(
            account_id=admission.account_id,
            kind=entrance,
            session_id=session,
            access_token=await self._access_token(session, entrance, admission),
            expires_in=int(ACCESS_TOKEN_LIFE.total_seconds()),
            refresh_token=refresh,
            refresh_expires_in=int(life.total_seconds()),
        )

    async def _access_token(self, session: str, entrance: str, admission: Admission) -> str:
        # Not whole seconds: a token of the second of a sign-out everywhere, but after it, counts.
        issued = self._clock.now().timestamp()
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": admission.account_id,
            "sid": session,
            "kind": entrance,
            "roles": sorted(admission.roles),
            "desks": sorted(admission.desks),
            "person": admission.person,
            "org": admission.organisation_id,
            "iat": issued,
            "nbf": issued,
            "exp": issued + ACCESS_TOKEN_LIFE.total_seconds(),
        }
        key = await self._keys.signing()
        return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key, algorithms=["ES256"])

    def _refresh_token(self, session: str) -> str:
        return self._signed(f"{session}.{secrets.token_hex(32)}")

    def _signed(self, token: str) -> str:
        """`session.random.mac`: what we did not make cannot end anybody's session."""
        body = ".".join(token.split(".")[:2])
        mac = hmac.new(self._secret, body.encode(), hashlib.sha256).hexdigest()
        return f"{body}.{mac}"

    def _life(self, record: dict[str, Any], now: datetime) -> timedelta:
        left = timedelta(seconds=record["until"] - now.timestamp())
        return min(self._policy().of(record["entrance"]).idle, left)


def _stored(record: dict[str, Any], token: str) -> bytes:
    return orjson.dumps(record | {"token": _digest(token)})


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _ended() -> DomainError:
    return DomainError("session-ended", status=401)
