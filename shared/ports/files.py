"""Files by key."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Protocol


class FileStore(Protocol):
    """Whole files by key (`a/b/c`, no `..`). Every method may raise `EngineUnavailable`."""

    async def put(self, key: str, data: bytes) -> None:
        """Durable before it answers; writes over what is there, all at once."""
        ...

    async def get(self, key: str) -> bytes:
        """Raises FileNotFoundError."""
        ...

    def stream(self, key: str) -> AsyncIterator[bytes]:
        """The file in pieces; raises FileNotFoundError at the first."""
        ...

    async def delete(self, key: str) -> None:
        """Nothing where there is none."""
        ...

    async def keys(self, prefix: str) -> list[str]: ...

    async def signed_link(self, key: str, ttl: timedelta) -> str | None:
        """A link that lets anyone fetch the file for a while, or None where the store has no such
        thing and the service itself must serve it."""
        ...
