"""Kafka as the feed, over a SQLite log and the relay."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.adapters.kafka import feed as kafka_feed
from shared.adapters.kafka import relay as kafka_relay
from shared.adapters.kafka.feed import KafkaFeed
from shared.adapters.kafka.relay import Relay
from shared.adapters.kafka.topics import PartitionsDiffer, TopicPlan, apply_topics
from shared.adapters.sqlite.event_store import SqliteEventStore
from shared.adapters.sqlite.key_value import SqliteKeyValueStore
from shared.ports.event_store import EventStore, NewEvent
from shared.ports.feed import Feed
from shared.runtime.leases import Lease
from shared.testing.clock import TestClock
from shared.testing.contracts.event_store import event
from shared.testing.contracts.feed import FeedContract, names, take
from tests.engines.kafka_fixtures import kafka  # noqa: F401

TOPICS = {"probe": "library", "probeMore": "library", "other": "else", "secret": None}
ALONE = TopicPlan(partitions=3, replicas=1, in_sync=1)


@pytest.fixture
def clock() -> TestClock:
    # Records bear the broker's time, so events must bear the present too.
    return TestClock(datetime.now(UTC))


@pytest.fixture
async def store(tmp_path: Path, clock: TestClock) -> AsyncIterator[SqliteEventStore]:
    store = SqliteEventStore.open(tmp_path / "log.db", clock=clock, topic_of=TOPICS.__getitem__)
    yield store
    await store.close()


@pytest.fixture
async def prefix(kafka: str, monkeypatch: pytest.MonkeyPatch) -> str:  # noqa: F811
    """Every test has topics and groups of its own on the one broker."""
    own = uuid.uuid4().hex[:8]

    def topic_of(context: str) -> str:
        return f"{own}-{context}.events"

    for module in (kafka_feed, kafka_relay):
        monkeypatch.setattr(module, "topic_of", topic_of)
    monkeypatch.setattr("shared.adapters.kafka.topics.topic_of", topic_of)
    await apply_topics(kafka, ["library", "else"], ALONE)
    return own


@asynccontextmanager
async def relayed(
    url: str, store: EventStore, folder: Path, clock: TestClock, prefix: str
) -> AsyncIterator[list[Relay]]:
    keys = SqliteKeyValueStore.open(folder / "keys.db", clock=clock)
    relays = [
        Relay(url, store, context, categories, Lease(keys, clock, context))
        for context, categories in (("library", ("probe", "probeMore")), ("else", ("other",)))
    ]
    for relay in relays:
        relay._group = f"{prefix}-{relay._group}"
    running = [asyncio.create_task(relay.run()) for relay in relays]
    try:
        yield relays
    finally:
        for relay in relays:
            relay.stop()
        await asyncio.gather(*running)
        await keys.close()


class TestKafkaFeed(FeedContract):
    @pytest.fixture
    async def feed(
        self, kafka: str, store: SqliteEventStore, tmp_path: Path, clock: TestClock, prefix: str  # noqa: F811
    ) -> AsyncIterator[Feed]:  # fmt: skip
        async with relayed(kafka, store, tmp_path, clock, prefix) as relays:

            async def relayed_so_far() -> None:
                """On Kafka now is what the relay has brought by now."""
                head = await store.head()
                async with asyncio.timeout(20):
                    while head and max(relay.position for relay in relays) < head:
                        await asyncio.sleep(0.01)

            feed = _Own(KafkaFeed.open(kafka), prefix, relayed_so_far)
            yield feed
        await feed.close()


class _Own(KafkaFeed):
    """The same feed with groups of one test."""

    def __init__(
        self, feed: KafkaFeed, prefix: str, ready: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        super().__init__(feed._options)
        self._prefix, self._ready = prefix, ready

    async def subscribe(self, group: str, topics: Sequence[str], **more: object):  # type: ignore[no-untyped-def, override]
        if self._ready is not None:
            await self._ready()
        return await super().subscribe(f"{self._prefix}-{group}", topics, **more)  # type: ignore[arg-type]

    async def forget(self, group: str) -> None:
        await super().forget(f"{self._prefix}-{group}")


def some(count: int) -> list[NewEvent]:
    return [event() for _ in range(count)]


async def test_ten_thousand_events_arrive_once_and_each_stream_in_order(
    kafka: str, store: SqliteEventStore, tmp_path: Path, clock: TestClock, prefix: str  # noqa: F811
) -> None:  # fmt: skip
    for number in range(100):
        await store.append(f"probe-{number}", some(100), expected_version=0)
    await store.append("secret-1", some(3), expected_version=0)
    feed = _Own(KafkaFeed.open(kafka), prefix)
    async with relayed(kafka, store, tmp_path, clock, prefix):
        subscription = await feed.subscribe("all", ["library"])
        found = []
        async with asyncio.timeout(60):
            while len(found) < 10_000:
                found += await subscription.fetch(1_000, 0.5)
        await subscription.close()
    by_stream: dict[str, list[int]] = {}
    for one in found:
        by_stream.setdefault(one.stream, []).append(one.version)
    assert len(found) == 10_000
    assert by_stream == {f"probe-{n}": list(range(1, 101)) for n in range(100)}


async def test_a_relay_that_is_killed_at_any_moment_doubles_nothing(
    kafka: str, store: SqliteEventStore, tmp_path: Path, clock: TestClock, prefix: str  # noqa: F811
) -> None:  # fmt: skip
    for number in range(60):
        await store.append(f"probe-{number}", some(50), expected_version=0)
    for _ in range(4):
        keys = SqliteKeyValueStore.open(tmp_path / "keys.db", clock=clock)
        relay = Relay(kafka, store, "library", ("probe",), Lease(keys, clock, "x"))
        relay._group = f"{prefix}-library.relay"
        task = asyncio.create_task(relay.run())
        await asyncio.sleep(0.35)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await keys.delete("leases", "x")
        await keys.close()
    feed = _Own(KafkaFeed.open(kafka), prefix)
    async with relayed(kafka, store, tmp_path, clock, prefix):
        subscription = await feed.subscribe("all", ["library"])
        found = await take(subscription, 3_000)
        assert await subscription.fetch(10, 1.0) == []
        await subscription.close()
    assert len(set(names(found))) == 3_000


async def test_of_two_relays_one_writes(
    kafka: str, store: SqliteEventStore, tmp_path: Path, clock: TestClock, prefix: str  # noqa: F811
) -> None:  # fmt: skip
    feed = _Own(KafkaFeed.open(kafka), prefix)
    async with relayed(kafka, store, tmp_path, clock, prefix):
        async with relayed(kafka, store, tmp_path, clock, prefix):
            for number in range(20):
                await store.append(f"probe-{number}", some(5), expected_version=0)
            subscription = await feed.subscribe("all", ["library"])
            found = await take(subscription, 100)
            assert await subscription.fetch(10, 1.0) == []
            await subscription.close()
    assert len(set(names(found))) == 100


async def test_two_members_share_a_group_and_lose_nothing(
    kafka: str, store: SqliteEventStore, tmp_path: Path, clock: TestClock, prefix: str  # noqa: F811
) -> None:  # fmt: skip
    feed = _Own(KafkaFeed.open(kafka), prefix)
    async with relayed(kafka, store, tmp_path, clock, prefix):
        one = await feed.subscribe("shared", ["library"])
        for number in range(30):
            await store.append(f"probe-{number}", some(2), expected_version=0)
        seen = set(names(await one.fetch(10, 2.0)))
        await one.commit()
        two = await feed.subscribe("shared", ["library"])
        async with asyncio.timeout(60):
            while len(seen) < 60:
                for member in (one, two):
                    seen |= set(names(await member.fetch(100, 0.2)))
                    await member.commit()
        await one.close()
        await two.close()


async def test_a_partition_count_is_never_changed(kafka: str, prefix: str) -> None:  # noqa: F811
    assert await apply_topics(kafka, ["library", "else"], ALONE) == []
    with pytest.raises(PartitionsDiffer):
        await apply_topics(kafka, ["library"], TopicPlan(partitions=5, replicas=1, in_sync=1))
