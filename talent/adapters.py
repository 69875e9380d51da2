"""The composition root's choice of adapters, by URL."""

import base64
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, TypeVar

import structlog

from shared.adapters.clock import DevelopmentClock, SystemClock
from shared.adapters.files.obstore_files import ObstoreFileStore
from shared.adapters.scanner import NoScanner
from shared.adapters.sqlite.event_store import SqliteEventStore
from shared.adapters.sqlite.feed import SqliteFeed
from shared.adapters.sqlite.folder import DataFolder
from shared.adapters.sqlite.key_value import SqliteKeyValueStore
from shared.adapters.sqlite.view_store import SqliteViewStore
from shared.events.registry import EventRegistry
from shared.ports.clock import Clock
from shared.ports.event_store import EventStore
from shared.ports.feed import Feed
from shared.ports.key_value import KeyValueStore
from shared.ports.scanner import VirusScanner
from shared.ports.view_store import ViewStore
from shared.runtime.kernel import Kernel
from talent.settings import Environment, Settings

log = structlog.get_logger()

_KEY_BYTES: Final = 32


class UnknownAdapter(ValueError):
    """A `TALENT_…_URL` whose scheme no adapter here serves."""

    def __init__(self, setting: str, url: str) -> None:
        scheme = url.partition(":")[0]
        super().__init__(
            f"{setting}: 没有这种适配器 / no adapter for {scheme!r}; leave it empty for the default"
        )


class MissingAdapter(ValueError):
    """A setting that goes without saying only where everything is embedded."""

    def __init__(self, setting: str) -> None:
        super().__init__(f"{setting}: 使用其他引擎时必须设置 / must be set with other engines")


class Closable(Protocol):
    async def close(self) -> None: ...


P = TypeVar("P", bound=Closable)


@dataclass
class Opened:
    """A kernel and the data folder it locks, if it uses one."""

    kernel: Kernel
    folder: DataFolder | None = field(repr=False)

    async def close(self) -> None:
        await self.kernel.close()
        if self.folder is not None:
            self.folder.release()


async def open_kernel(
    settings: Settings, registry: EventRegistry, clock: Clock | None = None
) -> Opened:
    """Open the adapters that the settings name; what they leave empty lies in the data folder.

    Raises DataFolderLocked where another process has the data folder, UnknownAdapter for a URL
    that nothing serves, EngineUnavailable for an engine that is away, WrongMasterKey."""
    urls = (settings.event_store_url, settings.feed_url, settings.view_store_url,
            settings.key_value_url, settings.file_store_url)  # fmt: skip
    # Nothing of the folder is used, so any number of processes may stand beside each other.
    folder = None if all(urls) else DataFolder.acquire(settings.data)
    opening = Opening(settings, registry, clock or _clock(settings, folder))
    try:
        kernel = await opening.kernel()
        await kernel.keyring.check()
        return Opened(kernel, folder)
    except BaseException:
        await opening.undo()
        if folder is not None:
            folder.release()
        raise


def _clock(settings: Settings, folder: DataFolder | None) -> Clock:
    """In development, with a data folder of one's own, time can be moved on."""
    if folder is None or settings.environment is not Environment.DEVELOPMENT:
        return SystemClock()
    return DevelopmentClock(settings.data / "clock")


class Opening:
    """Opens one port after the other, and closes what is open if a later one fails."""

    def __init__(self, settings: Settings, registry: EventRegistry, clock: Clock) -> None:
        self._settings, self._registry, self._clock = settings, registry, clock
        self._opened: list[Closable] = []

    async def kernel(self) -> Kernel:
        settings = self._settings
        files = settings.file_store_url or (settings.data / "files").absolute().as_uri()
        store, views = await self._event_store(), self._view_store()
        return Kernel(
            registry=self._registry,
            store=store,
            feed=await self._feed(store, views),
            view_store=views,
            key_values=await self._key_values(),
            files=ObstoreFileStore.from_url(files),
            clock=self._clock,
            master_key=_master_key(settings),
        )

    async def undo(self) -> None:
        for one in reversed(self._opened):
            await one.close()

    async def _event_store(self) -> EventStore:
        url, path = self._settings.event_store_url, self._settings.data / "log.db"
        match _scheme(url):
            case "":
                return self._kept(
                    SqliteEventStore.open(path, clock=self._clock, topic_of=self._registry.topic_of)
                )
            case "esdb" | "esdb+discover":
                from shared.adapters.eventstoredb.store import EventStoreDbStore

                return self._kept(EventStoreDbStore.open(url))
            case _:
                raise UnknownAdapter("TALENT_EVENT_STORE_URL", url)

    async def _feed(self, store: EventStore, views: ViewStore) -> Feed:
        url = self._settings.feed_url
        match _scheme(url):
            case "" if isinstance(store, SqliteEventStore) and isinstance(views, SqliteViewStore):
                return self._kept(SqliteFeed(store, views))
            case "":
                raise MissingAdapter("TALENT_FEED_URL")
            case "kafka":
                from shared.adapters.kafka.feed import KafkaFeed

                return self._kept(KafkaFeed.open(url))
            case _:
                raise UnknownAdapter("TALENT_FEED_URL", url)

    def _view_store(self) -> ViewStore:
        url = self._settings.view_store_url
        match _scheme(url):
            case "":
                return self._kept(SqliteViewStore.open(self._settings.data / "views.db"))
            case "mongodb" | "mongodb+srv":
                from shared.adapters.mongodb.view_store import MongoViewStore

                return self._kept(MongoViewStore.open(url))
            case _:
                raise UnknownAdapter("TALENT_VIEW_STORE_URL", url)

    async def _key_values(self) -> KeyValueStore:
        url, path = self._settings.key_value_url, self._settings.data / "keys.db"
        match _scheme(url):
            case "":
                return self._kept(SqliteKeyValueStore.open(path, clock=self._clock))
            case "mongodb" | "mongodb+srv":
                from shared.adapters.mongodb.key_value import MongoKeyValueStore

                return self._kept(await MongoKeyValueStore.open(url, clock=self._clock))
            case _:
                raise UnknownAdapter("TALENT_KEY_VALUE_URL", url)

    def _kept(self, opened: P) -> P:
        self._opened.append(opened)
        return opened


def open_scanner(url: str) -> VirusScanner:
    """Raises UnknownAdapter."""
    match _scheme(url):
        case "":
            log.warning("no_virus_scanner", setting="TALENT_SCANNER_URL")
            return NoScanner()
        case "clamd":
            from shared.adapters.clamav.scanner import ClamdScanner

            return ClamdScanner.from_url(url)
        case _:
            raise UnknownAdapter("TALENT_SCANNER_URL", url)


def _scheme(url: str) -> str:
    return url.partition(":")[0]


def _master_key(settings: Settings) -> bytes:
    if settings.master_key is not None:
        key = base64.b64decode(settings.master_key.get_secret_value())
        if len(key) != _KEY_BYTES:
            raise ValueError(
                "TALENT_MASTER_KEY: 需为 32 字节的 base64 / must be the base64 of 32 bytes"
            )
        return key
    if settings.key_value_url:
        # Keys that another machine holds must be readable by every process.
        raise MissingAdapter("TALENT_MASTER_KEY")
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
