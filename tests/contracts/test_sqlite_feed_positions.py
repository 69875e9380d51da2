"""Where a group stands, across topics, restarts and exchanged logs."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from shared.adapters.sqlite.event_store import SqliteEventStore
from shared.adapters.sqlite.feed import SqliteFeed
from shared.adapters.sqlite.view_store import SqliteViewStore
from shared.ports.feed import LogChanged, Start
from shared.testing.clock import TestClock
from shared.testing.contracts.event_store import event
from shared.testing.contracts.feed import names, take

TOPICS = {"probe": "library", "other": "else", "secret": None}
Opened = Callable[[str], SqliteEventStore]


@pytest.fixture
def opened(tmp_path: Path, clock: TestClock) -> Opened:
    return lambda name: SqliteEventStore.open(
        tmp_path / name, clock=clock, topic_of=TOPICS.__getitem__
    )


async def test_a_topic_that_a_group_adds_is_read_whole(opened: Opened, tmp_path: Path) -> None:
    store, views = opened("log.db"), SqliteViewStore.open(tmp_path / "views.db")
    feed = SqliteFeed(store, views)
    await store.append("other-1", [event()], expected_version=0)
    await store.append("probe-1", [event()], expected_version=0)
    first = await feed.subscribe("g", ["library"])
    await take(first, 1)
    await first.commit()
    await first.close()
    second = await feed.subscribe("g", ["library", "else"])
    assert names(await take(second, 1)) == [("other-1", 1)]
    assert await second.fetch(10, 0) == []
    await feed.close()
    await views.close()
    await store.close()


async def test_closing_the_feed_writes_positions_down(opened: Opened, tmp_path: Path) -> None:
    store, views = opened("log.db"), SqliteViewStore.open(tmp_path / "views.db")
    await store.append("probe-1", [event(), event()], expected_version=0)
    feed = SqliteFeed(store, views)
    subscription = await feed.subscribe("g", ["library"])
    await take(subscription, 1)
    await subscription.commit()
    await feed.close()
    await views.close()
    views = SqliteViewStore.open(tmp_path / "views.db")
    feed = SqliteFeed(store, views)
    again = await feed.subscribe("g", ["library"])
    assert names(await take(again, 1)) == [("probe-1", 2)]
    await feed.close()
    await views.close()
    await store.close()


async def test_another_log_stops_the_group(opened: Opened, tmp_path: Path) -> None:
    store, views = opened("log.db"), SqliteViewStore.open(tmp_path / "views.db")
    await (await SqliteFeed(store, views).subscribe("g", ["library"])).close()
    await store.close()
    other = opened("other.db")
    feed = SqliteFeed(other, views)
    with pytest.raises(LogChanged):
        await feed.subscribe("g", ["library"])
    await feed.forget("g")
    await (await feed.subscribe("g", ["library"])).close()
    await feed.close()
    await views.close()
    await other.close()


async def test_a_log_that_was_put_back_stops_the_group(opened: Opened, tmp_path: Path) -> None:
    store, views = opened("log.db"), SqliteViewStore.open(tmp_path / "views.db")
    await store.append("probe-1", [event()], expected_version=0)
    await store.truncate()
    backup = (tmp_path / "log.db").read_bytes()
    await store.append("probe-1", [event()], expected_version=1)
    await (await SqliteFeed(store, views).subscribe("g", ["library"], start=Start.NOW)).close()
    await store.close()
    (tmp_path / "back.db").write_bytes(backup)
    restored = opened("back.db")
    with pytest.raises(LogChanged):
        await SqliteFeed(restored, views).subscribe("g", ["library"])
    await views.close()
    await restored.close()


async def test_a_broadcast_begins_at_its_time_even_if_the_clock_stepped_back(
    opened: Opened, tmp_path: Path, clock: TestClock
) -> None:
    store, views = opened("log.db"), SqliteViewStore.open(tmp_path / "views.db")
    feed = SqliteFeed(store, views)
    start = clock.now()
    for version, minutes in enumerate((0, 60, -30, 65)):
        clock.set(start + timedelta(minutes=minutes))
        await store.append("probe-1", [event()], expected_version=version)
    reader = feed.broadcast(["library"], since=start + timedelta(minutes=50))
    found = [await anext(reader) for _ in range(3)]
    assert [e and e.version for e in found] == [2, 4, None]
    clock.set(start)
    await store.append("probe-1", [event()], expected_version=4)
    late = await anext(reader)
    assert late is not None
    assert late.version == 5
    await feed.close()
    with pytest.raises(StopAsyncIteration):
        await anext(reader)
    await views.close()
    await store.close()
