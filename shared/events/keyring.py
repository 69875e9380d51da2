"""Data keys: one a person, wrapped by the master key, gone for good once erased."""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.ports.key_value import KeyValueStore

NAMESPACE: Final = "data-keys"
_CHECKS: Final = "data-keys-check"
_PROOF: Final = b"master key"
_TOMBSTONE: Final = b"erased"
_NONCE: Final = 12
_CACHED_SECONDS: Final = 5.0
_CACHED_KEYS: Final = 50_000


class KeyRing:
    """AES-256-GCM keys by subject (NIST SP 800-38D, 96-bit random nonces).

    A key is durable before its first use and created by compare-and-set, so that two writers never
    encrypt with different ones. A key read from the store is believed for five seconds.
    """

    def __init__(
        self,
        store: KeyValueStore,
        master_key: bytes,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._master = AESGCM(master_key)
        self._monotonic = monotonic
        self._cache: dict[str, tuple[AESGCM | None, float]] = {}
        self._purged: set[str] = set()

    async def check(self) -> None:
        """Raises WrongMasterKey where the store's keys were wrapped by another master key, so that
        nobody's data is ever sealed under a second one."""
        nonce = os.urandom(_NONCE)
        proof = nonce + self._master.encrypt(nonce, b"", _PROOF)
        if not await self._store.compare_and_set(_CHECKS, "master", expected=None, value=proof):
            proof = await self._store.get(_CHECKS, "master") or proof
        try:
            self._master.decrypt(proof[:_NONCE], proof[_NONCE:], _PROOF)
        except InvalidTag as error:
            raise WrongMasterKey from error

    async def load(
        self, subjects: Iterable[str], *, create: bool = False
    ) -> Mapping[str, AESGCM | None]:
        """The subjects' keys; None for an erased person, or for want of one (unless `create`)."""
        now = self._monotonic()
        found: dict[str, AESGCM | None] = {}
        missing: list[str] = []
        for subject in set(subjects):
            cached = self._cache.get(subject)
            if cached is not None and cached[1] > now:
                found[subject] = cached[0]
            else:
                missing.append(subject)
        if missing:
            found |= await self._fetch(missing, create, now)
        return found

    async def _fetch(
        self, subjects: list[str], create: bool, now: float
    ) -> dict[str, AESGCM | None]:
        stored = dict(await self._store.get_many(NAMESPACE, subjects))
        found: dict[str, AESGCM | None] = {}
        if len(self._cache) > _CACHED_KEYS:
            self._cache.clear()
        for subject in subjects:
            wrapped = stored.get(subject)
            if wrapped is None and create:
                wrapped = await self._create(subject)
            if wrapped is None:
                found[subject] = None
                continue
            key = None if wrapped == _TOMBSTONE else AESGCM(self._unwrap(subject, wrapped))
            found[subject] = key
            self._cache[subject] = (key, now + _CACHED_SECONDS)
        return found

    async def _create(self, subject: str) -> bytes | None:
        nonce = os.urandom(_NONCE)
        key = AESGCM.generate_key(256)
        wrapped = nonce + self._master.encrypt(nonce, key, subject.encode())
        if await self._store.compare_and_set(NAMESPACE, subject, expected=None, value=wrapped):
            return wrapped
        return await self._store.get(NAMESPACE, subject)

    def _unwrap(self, subject: str, wrapped: bytes) -> bytes:
        try:
            return self._master.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], subject.encode())
        except InvalidTag as error:
            raise WrongMasterKey from error

    async def erase(self, subject: str) -> None:
        """Leave a tombstone in the key's place: what it encrypted is unreadable for ever, also for
        who reads the disk. Harmless twice. Raises EngineUnavailable."""
        self._cache.pop(subject, None)
        if await self._store.get(NAMESPACE, subject) != _TOMBSTONE:
            await self._store.put(NAMESPACE, subject, _TOMBSTONE)
        self._cache.pop(subject, None)
        if subject not in self._purged:
            # Many consumers hear of one erasure; the disk needs to be asked once a process.
            await self._store.purge()
            self._purged.add(subject)

    async def erased(self) -> list[str]:
        """Everybody who was erased; for operators, after a restore."""
        stored = await self._store.scan(NAMESPACE)
        return [subject for subject, wrapped in stored if wrapped == _TOMBSTONE]


class WrongMasterKey(Exception):
    """TALENT_MASTER_KEY is not the key that wrapped this store's data keys."""

    def __str__(self) -> str:
        return (
            "主密钥与数据不符 / the master key does not open the data keys: "
            "set TALENT_MASTER_KEY to the one in use"
        )
