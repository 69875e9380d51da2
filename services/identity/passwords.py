"""Passwords at rest: Argon2id (RFC 9106), computed off the event loop."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.identity.rules.passwords import normalise_password
from shared.ports.errors import EngineUnavailable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Argon2Cost:
    """`memory_kib` in KiB, `passes` over it, `lanes` computed side by side."""

    memory_kib: int
    passes: int
    lanes: int


OWASP: Final = Argon2Cost(memory_kib=19 * 1024, passes=2, lanes=1)
"""OWASP's Password Storage Cheat Sheet. Not RFC 9106's second choice (64 MiB, 3 passes, 4 lanes):
with two sign-ins at once that is 128 MiB on top of a process that is to run in 200 MB, and four
lanes a sign-in let a crowd of wrong passwords take every core."""


class PasswordVault:
    """Hashes and verifies, at most `threads` at once, and refuses beyond `most_waiting`.

    Every method normalises the password (NFKC) itself, so that no caller can forget to.
    """

    def __init__(
        self, cost: Argon2Cost = OWASP, *, threads: int = 2, most_waiting: int = 64
    ) -> None:
        self._hasher = PasswordHasher(
            time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes
        )
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._most_waiting = threads + most_waiting
        self._waiting = 0
        # The hash of a password that nobody knows, compared with when there is no account.
        self._nobody = self._hasher.hash(secrets.token_urlsafe(32))

    async def hash(self, password: str) -> str:
        """The PHC string to store. Raises `EngineUnavailable` if too many are waiting."""
        return await self._run(lambda: self._hasher.hash(normalise_password(password)))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password is the stored hash's. Raises `EngineUnavailable` as above.

        `stored` None means that there is no such account: the same work is done, and the answer is
        False, so that time does not tell which accounts exist.
        """
        compared = self._nobody if stored is None else stored
        matches = await self._run(lambda: self._matches(compared, password))
        return matches and stored is not None

    def needs_rehash(self, stored: str) -> bool:
        """Whether a hash was made at another cost: then `hash` again, after a verified sign-in."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        """Drop what waits and let the threads end."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, normalise_password(password))
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= self._most_waiting:
            raise EngineUnavailable("too many passwords wait to be hashed")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1
