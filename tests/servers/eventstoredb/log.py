"""The stand-in's log: one SQLite file, on the disk before an append is answered."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    content_type TEXT NOT NULL,
    created INTEGER NOT NULL,
    metadata BLOB NOT NULL,
    data BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS events_stream ON events (stream, revision);
CREATE TABLE IF NOT EXISTS removed (
    stream TEXT PRIMARY KEY,
    before INTEGER NOT NULL,
    for_ever INTEGER NOT NULL
) WITHOUT ROWID;
"""
_COLUMNS: Final = "stream, revision, position, id, type, content_type, created, metadata, data"
_CHUNK: Final = 500
_HEADER_BYTES: Final = 100
_LAST: Final = 2**63 - 1

Expected = int | Literal["no_stream", "any", "stream_exists"]


@dataclass(frozen=True, slots=True)
class Proposed:
    id: str
    type: str
    content_type: str
    metadata: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Recorded:
    """`created` counts ticks of 100 ns since 1970, as on the wire."""

    stream: str
    revision: int
    position: int
    id: str
    type: str
    content_type: str
    created: int
    metadata: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Appended:
    revision: int
    position: int


class WrongExpectedVersion(Exception):
    """`current` is None where there is no stream."""

    def __init__(self, stream: str, expected: Expected, current: int | None) -> None:
        super().__init__(stream)
        self.stream, self.expected, self.current = stream, expected, current


class StreamDeleted(Exception):
    def __init__(self, stream: str) -> None:
        super().__init__(f"Event stream '{stream}' is deleted.")


@dataclass(frozen=True, slots=True)
class _Append:
    stream: str
    expected: Expected
    events: Sequence[Proposed]


@dataclass(frozen=True, slots=True)
class _Removal:
    stream: str
    expected: Expected
    for_ever: bool


_Job = _Append | _Removal


class Log:
    """Appends share an fsync: whatever waits is written in one transaction."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._writer = _connect(folder / "log.db")
        self._reader = _connect(folder / "log.db")
        self._writer.executescript(_SCHEMA)
        self._waiting: list[tuple[_Job, asyncio.Future[Appended]]] = []
        self._committing: asyncio.Task[None] | None = None
        self._committed = asyncio.Event()
        if self.head() == 0:
            # A real log begins with events of the server's own, too.
            self._write([_Append("$users", "any", [Proposed("0" * 32, "$User", "", b"", b"{}")])])

    async def append(self, stream: str, expected: Expected, events: Sequence[Proposed]) -> Appended:
        """Where the last event is, on the disk. Raises WrongExpectedVersion, StreamDeleted."""
        return await self._submit(_Append(stream, expected, events))

    async def remove(self, stream: str, expected: Expected, *, for_ever: bool) -> Appended:
        """The stream reads as absent; `for_ever`, it cannot come back either."""
        return await self._submit(_Removal(stream, expected, for_ever))

    def head(self) -> int:
        """The position of the last event, 0 for none."""
        return _number(self._reader, "SELECT coalesce(max(position), 0) FROM events")

    def exists(self, stream: str) -> bool:
        """Raises StreamDeleted."""
        _, visible = _current(self._reader, stream)
        return visible

    def last_revision(self, stream: str) -> int:
        return _current(self._reader, stream)[0]

    def stream(self, name: str, start: int, *, backwards: bool = False) -> Iterator[Recorded]:
        """From a revision, which is part of it."""
        before = self._reader.execute(
            "SELECT before FROM removed WHERE stream = ?", (name,)
        ).fetchone()
        first = before[0] if before else 0
        while True:
            way = "<= ? AND revision >= ? ORDER BY revision DESC" if backwards else (
                ">= ? AND revision >= ? ORDER BY revision"
            )  # fmt: skip
            rows = self._rows(f"stream = ? AND revision {way}", name, start, first)
            yield from rows
            if len(rows) < _CHUNK:
                return
            start = rows[-1].revision + (-1 if backwards else 1)

    def all(self, position: int, *, backwards: bool = False) -> Iterator[Recorded]:
        """From a position: forwards it is part of it, backwards it is not."""
        while True:
            way = "< ? ORDER BY position DESC" if backwards else ">= ? ORDER BY position"
            rows = self._rows(f"position {way}", min(position, _LAST))
            yield from rows
            if len(rows) < _CHUNK:
                return
            position = rows[-1].position + (0 if backwards else 1)

    async def changed(self, head: int) -> None:
        """Wait until the log's head is another."""
        while self.head() == head:
            await self._committed.wait()

    def _rows(self, condition: str, *parameters: object) -> list[Recorded]:
        sql = f"SELECT {_COLUMNS} FROM events WHERE {condition} LIMIT {_CHUNK}"  # noqa: S608
        return [Recorded(*row) for row in self._reader.execute(sql, parameters)]

    async def _submit(self, job: _Job) -> Appended:
        answer: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, answer))
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit())
        return await answer

    async def _commit(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            try:
                outcomes = await asyncio.to_thread(self._write, [job for job, _ in group])
            except sqlite3.Error as broken:
                outcomes = [broken for _ in group]
            for (_, answer), outcome in zip(group, outcomes, strict=True):
                if answer.done():
                    continue
                if isinstance(outcome, Appended):
                    answer.set_result(outcome)
                else:
                    answer.set_exception(outcome)
            self._committed.set()
            self._committed = asyncio.Event()
        self._committing = None

    def _write(self, jobs: Sequence[_Job]) -> list[Appended | Exception]:
        outcomes: list[Appended | Exception] = []
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK")
        self._writer.execute("BEGIN IMMEDIATE")
        for job in jobs:
            try:
                outcomes.append(_apply(self._writer, job))
            except (WrongExpectedVersion, StreamDeleted) as refusal:
                outcomes.append(refusal)
        self._writer.execute("COMMIT")
        return outcomes


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _number(connection: sqlite3.Connection, sql: str, *parameters: object) -> int:
    return int(connection.execute(sql, parameters).fetchone()[0])


def _current(connection: sqlite3.Connection, stream: str) -> tuple[int, bool]:
    """The last revision ever given (-1 for none), and whether the stream is there to be read."""
    last = _number(
        connection, "SELECT coalesce(max(revision), -1) FROM events WHERE stream = ?", stream
    )
    removed = connection.execute(
        "SELECT before, for_ever FROM removed WHERE stream = ?", (stream,)
    ).fetchone()
    before, for_ever = removed or (0, 0)
    if for_ever:
        raise StreamDeleted(stream)
    return last, last >= before


def _apply(connection: sqlite3.Connection, job: _Job) -> Appended:
    last, visible = _current(connection, job.stream)
    if isinstance(job, _Append):
        done = _done_before(connection, job, last, visible=visible)
        if done is not None:
            return done
    if not _fits(job.expected, last, visible=visible):
        raise WrongExpectedVersion(job.stream, job.expected, last if visible else None)
    if isinstance(job, _Append):
        return _insert(connection, job, last)
    connection.execute(
        "INSERT OR REPLACE INTO removed VALUES (?, ?, ?)", (job.stream, last + 1, job.for_ever)
    )
    return Appended(last, _number(connection, "SELECT max(position) FROM events"))


def _fits(expected: Expected, last: int, *, visible: bool) -> bool:
    match expected:
        case "any":
            return True
        case "no_stream":
            return not visible
        case "stream_exists":
            return visible
        case _:
            return last == expected


def _done_before(
    connection: sqlite3.Connection, job: _Append, last: int, *, visible: bool
) -> Appended | None:
    """The first answer, if these very events lie behind the expected revision already."""
    match job.expected:
        case "no_stream":
            first = 0
        case int(revision):
            first = revision + 1
        case _:
            found = connection.execute(
                "SELECT revision FROM events WHERE stream = ? AND id = ?",
                (job.stream, job.events[0].id if job.events else ""),
            ).fetchone()
            first = found[0] if found else last + 1
    if first > last or not visible:
        return None
    rows = connection.execute(
        "SELECT id, revision, position FROM events WHERE stream = ? AND revision >= ?"
        " ORDER BY revision LIMIT ?",
        (job.stream, first, len(job.events)),
    ).fetchall()
    if not rows or [id for id, _, _ in rows] != [event.id for event in job.events]:
        return None
    return Appended(rows[-1][1], rows[-1][2])


def _insert(connection: sqlite3.Connection, job: _Append, revision: int) -> Appended:
    position = _number(connection, "SELECT coalesce(max(position), 0) FROM events")
    created = time.time_ns() // 100
    for event in job.events:
        revision += 1
        # Positions leave gaps, as byte offsets do.
        position += _HEADER_BYTES + len(event.metadata) + len(event.data)
        connection.execute(
            f"INSERT INTO events ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (job.stream, revision, position, event.id, event.type, event.content_type, created,
             event.metadata, event.data),
        )  # fmt: skip
    return Appended(revision, position)
