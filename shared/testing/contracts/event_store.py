"""What every `EventStore` promises. A subclass gives the fixtures `store` and `reopen`."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable

import pytest

from shared.ports.event_store import EventStore, NewEvent, StoredEvent, WrongExpectedVersion

Reopen = Callable[[], Awaitable[EventStore]]


def event(text: str = "x", type_: str = "probe.happened.v1") -> NewEvent:
    data = b'{"text":"' + text.encode() + b'"}'
    return NewEvent(str(uuid.uuid4()), type_, data, b'{"command_id":"c","actor":"a"}')


def texts(events: list[StoredEvent]) -> list[tuple[str, int]]:
    return [(e.stream, e.version) for e in events]


class EventStoreContract:
    """Subclass it and provide `store` and `reopen`; categories `probe`, `other` are public."""

    async def test_versions_count_from_one(self, store: EventStore) -> None:
        assert await store.append("probe-1", [event(), event()], expected_version=0) == 2
        found = await store.read_stream("probe-1")
        assert [e.version for e in found] == [1, 2]
        assert found[0].position < found[1].position
        assert found[0].recorded_at.utcoffset() is not None

    async def test_what_was_appended_is_read_unchanged(self, store: EventStore) -> None:
        new = event("汉字")
        await store.append("probe-1", [new], expected_version=0)
        (found,) = await store.read_stream("probe-1")
        assert (found.id, found.type, found.data, found.metadata) == (
            new.id, new.type, new.data, new.metadata,
        )  # fmt: skip
        assert found.category == "probe"

    async def test_a_stale_version_is_refused_with_the_actual_one(self, store: EventStore) -> None:
        await store.append("probe-1", [event()], expected_version=0)
        for stale in (0, 2):
            with pytest.raises(WrongExpectedVersion) as refusal:
                await store.append("probe-1", [event()], expected_version=stale)
            assert (refusal.value.expected, refusal.value.actual) == (stale, 1)
        assert len(await store.read_stream("probe-1")) == 1

    async def test_of_many_at_once_exactly_one_wins(self, store: EventStore) -> None:
        results = await asyncio.gather(
            *(store.append("probe-1", [event()], expected_version=0) for _ in range(20)),
            return_exceptions=True,
        )
        assert [r for r in results if not isinstance(r, WrongExpectedVersion)] == [1]
        assert len(await store.read_stream("probe-1")) == 1

    async def test_the_same_events_again_answer_as_the_first_time(self, store: EventStore) -> None:
        first = [event(), event()]
        assert await store.append("probe-1", first, expected_version=0) == 2
        await store.append("probe-1", [event()], expected_version=2)
        assert await store.append("probe-1", first, expected_version=0) == 2
        assert len(await store.read_stream("probe-1")) == 3

    async def test_nothing_is_no_append(self, store: EventStore) -> None:
        with pytest.raises(ValueError, match="nothing"):
            await store.append("probe-1", [], expected_version=0)

    async def test_a_stream_is_read_from_anywhere_either_way(self, store: EventStore) -> None:
        await store.append("probe-1", [event() for _ in range(10)], expected_version=0)
        assert [e.version for e in await store.read_stream("probe-1", after=7)] == [8, 9, 10]
        limited = await store.read_stream("probe-1", after=2, limit=3)
        assert [e.version for e in limited] == [3, 4, 5]
        backwards = await store.read_stream_backwards("probe-1", limit=3)
        assert [e.version for e in backwards] == [10, 9, 8]
        assert await store.read_stream("probe-2") == []
        assert await store.read_stream("probe-1", after=10) == []

    async def test_a_long_stream_is_read_whole(self, store: EventStore) -> None:
        for start in range(0, 1_500, 500):
            await store.append("probe-1", [event() for _ in range(500)], expected_version=start)
        versions = [e.version for e in await store.read_stream("probe-1")]
        assert versions == list(range(1, 1_501))

    async def test_all_is_read_in_log_order(self, store: EventStore) -> None:
        await store.append("probe-1", [event()], expected_version=0)
        await store.append("other-1", [event()], expected_version=0)
        await store.append("probe-1", [event()], expected_version=1)
        everything = [e async for e in store.read_all()]
        assert texts(everything) == [("probe-1", 1), ("other-1", 1), ("probe-1", 2)]
        assert everything[-1].position <= await store.head()
        later = [e async for e in store.read_all(after=everything[0].position)]
        assert texts(later) == [("other-1", 1), ("probe-1", 2)]
        chosen = [e async for e in store.read_all(categories=["other"])]
        assert texts(chosen) == [("other-1", 1)]

    async def test_a_category_is_no_prefix(self, store: EventStore) -> None:
        await store.append("probe-1", [event()], expected_version=0)
        await store.append("probeMore-1", [event()], expected_version=0)
        assert texts([e async for e in store.read_all(categories=["probe"])]) == [("probe-1", 1)]

    async def test_everything_survives_closing(self, store: EventStore, reopen: Reopen) -> None:
        log_id = await store.log_id()
        await store.append("probe-1", [event(), event()], expected_version=0)
        head = await store.head()
        again = await reopen()
        assert len(await again.read_stream("probe-1")) == 2
        assert await again.append("probe-1", [event()], expected_version=2) == 3
        assert await again.log_id() == log_id
        assert await again.head() > head
