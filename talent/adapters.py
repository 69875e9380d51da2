"""The composition root's choice of adapters, by URL."""

import base64
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from shared.adapters.clock import SystemClock
from shared.adapters.files.obstore_files import ObstoreFileStore
from shared.adapters.sqlite.event_store import SqliteEventStore
from shared.adapters.sqlite.feed import SqliteFeed
from shared.adapters.sqlite.folder import DataFolder
from shared.adapters.sqlite.key_value import SqliteKeyValueStore
from shared.adapters.sqlite.view_store import SqliteViewStore
from shared.events.registry import EventRegistry
from shared.ports.clock import Clock
from shared.runtime.kernel import Kernel
from talent.settings import Settings

_KEY_BYTES: Final = 32


class UnknownAdapter(ValueError):
    """A `TALENT_…_URL` whose scheme no adapter here serves."""

    def __init__(self, setting: str, url: str) -> None:
        scheme = url.partition(":")[0]
        super().__init__(
            f"{setting}: 没有这种适配器 / no adapter for {scheme!r}; leave it empty for the default"
        )


@dataclass
class Opened:
    """A kernel and the data folder it locks."""

    kernel: Kernel
    folder: DataFolder = field(repr=False)

    async def close(self) -> None:
        await self.kernel.close()
        self.folder.release()


async def open_kernel(
    settings: Settings, registry: EventRegistry, clock: Clock | None = None
) -> Opened:
    """Open the adapters that the settings name.

    Raises DataFolderLocked where another process has the data folder, UnknownAdapter for a URL
    that nothing serves."""
    for name in ("event_store_url", "feed_url", "view_store_url", "key_value_url"):
        if url := getattr(settings, name):
            raise UnknownAdapter(f"TALENT_{name.upper()}", url)
    folder = DataFolder.acquire(settings.data)
    try:
        return Opened(await _embedded(settings, registry, clock or SystemClock()), folder)
    except BaseException:
        folder.release()
        raise


async def _embedded(settings: Settings, registry: EventRegistry, clock: Clock) -> Kernel:
    data = settings.data
    store = SqliteEventStore.open(data / "log.db", clock=clock, topic_of=registry.topic_of)
    views = SqliteViewStore.open(data / "views.db")
    return Kernel(
        registry=registry,
        store=store,
        feed=SqliteFeed(store, views),
        view_store=views,
        key_values=SqliteKeyValueStore.open(data / "keys.db", clock=clock),
        files=ObstoreFileStore.from_url(
            settings.file_store_url or (data / "files").absolute().as_uri()
        ),
        clock=clock,
        master_key=_master_key(settings),
    )


def _master_key(settings: Settings) -> bytes:
    if settings.master_key is not None:
        key = base64.b64decode(settings.master_key.get_secret_value())
        if len(key) != _KEY_BYTES:
            raise ValueError(
                "TALENT_MASTER_KEY: 需为 32 字节的 base64 / must be the base64 of 32 bytes"
            )
        return key
    path = settings.data / "master.key"
    if not path.exists():
        _write_durably(path, os.urandom(_KEY_BYTES))
    return path.read_bytes()


def _write_durably(path: Path, data: bytes) -> None:
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    parent = os.open(path.parent, os.O_RDONLY)
    os.fsync(parent)
    os.close(parent)
