"""The log in one SQLite file: durable before it answers, fast because appends share an fsync."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Final, Self

from shared.adapters.sqlite.absent import AbsentStreams
from shared.adapters.sqlite.database import (
    ROWS_INLINE,
    Readers,
    connect,
    engine_errors,
    moment,
    truncate_wal,
)
from shared.adapters.sqlite.event_log import Append, GroupAppend, Heads, prepare
from shared.adapters.sqlite.writer import GroupWriter, Hooks
from shared.ports.clock import Clock
from shared.ports.event_store import NewEvent, StoredEvent

_COLUMNS: Final = "id, type, data, metadata, stream, version, position, recorded_at"
_CHUNK: Final = 2000
_EVERYTHING: Final = -1

Row = tuple[str, str, bytes, bytes, str, int, int, int]
Reading = Callable[[sqlite3.Connection], list[StoredEvent]]


class SqliteEventStore:
    """`EventStore` on SQLite with a write-ahead log and `synchronous=FULL`.

    The process must be the only one that writes the file (`DataFolder` sees to that): then the
    versions of streams are known without asking, and a read behind a known head costs no I/O.
    """

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        clock: Clock,
        topic_of: Callable[[str], str | None],
    ) -> None:
        self._log_id = prepare(connection)
        (head,) = connection.execute("SELECT coalesce(max(position), 0) FROM events").fetchone()
        self._heads = Heads(head)
        group = GroupAppend(self._heads, clock)
        self._readers = Readers(path)
        self._absent = AbsentStreams(self._readers, self._heads)
        self._writer: GroupWriter[Append, int] = GroupWriter(
            connection,
            group.run,
            name="write-events",
            hooks=Hooks(committed=group.committed, failed=group.failed),
        )
        self._topic_of = topic_of
        self._topics: dict[str, str | None] = {}

    @classmethod
    def open(cls, path: Path | str, *, clock: Clock, topic_of: Callable[[str], str | None]) -> Self:
        """Open the log, or make it. `topic_of` gives the context of a public category and None for
        a private one; what it raises for an unknown category, `append` raises. Raises
        `EngineUnavailable`."""
        with engine_errors():
            return cls(Path(path), connect(Path(path), "FULL"), clock, topic_of)

    async def append(
        self, stream: str, events: Sequence[NewEvent], *, expected_version: int
    ) -> int:
        if not events:
            raise ValueError("nothing to append")
        category = stream.partition("-")[0]
        try:
            topic = self._topics[category]
        except KeyError:
            topic = self._topics[category] = self._topic_of(category)
        return await self._writer.submit(Append(stream, topic, events, expected_version))

    async def read_stream(
        self, stream: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[StoredEvent]:
        head = self._heads.stream(stream)
        if head is not None and head <= after:
            return []
        if head is None and after == 0 and await self._absent.has(stream):
            return []
        wanted = _EVERYTHING if limit is None else limit
        commits = self._heads.commits
        inline = ROWS_INLINE if wanted == _EVERYTHING else min(wanted, ROWS_INLINE)
        events = self._readers.run(_stream_reading(stream, after, inline))
        if len(events) == ROWS_INLINE and wanted != ROWS_INLINE:
            left = _EVERYTHING if wanted == _EVERYTHING else wanted - len(events)
            events += await self._readers.run_in_thread(
                _stream_reading(stream, events[-1].version, left)
            )
        elif events and wanted == _EVERYTHING:
            self._heads.learn_stream(stream, events[-1].version, commits)
        return events

    async def read_stream_backwards(self, stream: str, *, limit: int) -> Sequence[StoredEvent]:
        reading = _reading("stream = ? ORDER BY version DESC LIMIT ?", stream, limit)
        if limit <= ROWS_INLINE:
            return self._readers.run(reading)
        return await self._readers.run_in_thread(reading)

    def read_all(
        self, *, after: int = 0, categories: Sequence[str] = ()
    ) -> AsyncIterator[StoredEvent]:
        return self._read_all(after, self._heads.position, tuple(categories))

    async def _read_all(
        self, after: int, head: int, categories: tuple[str, ...]
    ) -> AsyncIterator[StoredEvent]:
        condition, names = "", tuple[str, ...]()
        if categories:
            # A range of names for each: cheaper than taking every name apart.
            one = "(stream = ? OR (stream >= ? AND stream < ?))"
            condition = f" AND ({' OR '.join([one] * len(categories))})"
            names = tuple(x for c in categories for x in (c, f"{c}-", f"{c}."))
        # The plus keeps the planner on the order of positions.
        condition = condition.replace("stream", "+stream")
        sql = f"position > ? AND position <= ?{condition} ORDER BY position LIMIT {_CHUNK}"
        while after < head:
            chunk = await self._readers.run_in_thread(_reading(sql, after, head, *names))
            for event in chunk:
                yield event
            if len(chunk) < _CHUNK:
                return
            after = chunk[-1].position

    async def head(self) -> int:
        return self._heads.position

    async def log_id(self) -> str:
        return self._log_id

    @property
    def position(self) -> int:
        """The head, without a wait."""
        return self._heads.position

    def topic_head(self, topic: str) -> int:
        """A position at or behind which every event of the topic lies; exact or a little high."""
        known = self._heads.topic(topic)
        if known is None:
            self._heads.learn_topic(topic, self._readers.run(lambda c: _last_of(c, topic)))
            known = self._heads.topic(topic) or 0
        return known

    async def read_topics(
        self, after: Sequence[tuple[str, int]], limit: int
    ) -> Sequence[StoredEvent]:
        """The first `limit` events, in log order, of topics, each from behind its own position."""
        # What is committed and not yet known to be would be read here, and denied by `read_stream`.
        head = self.position
        part = (
            "SELECT * FROM (SELECT position FROM events WHERE topic = ? AND position > ?"
            " AND position <= ? ORDER BY position LIMIT ?)"
        )
        positions = " UNION ALL ".join([part] * len(after))
        parameters = [value for topic, place in after for value in (topic, place, head, limit)]
        reading = _reading(
            f"position IN (SELECT position FROM ({positions}) ORDER BY position LIMIT ?)"  # noqa: S608
            " ORDER BY position",
            *parameters,
            limit,
        )
        behind = head - min((position for _, position in after), default=0)
        if min(limit, behind) <= ROWS_INLINE:
            return self._readers.run(reading)
        return await self._readers.run_in_thread(reading)

    def position_since(self, since_microseconds: int) -> int:
        """A position behind which lies every event recorded at that time or later; up to a
        minute's events too early."""
        (first,) = self._readers.run(
            lambda c: c.execute(
                "SELECT min(position) FROM minutes WHERE minute >= ?",
                (since_microseconds // 60_000_000,),
            ).fetchone()
        )
        return self.position if first is None else int(first) - 1

    def subscribe_commits(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Have `callback` called in the running event loop after commits; returns how to stop."""
        return self._writer.listen(callback)

    async def truncate(self) -> None:
        """Empty the write-ahead log into the file. Raises `EngineUnavailable` if a reader is in the
        way."""
        await self._writer.alone(truncate_wal)

    async def close(self) -> None:
        await self._writer.close()
        self._readers.close()


def _last_of(connection: sqlite3.Connection, topic: str) -> int:
    sql = "SELECT coalesce(max(position), 0) FROM events WHERE topic = ?"
    return int(connection.execute(sql, (topic,)).fetchone()[0])


def _stream_reading(stream: str, after: int, limit: int) -> Reading:
    return _reading("stream = ? AND version > ? ORDER BY version LIMIT ?", stream, after, limit)


def _reading(condition: str, *parameters: str | int) -> Reading:
    sql = f"SELECT {_COLUMNS} FROM events WHERE {condition}"  # noqa: S608

    def read(connection: sqlite3.Connection) -> list[StoredEvent]:
        return [_stored(row) for row in connection.execute(sql, parameters).fetchall()]

    return read


def _stored(row: Row) -> StoredEvent:
    return StoredEvent(*row[:7], moment(row[7]))
