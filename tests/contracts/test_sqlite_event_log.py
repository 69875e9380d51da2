"""What the embedded log does beyond its port: bad appends, crashes, full disks, deleted content."""

import asyncio
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from shared.adapters.sqlite.database import connect
from shared.adapters.sqlite.event_store import SqliteEventStore
from shared.adapters.sqlite.key_value import SqliteKeyValueStore
from shared.ports.errors import EngineUnavailable
from shared.ports.event_store import NewEvent, WrongExpectedVersion
from shared.testing.clock import TestClock
from shared.testing.contracts.event_store import event

ROOT = Path(__file__).parents[2]


def opened(folder: Path, clock: TestClock) -> SqliteEventStore:
    return SqliteEventStore.open(folder / "log.db", clock=clock, topic_of=lambda _: "library")


@pytest.fixture
async def store(tmp_path: Path, clock: TestClock) -> AsyncIterator[SqliteEventStore]:
    store = opened(tmp_path, clock)
    yield store
    await store.close()


@contextmanager
def no_file_may_grow_beyond(size: int) -> Iterator[None]:
    """A full disk, as the operating system reports it (RLIMIT_FSIZE)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_a_group_survives_appends_that_are_refused(store: SqliteEventStore) -> None:
    await store.append("probe-0", [event()], expected_version=0)
    results = await asyncio.gather(
        *(store.append(f"probe-{n}", [event()], expected_version=0) for n in range(50)),
        return_exceptions=True,
    )
    assert isinstance(results[0], WrongExpectedVersion)
    assert results[1:] == [1] * 49


async def test_a_group_survives_an_append_that_no_column_takes(store: SqliteEventStore) -> None:
    bad = NewEvent("id", "probe.happened.v1", None, b"{}")  # type: ignore[arg-type]
    results = await asyncio.gather(
        *(
            store.append(f"probe-{n}", [bad if n == 7 else event()], expected_version=0)
            for n in range(20)
        ),
        return_exceptions=True,
    )
    assert isinstance(results.pop(7), sqlite3.IntegrityError)
    assert results == [1] * 19
    assert await store.append("probe-7", [event()], expected_version=0) == 1


async def test_a_repeated_append_in_the_same_group_is_one_fact(store: SqliteEventStore) -> None:
    same = event()
    results = await asyncio.gather(
        *(store.append("probe-1", [same], expected_version=0) for _ in range(20))
    )
    assert results == [1] * 20
    assert len(await store.read_stream("probe-1")) == 1


async def test_a_full_disk_is_unavailable_and_the_store_recovers(
    store: SqliteEventStore, tmp_path: Path
) -> None:
    await store.append("probe-1", [event()], expected_version=0)
    big = event("x" * 500_000)
    with no_file_may_grow_beyond((tmp_path / "log.db-wal").stat().st_size + 8_192):
        results = await asyncio.gather(
            store.append("probe-1", [big], expected_version=1),
            store.append("probe-2", [big], expected_version=0),
            return_exceptions=True,
        )
    assert [type(r) for r in results] == [EngineUnavailable] * 2
    assert await store.head() == 1
    assert await store.append("probe-1", [big], expected_version=1) == 2
    assert len(await store.read_stream("probe-2")) == 0


async def test_what_was_acknowledged_before_a_kill_is_there(
    tmp_path: Path, clock: TestClock
) -> None:
    child = subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-c", _CHILD, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert child.stdout is not None
    acknowledged = [child.stdout.readline().decode().strip() for _ in range(200)]
    child.send_signal(signal.SIGKILL)
    rest = child.stdout.read().decode().split("\n")
    acknowledged += [line for line in rest[:-1] if line]
    child.wait()
    child.stdout.close()
    store = opened(tmp_path, clock)
    found = {f"{e.stream}@{e.version}" async for e in store.read_all()}
    assert set(acknowledged) <= found
    for stream in {name.partition("@")[0] for name in found}:
        versions = [e.version for e in await store.read_stream(stream)]
        assert versions == list(range(1, len(versions) + 1))
    await store.close()


_CHILD = """
import asyncio, sys
from pathlib import Path
from shared.adapters.clock import SystemClock
from shared.adapters.sqlite.event_store import SqliteEventStore
from shared.testing.contracts.event_store import event

async def write(store, number):
    version = 0
    while True:
        version = await store.append(f"probe-{number}", [event()], expected_version=version)
        print(f"probe-{number}@{version}", flush=True)

async def main(folder):
    store = SqliteEventStore.open(folder / "log.db", clock=SystemClock(), topic_of=lambda _: None)
    await asyncio.gather(*(write(store, number) for number in range(8)))

asyncio.run(main(Path(sys.argv[1])))
"""


async def test_a_closed_store_is_unavailable(tmp_path: Path, clock: TestClock) -> None:
    store = opened(tmp_path, clock)
    await store.close()
    with pytest.raises(EngineUnavailable):
        await store.append("probe-1", [event()], expected_version=0)
    with pytest.raises(EngineUnavailable):
        await store.read_stream("probe-1")
    await store.close()


async def test_a_category_that_nobody_declared_is_refused(tmp_path: Path, clock: TestClock) -> None:
    declared: dict[str, str | None] = {}
    store = SqliteEventStore.open(tmp_path / "log.db", clock=clock, topic_of=declared.__getitem__)
    with pytest.raises(KeyError):
        await store.append("unknown-1", [event()], expected_version=0)
    await store.close()


async def test_what_another_writer_did_is_found_out(
    store: SqliteEventStore, tmp_path: Path
) -> None:
    await store.append("probe-1", [event()], expected_version=0)
    other = connect(tmp_path / "log.db", "FULL")
    other.execute(
        "INSERT INTO events (stream, version, id, type, recorded_at, data, metadata)"
        " VALUES ('probe-1', 2, 'x', 'probe.happened.v1', 0, x'7b7d', x'7b7d')"
    )
    other.close()
    with pytest.raises(WrongExpectedVersion):
        await store.append("probe-1", [event()], expected_version=1)
    assert await store.append("probe-1", [event()], expected_version=2) == 3


async def test_a_busy_event_loop_does_not_starve_the_writer(store: SqliteEventStore) -> None:
    writing = asyncio.gather(
        *(store.append(f"probe-{n}", [event()], expected_version=0) for n in range(64))
    )
    async with asyncio.timeout(5):
        while not writing.done():
            await asyncio.sleep(0)
    assert await writing == [1] * 64


async def test_what_was_given_before_the_close_is_written(tmp_path: Path, clock: TestClock) -> None:
    def opened() -> SqliteEventStore:
        return SqliteEventStore.open(tmp_path / "log.db", clock=clock, topic_of=lambda _: "probe")

    store = opened()
    writing = [
        asyncio.ensure_future(store.append(f"probe-{n}", [event()], expected_version=0))
        for n in range(3)
    ]
    await asyncio.sleep(0)
    await store.close()
    assert await asyncio.gather(*writing) == [1, 1, 1]
    again = opened()
    assert [len(await again.read_stream(f"probe-{n}")) for n in range(3)] == [1, 1, 1]
    await again.close()


async def test_one_question_given_up_leaves_the_others_an_answer(store: SqliteEventStore) -> None:
    await store.append("probe-there", [event()], expected_version=0)
    store._heads.forget(["probe-there"])
    given_up = asyncio.ensure_future(store.read_stream("probe-new"))
    asked = [asyncio.ensure_future(store.read_stream(s)) for s in ("probe-new", "probe-there")]
    await asyncio.sleep(0)
    given_up.cancel()
    assert [len(await reading) for reading in asked] == [0, 1]
    assert await store.append("probe-new", [event()], expected_version=0) == 1
    assert len(await store.read_stream("probe-new")) == 1


async def test_a_stream_that_came_while_it_was_asked_for_is_not_taken_for_absent(
    store: SqliteEventStore,
) -> None:
    for number in range(200):
        stream = f"probe-{number}"
        append = asyncio.ensure_future(store.append(stream, [event()], expected_version=0))
        while not append.done():
            await store.read_stream(stream)
            await asyncio.sleep(0)
        assert len(await store.read_stream(stream)) == 1


async def test_an_emptied_log_holds_nothing_deleted(tmp_path: Path, clock: TestClock) -> None:
    keys = SqliteKeyValueStore.open(tmp_path / "keys.db", clock=clock)
    secret = b"a-wrapped-data-key-of-someone"
    await keys.put("data-keys", "p1", secret)
    await keys.put("data-keys", "p2", b"another")
    await keys.purge()
    await keys.put("data-keys", "p1", b"erased")
    await keys.purge()
    assert secret not in on_disk(tmp_path)
    assert await keys.get("data-keys", "p2") == b"another"
    await keys.close()


async def test_expired_entries_leave_the_disk_with_a_later_write(
    tmp_path: Path, clock: TestClock
) -> None:
    keys = SqliteKeyValueStore.open(tmp_path / "keys.db", clock=clock)
    await keys.put("codes", "k", b"the-hash-of-a-code", ttl=timedelta(minutes=1))
    clock.move(timedelta(minutes=5))
    await keys.put("codes", "other", b"x")
    await keys.close()
    assert b"the-hash-of-a-code" not in on_disk(tmp_path)


async def test_a_topic_shows_no_event_that_its_stream_does_not_show_yet(
    store: SqliteEventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the commit and the writer's saying so, both keep silent: a reader of the topic would
    otherwise look the stream up and find nothing."""
    await store.append("probe-1", [event()], expected_version=0)
    written, told = threading.Event(), threading.Event()
    advance = store._heads.advance

    def late(position: int, streams: dict[str, int], topics: dict[str, int]) -> None:
        written.set()
        told.wait(10)
        advance(position, streams, topics)

    monkeypatch.setattr(store._heads, "advance", late)
    appending = asyncio.ensure_future(store.append("probe-1", [event()], expected_version=1))
    await asyncio.to_thread(written.wait, 10)
    behind = await store.read_stream("probe-1", after=1)
    seen = await store.read_topics([("library", 1)], 10), behind
    told.set()
    await appending
    assert [len(events) for events in seen] == [0, 0]
    assert len(await store.read_topics([("library", 1)], 10)) == 1
