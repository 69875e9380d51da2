"""Load of one stream of ten, a thousand and a hundred thousand events."""

import asyncio
import os
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from shared.adapters.clock import SystemClock
from shared.adapters.sqlite.event_store import SqliteEventStore
from shared.adapters.sqlite.key_value import SqliteKeyValueStore
from shared.domain.decider import Category, Decider
from shared.events.codec import EventCodec
from shared.events.keyring import KeyRing
from shared.events.model import Event, Metadata
from shared.events.registry import EventRegistry
from shared.runtime.command_handler import CommandHandler
from talent.bench.report import Figure, Report

_COUNTER: Final = Category("benchCounter", "bench")
_SIZES: Final = (10, 1_000, 100_000)


class Counted(Event, type="bench.counted.v1"):
    by: int


_DECIDER: Final[Decider[Any, int, Counted]] = Decider(
    _COUNTER, 0, lambda command, state: [Counted(by=1)], lambda state, event: state + event.by
)


def measure(report: Report, *, quick: bool) -> None:
    """Adds the time from nothing to the folded state, without any cache."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TALENT_BENCH_DIR")) as folder:
        for size in _SIZES[:2] if quick else _SIZES:
            seconds = asyncio.run(_load(Path(folder), size))
            report.add(Figure(f"load of a stream of {size:,}", "talent", seconds * 1000, "ms"))


async def _load(folder: Path, size: int) -> float:
    clock = SystemClock()
    registry = EventRegistry([_COUNTER], [Counted])
    store = SqliteEventStore.open(
        folder / f"log-{size}.db", clock=clock, topic_of=registry.topic_of
    )
    keys = SqliteKeyValueStore.open(folder / f"keys-{size}.db", clock=clock)
    codec = EventCodec(registry, KeyRing(keys, os.urandom(32)))
    stream, version = _COUNTER.stream("one"), 0
    while version < size:
        part = [Counted(by=1)] * min(1_000, size - version)
        metadata = Metadata(command_id=f"fill-{version}", actor="bench")
        encoded = await codec.encode(stream, part, metadata)
        version = await store.append(stream, encoded, expected_version=version)
    began = time.perf_counter()
    state, _ = await CommandHandler(store, codec).load(_DECIDER, "one")
    seconds = time.perf_counter() - began
    assert state == size  # noqa: S101 - a wrong sum would make the time worthless
    await keys.close()
    await store.close()
    return seconds
