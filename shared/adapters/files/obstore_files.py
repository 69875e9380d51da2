"""Files by obstore: a local folder, memory, or S3."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Final, Self
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, ObjectStore, S3Store

from shared.ports.errors import EngineUnavailable

_KEY: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


class ObstoreFileStore:
    """`FileStore` on obstore. Keys are checked here, so that none can leave its folder."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def from_url(cls, url: str) -> Self:
        """`file:///folder` (made where missing), `memory://`, or `s3://bucket/prefix` with the
        usual AWS_ settings. Raises ValueError for another scheme."""
        match urlsplit(url).scheme:
            case "file":
                folder = Path(unquote(urlsplit(url).path))
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                return cls(LocalStore(prefix=folder))
            case "memory":
                return cls(MemoryStore())
            case "s3":
                return cls(S3Store.from_url(url))
            case scheme:
                raise ValueError(f"no file store for {scheme!r}")

    async def put(self, key: str, data: bytes) -> None:
        try:
            await obstore.put_async(self._store, _checked(key), data)
        except (BaseError, OSError) as error:
            raise EngineUnavailable(type(error).__name__) from error

    async def get(self, key: str) -> bytes:
        try:
            found = await obstore.get_async(self._store, _checked(key))
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            raise
        except (BaseError, OSError) as error:
            raise EngineUnavailable(type(error).__name__) from error

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        found = await obstore.get_async(self._store, _checked(key))
        async for piece in found:
            yield bytes(piece)

    async def delete(self, key: str) -> None:
        try:
            await obstore.delete_async(self._store, _checked(key))
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise EngineUnavailable(type(error).__name__) from error

    async def keys(self, prefix: str) -> list[str]:
        found: list[str] = []
        async for batch in obstore.list(self._store, prefix=prefix.rstrip("/") or None):
            found += [entry["path"] for entry in batch]
        return sorted(k for k in found if k.startswith(prefix))

    async def signed_link(self, key: str, ttl: timedelta) -> str | None:
        if not isinstance(self._store, S3Store):
            return None
        return await obstore.sign_async(self._store, "GET", _checked(key), ttl)


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError("not a file key")
    return key
