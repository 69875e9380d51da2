"""Files by obstore: a local folder, memory, or S3."""

import asyncio
import contextlib
import os
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final, Self
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, ObjectStore, S3Store

from shared.ports.errors import EngineUnavailable

_KEY: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
# A name that no key can have.
_INCOMING: Final = ".incoming"


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
                # What a killed process was about to put has no name yet, and nobody would erase it.
                shutil.rmtree(folder / _INCOMING, ignore_errors=True)
                return cls(LocalStore(prefix=folder))
            case "memory":
                return cls(MemoryStore())
            case "s3":
                return cls(S3Store.from_url(url))
            case scheme:
                raise ValueError(f"no file store for {scheme!r}")

    async def put(self, key: str, data: bytes) -> None:
        with _engine_errors():
            if isinstance(self._store, LocalStore):
                await self._put_durably(self._store, _checked(key), data)
            else:
                await obstore.put_async(self._store, _checked(key), data)

    async def _put_durably(self, store: LocalStore, key: str, data: bytes) -> None:
        # obstore's local store renames into place but never calls fsync, and has no option for it:
        # so the content is on the disk before the name, and the name before the answer.
        root = store.prefix or Path("/")
        fresh = f"{_INCOMING}/{uuid4().hex}"
        await obstore.put_async(store, fresh, data)
        await asyncio.to_thread(_fsync, root / fresh)
        await obstore.rename_async(store, fresh, key)
        folders = [root / key for key in Path(key).parents]
        await asyncio.to_thread(_fsync, *folders)

    async def get(self, key: str) -> bytes:
        with _engine_errors():
            found = await obstore.get_async(self._store, _checked(key))
            return bytes(await found.bytes_async())

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        with _engine_errors():
            found = await obstore.get_async(self._store, _checked(key))
            async for piece in found:
                yield bytes(piece)

    async def delete(self, key: str) -> None:
        with _engine_errors(), contextlib.suppress(FileNotFoundError):
            await obstore.delete_async(self._store, _checked(key))

    async def keys(self, prefix: str) -> list[str]:
        found: list[str] = []
        # The engine lists whole folders only.
        folder = prefix.rpartition("/")[0] or None
        with _engine_errors():
            async for batch in obstore.list(self._store, prefix=folder):
                found += [entry["path"] for entry in batch]
        return sorted(k for k in found if k.startswith(prefix) and not k.startswith(_INCOMING))

    async def signed_link(self, key: str, ttl: timedelta) -> str | None:
        if not isinstance(self._store, S3Store):
            return None
        return await obstore.sign_async(self._store, "GET", _checked(key), ttl)


@contextlib.contextmanager
def _engine_errors() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        raise EngineUnavailable(type(error).__name__) from error


def _fsync(*paths: Path) -> None:
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError("not a file key")
    return key
