"""The feed over the same SQLite log: no copy of any event is made."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Final

from shared.adapters.sqlite.database import microseconds
from shared.adapters.sqlite.event_store import SqliteEventStore
from shared.adapters.sqlite.view_store import SqliteViewStore
from shared.ports.event_store import StoredEvent
from shared.ports.feed import LogChanged, Start

_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS feed_offsets"
    " (grp TEXT PRIMARY KEY, log_id TEXT NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID"
)
_WRITE_EVERY: Final = 0.5
_CHUNK: Final = 1_000


class SqliteFeed:
    """`Feed` over a `SqliteEventStore`; offsets lie with the views (see there why)."""

    def __init__(self, log: SqliteEventStore, views: SqliteViewStore) -> None:
        self._log, self._views = log, views
        self._prepared = False
        self._wakers: set[asyncio.Event] = set()
        self._stop_listening: Callable[[], None] | None = None

    async def subscribe(
        self, group: str, topics: Sequence[str], *, start: Start = Start.BEGINNING
    ) -> "SqliteSubscription":
        await self._prepare()
        log_id = await self._log.log_id()
        position = await self._offset(group, log_id)
        if position is None:
            position = 0 if start is Start.BEGINNING else await self._log.head()
            await self.keep(group, position)
        return SqliteSubscription(self, self._log, group, tuple(topics), position)

    async def _offset(self, group: str, log_id: str) -> int | None:
        def read(connection: sqlite3.Connection) -> tuple[str, int] | None:
            sql = "SELECT log_id, position FROM feed_offsets WHERE grp = ?"
            found: tuple[str, int] | None = connection.execute(sql, (group,)).fetchone()
            return found

        found = await self._views.run(read)
        if found is None:
            return None
        if found[0] != log_id or found[1] > await self._log.head():
            raise LogChanged(group)
        return found[1]

    async def keep(self, group: str, position: int) -> None:
        """Record a group's position."""
        row = (group, await self._log.log_id(), position)
        sql = "INSERT OR REPLACE INTO feed_offsets VALUES (?, ?, ?)"
        await self._views.write(lambda c: c.execute(sql, row))

    async def broadcast(
        self, topics: Sequence[str], *, since: datetime
    ) -> AsyncIterator[StoredEvent | None]:
        position = self._log.position_since(microseconds(since))
        caught_up = False
        waker = self.waker()
        try:
            while True:
                waker.clear()
                head = self._log.position
                events = await self._log.read_topics([(t, position) for t in topics], _CHUNK)
                for event in events:
                    position = event.position
                    if event.recorded_at >= since:
                        yield event
                if len(events) < _CHUNK:
                    position = max(position, head)
                    if not caught_up:
                        caught_up = True
                        yield None
                    await waker.wait()
        finally:
            self._wakers.discard(waker)

    async def forget(self, group: str) -> None:
        await self._prepare()
        sql = "DELETE FROM feed_offsets WHERE grp = ?"
        await self._views.write(lambda c: c.execute(sql, (group,)))

    async def close(self) -> None:
        if self._stop_listening is not None:
            self._stop_listening()
            self._stop_listening = None

    def waker(self) -> asyncio.Event:
        """An event that is set whenever something was committed; give it back with `release`."""
        if self._stop_listening is None:
            self._stop_listening = self._log.subscribe_commits(self._wake)
        waker = asyncio.Event()
        self._wakers.add(waker)
        return waker

    def release(self, waker: asyncio.Event) -> None:
        self._wakers.discard(waker)

    def _wake(self) -> None:
        for waker in self._wakers:
            waker.set()

    async def _prepare(self) -> None:
        if not self._prepared:
            await self._views.write(lambda c: c.execute(_SCHEMA))
            self._prepared = True


class SqliteSubscription:
    """One member of a group. Positions are written at most twice a second: a crash repeats what
    came since, and consumers are made for that."""

    def __init__(
        self, feed: SqliteFeed, log: SqliteEventStore, group: str, topics: tuple[str, ...], at: int
    ) -> None:
        self._feed, self._log, self._group, self._topics = feed, log, group, topics
        self._fetched = self._committed = self._kept = at
        self._kept_at = time.monotonic()
        self._waker = feed.waker()

    async def fetch(self, limit: int, wait: float) -> Sequence[StoredEvent]:
        self._waker.clear()
        events = await self._read(limit)
        if not events and wait > 0:
            try:
                async with asyncio.timeout(wait):
                    await self._waker.wait()
            except TimeoutError:
                if self._committed > self._kept:
                    await self._keep()
                return []
            events = await self._read(limit)
        return events

    async def _read(self, limit: int) -> Sequence[StoredEvent]:
        head = self._log.position
        if all(self._log.topic_head(t) <= self._fetched for t in self._topics):
            return []
        events = await self._log.read_topics([(t, self._fetched) for t in self._topics], limit)
        # Where no event is left, others' events up to the head need not be looked at again.
        self._fetched = events[-1].position if events else max(self._fetched, head)
        return events

    async def commit(self) -> None:
        self._committed = self._fetched
        if time.monotonic() - self._kept_at > _WRITE_EVERY:
            await self._keep()

    async def _keep(self) -> None:
        self._kept, self._kept_at = self._committed, time.monotonic()
        await self._feed.keep(self._group, self._committed)

    async def lag(self) -> int:
        behind = [self._log.topic_head(t) - self._fetched for t in self._topics]
        return max(0, *behind)

    async def close(self) -> None:
        self._feed.release(self._waker)
        if self._committed > self._kept:
            await self._keep()
