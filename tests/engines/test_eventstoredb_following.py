"""Following the whole log: what was, what comes, and across interruptions."""
# ruff: noqa: F811

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest

from shared.adapters.eventstoredb.store import EventStoreDbStore
from shared.adapters.eventstoredb.subscription import Checkpoint, Item
from shared.ports.event_store import StoredEvent
from shared.testing.contracts.event_store import event
from tests.engines.eventstoredb_fixtures import (  # noqa: F401
    eventstoredb,
    log_url,
    opened,
    patiently,
    server,
    store,
)
from tests.servers.eventstoredb.server import StandIn

PATIENCE = 12.0


def seen(items: list[Item]) -> list[tuple[str, int]]:
    return [(i.stream, i.version) for i in items if isinstance(i, StoredEvent)]


async def until(items: AsyncIterator[Item], wanted: Callable[[Item], bool]) -> list[Item]:
    found: list[Item] = []
    async with asyncio.timeout(20):
        async for item in items:
            found.append(item)
            if wanted(item):
                return found
    raise AssertionError("it ended")


def caught_up(item: Item) -> bool:
    return isinstance(item, Checkpoint) and item.caught_up


def is_event(item: Item) -> bool:
    return isinstance(item, StoredEvent)


async def test_following_gives_what_was_and_what_comes(store: EventStoreDbStore) -> None:
    await store.append("probe-1", [event(), event()], expected_version=0)
    await store.append("other-1", [event()], expected_version=0)
    async with contextlib.aclosing(store.subscribe_all(0, ["probe"])) as items:
        assert seen(await until(items, caught_up)) == [("probe-1", 1), ("probe-1", 2)]
        await store.append("other-1", [event()], expected_version=1)
        await store.append("probe-1", [event()], expected_version=2)
        fresh = await until(items, is_event)
        assert seen(fresh) == [("probe-1", 3)]
    async with contextlib.aclosing(store.subscribe_all(fresh[-1].position)) as items:
        await store.append("other-2", [event()], expected_version=0)
        assert seen(await until(items, is_event)) == [("other-2", 1)]


async def test_where_nothing_matches_a_checkpoint_moves_on(store: EventStoreDbStore) -> None:
    for start in range(0, 2_000, 500):
        await store.append("other-1", [event() for _ in range(500)], expected_version=start)
    head = await store.head()
    async with contextlib.aclosing(store.subscribe_all(0, ["probe"])) as items:
        found = await until(items, caught_up)
    positions = [item.position for item in found]
    assert seen(found) == []
    assert 0 < positions[0] <= head
    assert positions == sorted(positions)


async def test_a_follower_goes_on_by_itself_after_a_kill(server: StandIn) -> None:
    async with opened(server.url()) as store:
        async with contextlib.aclosing(store.subscribe_all()) as items:
            for version in range(3):
                await patiently(
                    lambda: store.append("probe-1", [event()], expected_version=version)  # noqa: B023
                )
                assert seen(await until(items, is_event)) == [("probe-1", version + 1)]
                server.kill()
                server.start()


async def test_a_follower_ends_with_the_store(log_url: str) -> None:
    store = EventStoreDbStore.open(log_url)
    items = store.subscribe_all()
    await until(items, caught_up)
    waits = asyncio.create_task(anext(items, None))
    await asyncio.sleep(0.05)
    await store.close()
    async with asyncio.timeout(PATIENCE):
        assert await waits is None


async def test_a_follower_that_is_cancelled_ends_at_once(store: EventStoreDbStore) -> None:
    items = store.subscribe_all()
    await until(items, caught_up)
    waits = asyncio.create_task(anext(items))
    await asyncio.sleep(0.05)
    waits.cancel()
    async with asyncio.timeout(1):
        with pytest.raises(asyncio.CancelledError):
            await waits
