"""Rebuild of a view from the log: events a second, through the projector that also runs live."""

import asyncio
import os
import tempfile
import time
from pathlib import Path
from typing import Any, Final, assert_never

from pydantic import BaseModel

from shared.adapters.clock import SystemClock
from shared.adapters.sqlite.event_store import SqliteEventStore
from shared.adapters.sqlite.feed import SqliteFeed
from shared.adapters.sqlite.key_value import SqliteKeyValueStore
from shared.adapters.sqlite.view_store import SqliteViewStore
from shared.domain.decider import Category
from shared.events.codec import EventCodec
from shared.events.keyring import KeyRing
from shared.events.model import Event, Metadata, Recorded
from shared.events.personal import Personal
from shared.events.registry import EventRegistry
from shared.runtime.projection import Projection
from shared.runtime.projector import Projector
from talent.bench.report import Figure, Report

_CASE: Final = Category("benchCase", "bench")
_PER_STREAM: Final = 8
_BATCH: Final = 1_000


class CaseOpened(Event, type="bench.case-opened.v1"):
    case_id: str
    name: Personal[str]
    region: str


class CaseMoved(Event, type="bench.case-moved.v1"):
    stage: str
    by: str


class CaseRow(BaseModel):
    case_id: str
    name: Personal[str]
    region: str
    stage: str = "open"
    moves: int = 0


def _evolve(row: CaseRow | None, recorded: Recorded[CaseOpened | CaseMoved]) -> CaseRow | None:
    match recorded.event:
        case CaseOpened() as opened:
            return CaseRow(case_id=opened.case_id, name=opened.name, region=opened.region)
        case CaseMoved() as moved:
            return row and CaseRow(
                case_id=row.case_id, name=row.name, region=row.region,
                stage=moved.stage, moves=row.moves + 1,
            )  # fmt: skip
        case other:
            assert_never(other)


_VIEW: Final[Projection[Any, Any]] = Projection("bench_case", 1, (_CASE,), CaseRow, _evolve)


def measure(report: Report, *, quick: bool) -> None:
    """Adds the rate over streams of eight events, the first with a personal field."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TALENT_BENCH_DIR")) as folder:
        rate = asyncio.run(_rebuild(Path(folder), 20_000 if quick else 200_000))
    report.add(Figure("rebuild of a view", "talent", rate, "events/s", aim=">= 50,000"))


async def _rebuild(folder: Path, events: int) -> float:
    registry = EventRegistry([_CASE], [CaseOpened, CaseMoved])
    clock = SystemClock()
    store = SqliteEventStore.open(folder / "log.db", clock=clock, topic_of=registry.topic_of)
    views = SqliteViewStore.open(folder / "views.db")
    keys = SqliteKeyValueStore.open(folder / "keys.db", clock=clock)
    codec = EventCodec(registry, KeyRing(keys, os.urandom(32)))
    await _fill(store, codec, events)
    collection = _VIEW.collection()
    await views.ensure(collection)
    subscription = await SqliteFeed(store, views).subscribe("bench", ["bench"])
    projector = Projector(_VIEW, collection, views, codec)
    began, taken = time.perf_counter(), 0
    while batch := await subscription.fetch(_BATCH, 0):
        await projector.take(batch)
        await subscription.commit()
        taken += len(batch)
    rate = taken / (time.perf_counter() - began)
    await subscription.close()
    for port in (views, keys, store):
        await port.close()
    return rate


async def _fill(store: SqliteEventStore, codec: EventCodec, events: int) -> None:
    gate = asyncio.Semaphore(64)

    async def stream(number: int) -> None:
        metadata = Metadata(
            command_id=f"fill-{number}", actor="bench", subject=f"person-{number % 500}"
        )
        made: list[Event] = [CaseOpened(case_id=str(number), name="王芳", region="襄城区")]
        made += [CaseMoved(stage=f"stage-{i}", by="bench") for i in range(_PER_STREAM - 1)]
        name = _CASE.stream(str(number))
        async with gate:
            await store.append(name, await codec.encode(name, made, metadata), expected_version=0)

    await asyncio.gather(*(stream(n) for n in range(events // _PER_STREAM)))
