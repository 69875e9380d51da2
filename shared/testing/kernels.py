"""A kernel over the embedded adapters in a folder, for tests of what runs on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from shared.adapters.files.obstore_files import ObstoreFileStore
from shared.adapters.sqlite.event_store import SqliteEventStore
from shared.adapters.sqlite.feed import SqliteFeed
from shared.adapters.sqlite.key_value import SqliteKeyValueStore
from shared.adapters.sqlite.view_store import SqliteViewStore
from shared.events.registry import EventRegistry
from shared.ports.clock import Clock
from shared.runtime.kernel import Kernel

MASTER_KEY: Final = bytes(range(32))


@asynccontextmanager
async def embedded_kernel(
    folder: Path, registry: EventRegistry, clock: Clock
) -> AsyncIterator[Kernel]:
    """Opened on entry, closed on exit; the same folder may be opened again afterwards."""
    store = SqliteEventStore.open(folder / "log.db", clock=clock, topic_of=registry.topic_of)
    views = SqliteViewStore.open(folder / "views.db")
    kernel = Kernel(
        registry=registry,
        store=store,
        feed=SqliteFeed(store, views),
        view_store=views,
        key_values=SqliteKeyValueStore.open(folder / "keys.db", clock=clock),
        files=ObstoreFileStore.from_url((folder / "files").absolute().as_uri()),
        clock=clock,
        master_key=MASTER_KEY,
    )
    try:
        yield kernel
    finally:
        await kernel.close()
