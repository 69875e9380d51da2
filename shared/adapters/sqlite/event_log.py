"""The writing half of the SQLite event store: what one group of appends does in one transaction."""

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import orjson

from shared.adapters.sqlite.database import insert_rows, microseconds
from shared.ports.clock import Clock
from shared.ports.event_store import NewEvent, WrongExpectedVersion

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    topic TEXT,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    data BLOB NOT NULL,
    metadata BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS events_stream ON events (stream, version);
CREATE INDEX IF NOT EXISTS events_topic ON events (topic, position) WHERE topic IS NOT NULL;
CREATE TABLE IF NOT EXISTS minutes (minute INTEGER PRIMARY KEY, position INTEGER NOT NULL);
"""
# `minutes` says where in the log each minute begins: exact for a broadcast even if the clock
# once stepped back, and one row a minute instead of an index entry an event.

_MINUTE: Final = 60_000_000
_INSERT: Final = (
    "INSERT INTO events (stream, version, topic, id, type, recorded_at, data, metadata)"
)
_STREAMS_KNOWN: Final = 100_000

Row = tuple[str, int, str | None, str, str, int, bytes, bytes]


@dataclass(slots=True)
class Append:
    """One call of `append`, waiting for its group."""

    stream: str
    topic: str | None
    events: Sequence[NewEvent]
    expected: int


def prepare(connection: sqlite3.Connection) -> str:
    """Create what is missing; returns the log's id."""
    connection.executescript(_SCHEMA)
    connection.execute("INSERT OR IGNORE INTO meta VALUES ('log_id', ?)", (str(uuid4()),))
    (log_id,) = connection.execute("SELECT value FROM meta WHERE name = 'log_id'").fetchone()
    return str(log_id)


class Heads:
    """What the only writer of the log knows without asking it: the version of each stream lately
    used, and the last position of the log and of each topic. Only what is committed."""

    def __init__(self, position: int) -> None:
        self.position = position
        self.commits = 0
        self._streams: OrderedDict[str, int] = OrderedDict()
        self._topics: dict[str, int] = {}
        self._lock = threading.Lock()

    def stream(self, stream: str) -> int | None:
        return self._streams.get(stream)

    def topic(self, topic: str) -> int | None:
        return self._topics.get(topic)

    def learn_stream(self, stream: str, version: int, commits: int) -> None:
        """What a reader found while `commits` was so; of no use once something was committed."""
        with self._lock:
            if commits == self.commits:
                self._streams.setdefault(stream, version)

    def learn_topic(self, topic: str, position: int) -> None:
        with self._lock:
            self._topics[topic] = max(position, self._topics.get(topic, 0))

    def advance(self, position: int, streams: dict[str, int], topics: dict[str, int]) -> None:
        """A group was committed."""
        with self._lock:
            self.commits += 1
            for stream, version in streams.items():
                self._streams[stream] = version
                self._streams.move_to_end(stream)
            while len(self._streams) > _STREAMS_KNOWN:
                self._streams.popitem(last=False)
            # Last: whoever reads up to here must find the streams as they are there.
            self.position = max(position, self.position)
            self._topics.update(topics)

    def forget(self, streams: Sequence[str]) -> None:
        with self._lock:
            for stream in streams:
                self._streams.pop(stream, None)


class GroupAppend:
    """Runs groups of appends. Rows go in by statements of many rows: every statement gives the
    interpreter's lock away and must win it back from a busy event loop."""

    def __init__(self, heads: Heads, clock: Clock) -> None:
        self._heads = heads
        self._clock = clock
        self._minute = 0
        self._now = 0
        self._position = 0
        self._streams: dict[str, int] = {}
        self._topics: set[str] = set()
        self._pending: list[Row] = []

    def run(
        self, connection: sqlite3.Connection, jobs: Sequence[Append]
    ) -> Sequence[int | Exception]:
        """The version after each append, or the `WrongExpectedVersion` that it met."""
        self._streams, self._topics, self._pending = {}, set(), []
        self._now = microseconds(self._clock.now())
        self._position = first = self._heads.position
        self._look_up(connection, jobs)
        results = [self._append(connection, job) for job in jobs]
        self._flush(connection)
        minute = self._now // _MINUTE
        if minute != self._minute and self._position > first:
            connection.execute("INSERT OR IGNORE INTO minutes VALUES (?, ?)", (minute, first + 1))
        return results

    def _look_up(self, connection: sqlite3.Connection, jobs: Sequence[Append]) -> None:
        unknown = set()
        for job in jobs:
            version = self._heads.stream(job.stream)
            if version is None:
                unknown.add(job.stream)
                self._streams[job.stream] = 0
            else:
                self._streams[job.stream] = version
        if unknown:
            self._streams.update(
                connection.execute(
                    "SELECT stream, max(version) FROM events"
                    " WHERE stream IN (SELECT value FROM json_each(?)) GROUP BY stream",
                    (orjson.dumps(list(unknown)).decode(),),
                ).fetchall()
            )

    def _append(self, connection: sqlite3.Connection, job: Append) -> int | Exception:
        if self._streams[job.stream] != job.expected:
            answer = self._settle(connection, job)
            if answer is not None:
                return answer
        version = job.expected
        for event in job.events:
            version += 1
            self._pending.append(
                (
                    job.stream,
                    version,
                    job.topic,
                    event.id,
                    event.type,
                    self._now,
                    event.data,
                    event.metadata,
                )
            )
        self._streams[job.stream] = version
        if job.topic is not None:
            self._topics.add(job.topic)
        return version

    def _settle(self, connection: sqlite3.Connection, job: Append) -> int | Exception | None:
        """An append beside the head as we know it: done before (its version then), refused, or
        None if the log itself says that it fits."""
        self._flush(connection)
        actual = connection.execute(
            "SELECT coalesce(max(version), 0) FROM events WHERE stream = ?", (job.stream,)
        ).fetchone()[0]
        self._streams[job.stream] = actual
        if actual == job.expected:
            return None
        ids = connection.execute(
            "SELECT id FROM events WHERE stream = ? AND version > ? ORDER BY version LIMIT ?",
            (job.stream, job.expected, len(job.events)),
        ).fetchall()
        if [id for (id,) in ids] == [event.id for event in job.events]:
            return job.expected + len(ids)
        return WrongExpectedVersion(job.stream, job.expected, actual)

    def _flush(self, connection: sqlite3.Connection) -> None:
        rows, self._pending = self._pending, []
        self._position = insert_rows(connection, _INSERT, rows) or self._position

    def committed(self) -> None:
        """The group is durable."""
        if self._position > self._heads.position:
            self._minute = self._now // _MINUTE
        # A topic's head may be said a little too high, never too low: readers then look once more.
        topics = dict.fromkeys(self._topics, self._position)
        self._heads.advance(self._position, self._streams, topics)

    def failed(self, jobs: Sequence[Append]) -> None:
        """The group was rolled back."""
        self._heads.forget([job.stream for job in jobs])
