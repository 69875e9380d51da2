"""Small durable state that must be deletable or expire."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol


class KeyValueStore(Protocol):
    """Durable before it answers, because it cannot be rebuilt. An expired value is absent.
    Every method may raise `EngineUnavailable`."""

    async def get(self, namespace: str, key: str) -> bytes | None: ...

    async def get_many(self, namespace: str, keys: Sequence[str]) -> Mapping[str, bytes]:
        """The values that exist among the keys."""
        ...

    async def put(
        self, namespace: str, key: str, value: bytes, *, ttl: timedelta | None = None
    ) -> None:
        """Write over whatever is there; without `ttl` it stays until deleted."""
        ...

    async def compare_and_set(
        self,
        namespace: str,
        key: str,
        *,
        expected: bytes | None,
        value: bytes,
        ttl: timedelta | None = None,
    ) -> bool:
        """Write only if the value is `expected` (None: absent); else False, and nothing written."""
        ...

    async def increment(
        self, namespace: str, key: str, *, by: int = 1, ttl: timedelta | None = None
    ) -> int:
        """Add atomically and return the sum; an absent counter starts at 0, and only then is `ttl`
        set. Counters are a kind of their own: `get` reads one as ASCII digits."""
        ...

    async def delete(self, namespace: str, key: str) -> bool:
        """True if there was something."""
        ...

    async def take(self, namespace: str, key: str) -> bytes | None:
        """Get and delete in one step: of many callers one has the value."""
        ...

    async def scan(self, namespace: str, prefix: str = "") -> Sequence[tuple[str, bytes]]:
        """Everything under a prefix, in key order; for operators and small namespaces."""
        ...

    async def purge(self) -> None:
        """What was deleted or written over is gone from this engine's disks before this returns, as
        far as the engine can promise it."""
        ...

    async def close(self) -> None: ...
