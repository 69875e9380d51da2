"""The embedded adapters keep every port's promises."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from shared.adapters.files.obstore_files import ObstoreFileStore
from shared.adapters.sqlite.event_store import SqliteEventStore
from shared.adapters.sqlite.feed import SqliteFeed
from shared.adapters.sqlite.key_value import SqliteKeyValueStore
from shared.adapters.sqlite.view_store import SqliteViewStore
from shared.ports.event_store import EventStore
from shared.ports.feed import Feed
from shared.ports.files import FileStore
from shared.ports.key_value import KeyValueStore
from shared.ports.view_store import ViewStore
from shared.testing.clock import TestClock
from shared.testing.contracts.event_store import EventStoreContract
from shared.testing.contracts.feed import FeedContract
from shared.testing.contracts.files import FileStoreContract
from shared.testing.contracts.key_value import KeyValueContract
from shared.testing.contracts.view_store import ViewStoreContract

TOPICS = {"probe": "library", "probeMore": "library", "other": "else", "secret": None}


@pytest.fixture
def opened(tmp_path: Path, clock: TestClock) -> Callable[[], SqliteEventStore]:
    return lambda: SqliteEventStore.open(
        tmp_path / "log.db", clock=clock, topic_of=TOPICS.__getitem__
    )


@pytest.fixture
async def store(opened: Callable[[], SqliteEventStore]) -> AsyncIterator[EventStore]:
    store = opened()
    yield store
    await store.close()


class TestSqliteEventStore(EventStoreContract):
    @pytest.fixture
    async def reopen(
        self, store: EventStore, opened: Callable[[], SqliteEventStore]
    ) -> AsyncIterator[Callable[[], Awaitable[EventStore]]]:
        again: list[SqliteEventStore] = []

        async def reopened() -> EventStore:
            await store.close()
            again.append(opened())
            return again[-1]

        yield reopened
        for one in again:
            await one.close()


class TestSqliteFeed(FeedContract):
    @pytest.fixture
    async def feed(self, store: SqliteEventStore, tmp_path: Path) -> AsyncIterator[Feed]:
        views = SqliteViewStore.open(tmp_path / "views.db")
        feed = SqliteFeed(store, views)
        yield feed
        await feed.close()
        await views.close()


class TestSqliteViewStore(ViewStoreContract):
    @pytest.fixture
    async def views(self, tmp_path: Path) -> AsyncIterator[ViewStore]:
        views = SqliteViewStore.open(tmp_path / "views.db")
        yield views
        await views.close()


class TestSqliteKeyValueStore(KeyValueContract):
    @pytest.fixture
    async def keys(self, tmp_path: Path, clock: TestClock) -> AsyncIterator[KeyValueStore]:
        keys = SqliteKeyValueStore.open(tmp_path / "keys.db", clock=clock)
        yield keys
        await keys.close()

    @pytest.fixture
    async def reopen(
        self, keys: KeyValueStore, tmp_path: Path, clock: TestClock
    ) -> AsyncIterator[Callable[[], Awaitable[KeyValueStore]]]:
        again: list[SqliteKeyValueStore] = []

        async def reopened() -> KeyValueStore:
            await keys.close()
            again.append(SqliteKeyValueStore.open(tmp_path / "keys.db", clock=clock))
            return again[-1]

        yield reopened
        for one in again:
            await one.close()


class TestLocalFiles(FileStoreContract):
    @pytest.fixture
    def files(self, tmp_path: Path) -> FileStore:
        return ObstoreFileStore.from_url((tmp_path / "files").as_uri())


class TestFilesInMemory(FileStoreContract):
    @pytest.fixture
    def files(self) -> FileStore:
        return ObstoreFileStore.from_url("memory://")
