"""EventStoreDB keeps the promises of the event store."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from shared.adapters.eventstoredb.store import EventStoreDbStore
from shared.ports.event_store import EventStore
from shared.testing.contracts.event_store import EventStoreContract
from tests.engines.eventstoredb_fixtures import eventstoredb, log_url, store  # noqa: F401


class TestEventStoreDbStore(EventStoreContract):
    @pytest.fixture
    async def reopen(
        self, store: EventStoreDbStore, log_url: str  # noqa: F811
    ) -> AsyncIterator[Callable[[], Awaitable[EventStore]]]:  # fmt: skip
        again: list[EventStoreDbStore] = []

        async def reopened() -> EventStore:
            await store.close()
            again.append(EventStoreDbStore.open(log_url))
            return again[-1]

        yield reopened
        for one in again:
            await one.close()
