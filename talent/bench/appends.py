"""Durable appends: our log, the `eventsourcing` library's, and SQLite's own commits."""

import asyncio
import os
import sqlite3
import tempfile
import time
import uuid
from pathlib import Path
from typing import Final
from uuid import UUID

from shared.adapters.clock import SystemClock
from shared.adapters.sqlite.event_store import SqliteEventStore
from shared.ports.event_store import NewEvent
from talent.bench.report import Figure, Report

_WRITERS: Final = 64
_BODY: Final = (
    b'{"application_id":"0123456789abcdef","desk":"hr_bureau","at":"2026-01-01T00:00:00Z"}'
)
_METADATA: Final = b'{"command_id":"0123456789abcdef","actor":"bench"}'
_MEASURE: Final = "durable appends, 64 writers"


def measure(report: Report, *, quick: bool) -> None:
    """Adds four sides: ours, eventsourcing's, one row a commit, a hundred rows a commit."""
    seconds = 1.0 if quick else 5.0
    with tempfile.TemporaryDirectory(dir=os.environ.get("TALENT_BENCH_DIR")) as folder:
        ours = asyncio.run(_ours(Path(folder), seconds))
        library = _eventsourcing(Path(folder), seconds)
        one = _sqlite(Path(folder) / "one.db", seconds, rows=1)
        hundred = _sqlite(Path(folder) / "hundred.db", seconds, rows=100)
    report.add(
        Figure(_MEASURE, "talent", ours, "events/s"),
        Figure(_MEASURE, "eventsourcing", library, "events/s", ours / library, "it", ">= 10"),
        Figure(_MEASURE, "SQLite, 1 row a commit", one, "rows/s", ours / one, "it"),
        Figure(
            _MEASURE,
            "SQLite, 100 rows a commit",
            hundred,
            "rows/s",
            ours / hundred,
            "it",
            ">= 0.33",
        ),
    )


async def _ours(folder: Path, seconds: float) -> float:
    store = SqliteEventStore.open(
        folder / "log.db", clock=SystemClock(), topic_of=lambda category: "bench"
    )
    until = time.perf_counter() + seconds

    async def writer() -> int:
        stream, version = f"bench-{uuid.uuid4().hex}", 0
        while time.perf_counter() < until:
            event = NewEvent(str(uuid.uuid4()), "bench.appended.v1", _BODY, _METADATA)
            version = await store.append(stream, [event], expected_version=version)
        return version

    began = time.perf_counter()
    written = sum(await asyncio.gather(*(writer() for _ in range(_WRITERS))))
    rate = written / (time.perf_counter() - began)
    await store.close()
    return rate


def _eventsourcing(folder: Path, seconds: float) -> float:
    # Development dependencies are there when measuring, and need not be to run the platform.
    from eventsourcing.application import Application
    from eventsourcing.domain import Aggregate, event

    class Case(Aggregate):
        @event("Decided")
        def decide(self, desk: str) -> None:
            self.desk = desk

    app: Application[UUID] = Application(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(folder / "eventsourcing.db"),
        }
    )
    began, saved = time.perf_counter(), 0
    case = Case()
    app.save(case)
    while time.perf_counter() - began < seconds:
        case.decide("hr_bureau")
        app.save(case)
        saved += 1
    rate = saved / (time.perf_counter() - began)
    app.close()
    return rate


def _sqlite(path: Path, seconds: float, *, rows: int) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE e (position INTEGER PRIMARY KEY, data BLOB, metadata BLOB)")
    began, written = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO e (data, metadata) VALUES (?, ?)", [(_BODY, _METADATA)] * rows
        )
        connection.execute("COMMIT")
        written += rows
    rate = written / (time.perf_counter() - began)
    connection.close()
    return rate
