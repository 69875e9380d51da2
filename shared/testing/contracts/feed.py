"""What every `Feed` promises. A subclass gives `store` and `feed` over the same log; categories
`probe` (topic `library`), `other` (topic `else`) are public, `secret` is private."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from shared.ports.event_store import EventStore, StoredEvent
from shared.ports.feed import Feed, Start, Subscription
from shared.testing.contracts.event_store import event

PATIENCE: Final = 5.0


async def take(subscription: Subscription, count: int) -> list[StoredEvent]:
    """Exactly so many events, or a failure."""
    found: list[StoredEvent] = []
    async with asyncio.timeout(PATIENCE):
        while len(found) < count:
            found += await subscription.fetch(count - len(found), 0.2)
    return found


def names(events: Sequence[StoredEvent]) -> list[tuple[str, int]]:
    return [(e.stream, e.version) for e in events]


class FeedContract:
    async def test_a_new_group_reads_from_the_beginning(
        self, store: EventStore, feed: Feed
    ) -> None:
        await store.append("probe-1", [event(), event()], expected_version=0)
        subscription = await feed.subscribe("g.one", ["library"])
        assert names(await take(subscription, 2)) == [("probe-1", 1), ("probe-1", 2)]
        await subscription.close()

    async def test_or_from_now_on(self, store: EventStore, feed: Feed) -> None:
        await store.append("probe-1", [event()], expected_version=0)
        subscription = await feed.subscribe("g.now", ["library"], start=Start.NOW)
        await store.append("probe-1", [event()], expected_version=1)
        assert names(await take(subscription, 1)) == [("probe-1", 2)]
        await subscription.close()

    async def test_now_is_when_the_group_first_joined(self, store: EventStore, feed: Feed) -> None:
        await (await feed.subscribe("g.then", ["library"], start=Start.NOW)).close()
        await store.append("probe-1", [event()], expected_version=0)
        subscription = await feed.subscribe("g.then", ["library"], start=Start.NOW)
        assert names(await take(subscription, 1)) == [("probe-1", 1)]
        await subscription.close()

    async def test_what_was_not_committed_comes_again(self, store: EventStore, feed: Feed) -> None:
        await store.append("probe-1", [event() for _ in range(4)], expected_version=0)
        first = await feed.subscribe("g.again", ["library"])
        await take(first, 2)
        await first.commit()
        await take(first, 2)
        await first.close()
        second = await feed.subscribe("g.again", ["library"])
        assert names(await take(second, 2)) == [("probe-1", 3), ("probe-1", 4)]
        await second.close()

    async def test_groups_do_not_know_of_each_other(self, store: EventStore, feed: Feed) -> None:
        await store.append("probe-1", [event()], expected_version=0)
        for group in ("g.a", "g.b"):
            subscription = await feed.subscribe(group, ["library"])
            assert len(await take(subscription, 1)) == 1
            await subscription.commit()
            await subscription.close()

    async def test_topics_are_kept_apart_and_private_streams_out(
        self, store: EventStore, feed: Feed
    ) -> None:
        await store.append("secret-1", [event()], expected_version=0)
        await store.append("other-1", [event()], expected_version=0)
        await store.append("probe-1", [event()], expected_version=0)
        one = await feed.subscribe("g.topic", ["library"])
        assert names(await take(one, 1)) == [("probe-1", 1)]
        both = await feed.subscribe("g.both", ["library", "else"])
        assert sorted(names(await take(both, 2))) == [("other-1", 1), ("probe-1", 1)]
        assert await both.fetch(10, 0) == []
        await one.close()
        await both.close()

    async def test_a_stream_comes_in_order_whatever_else_is_written(
        self, store: EventStore, feed: Feed
    ) -> None:
        async def write(stream: str) -> None:
            for version in range(20):
                await store.append(stream, [event()], expected_version=version)

        subscription = await feed.subscribe("g.order", ["library"])
        writing = asyncio.gather(*(write(f"probe-{n}") for n in range(5)))
        found = await take(subscription, 100)
        await writing
        for stream in {e.stream for e in found}:
            assert [e.version for e in found if e.stream == stream] == list(range(1, 21))
        async with asyncio.timeout(PATIENCE):
            # An upper bound: what is no event may count until it was read past.
            while await subscription.lag():
                assert await subscription.fetch(10, 0.05) == []
        await subscription.close()

    async def test_a_fetch_wakes_up_when_something_comes(
        self, store: EventStore, feed: Feed
    ) -> None:
        subscription = await feed.subscribe("g.wake", ["library"])
        fetching = asyncio.create_task(take(subscription, 1))
        await asyncio.sleep(0)
        await store.append("probe-1", [event()], expected_version=0)
        assert len(await fetching) == 1
        await subscription.close()

    async def test_a_forgotten_group_begins_anew(self, store: EventStore, feed: Feed) -> None:
        await store.append("probe-1", [event()], expected_version=0)
        first = await feed.subscribe("g.forget", ["library"])
        await take(first, 1)
        await first.commit()
        await first.close()
        await feed.forget("g.forget")
        second = await feed.subscribe("g.forget", ["library"])
        assert len(await take(second, 1)) == 1
        await second.close()

    async def test_a_broadcast_reaches_every_reader_and_says_when_it_caught_up(
        self, store: EventStore, feed: Feed
    ) -> None:
        await store.append("probe-1", [event()], expected_version=0)
        since = datetime.now(UTC) - timedelta(days=36_500)
        for _ in range(2):
            reader = feed.broadcast(["library"], since=since)
            async with asyncio.timeout(PATIENCE):
                first = await anext(reader)
                assert first is not None
                assert names([first]) == [("probe-1", 1)]
                assert await anext(reader) is None
            await reader.aclose()  # type: ignore[attr-defined]

    async def test_a_broadcast_goes_on(self, store: EventStore, feed: Feed) -> None:
        since = datetime.now(UTC) - timedelta(days=36_500)
        reader = feed.broadcast(["library"], since=since)
        async with asyncio.timeout(PATIENCE):
            assert await anext(reader) is None
            coming = asyncio.ensure_future(anext(reader))
            await store.append("probe-1", [event()], expected_version=0)
            found = await coming
        assert found is not None
        assert names([found]) == [("probe-1", 1)]
        await reader.aclose()  # type: ignore[attr-defined]
