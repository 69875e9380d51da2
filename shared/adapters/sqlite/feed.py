"""The feed over the same SQLite log: no copy of any event is made."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from shared.adapters.sqlite.database import microseconds
from shared.adapters.sqlite.event_store import SqliteEventStore
from shared.adapters.sqlite.feed_positions import FeedPositions
from shared.adapters.sqlite.view_store import SqliteViewStore
from shared.ports.errors import EngineUnavailable
from shared.ports.event_store import StoredEvent
from shared.ports.feed import LogChanged, Start

_WRITE_EVERY: Final = 0.5
_CHUNK: Final = 1_000


class SqliteFeed:
    """`Feed` over a `SqliteEventStore`.

    The groups' positions lie in the views' file, whose commits become durable in their order: so
    after a loss of power they are never ahead of the views.
    """

    def __init__(self, log: SqliteEventStore, views: SqliteViewStore) -> None:
        self._log = log
        self._positions = FeedPositions(views)
        self._wakers: set[Waker] = set()
        self._members: set[SqliteSubscription] = set()
        self._stop_listening: Callable[[], None] | None = None
        self._closed = False

    async def subscribe(
        self, group: str, topics: Sequence[str], *, start: Start = Start.BEGINNING
    ) -> "SqliteSubscription":
        log_id = await self._log.log_id()
        head = await self._log.head()
        kept = await self._positions.of(group)
        if any(p.log_id != log_id or p.position > head for p in kept.values()):
            raise LogChanged(group)
        first = 0 if start is Start.BEGINNING else head
        at = {topic: kept[topic].position if topic in kept else first for topic in topics}
        fresh = {topic: position for topic, position in at.items() if topic not in kept}
        if fresh:
            # On the disk before anything else: "now" cannot be found out again.
            await self._positions.keep(group, log_id, fresh, durable=True)

        async def keep(positions: Mapping[str, int]) -> None:
            await self._positions.keep(group, log_id, positions)

        subscription = SqliteSubscription(self._log, at, keep, self._waker(topics), self._left)
        self._members.add(subscription)
        return subscription

    async def broadcast(
        self, topics: Sequence[str], *, since: datetime
    ) -> AsyncIterator[StoredEvent | None]:
        position = self._log.position_since(microseconds(since))
        caught_up = False
        waker = self._waker(topics)
        try:
            while not waker.closed:
                waker.clear()
                head = self._log.position
                events = await self._log.read_topics([(t, position) for t in topics], _CHUNK)
                for event in events:
                    position = event.position
                    # What comes from now on is new, whatever a clock that was set back says.
                    if caught_up or event.recorded_at >= since:
                        yield event
                if len(events) == _CHUNK:
                    continue
                position = max(position, head)
                if not caught_up:
                    caught_up = True
                    yield None
                while not waker.closed and not waker.is_due(position):
                    await waker.wait()
        finally:
            self._wakers.discard(waker)

    async def forget(self, group: str) -> None:
        await self._positions.forget(group)

    async def close(self) -> None:
        """Write down the positions, end the broadcasts, and let whoever waits in `fetch` go."""
        self._closed = True
        if self._stop_listening is not None:
            self._stop_listening()
            self._stop_listening = None
        for waker in tuple(self._wakers):
            waker.close()
        for member in tuple(self._members):
            await member.close()

    def _left(self, member: "SqliteSubscription", waker: "Waker") -> None:
        self._members.discard(member)
        self._wakers.discard(waker)

    def _waker(self, topics: Sequence[str]) -> "Waker":
        if self._stop_listening is None and not self._closed:
            self._stop_listening = self._log.subscribe_commits(self._wake)
        waker = Waker(self._log, tuple(topics))
        if self._closed:
            waker.close()
        self._wakers.add(waker)
        return waker

    def _wake(self) -> None:
        for waker in self._wakers:
            waker.committed()


class Waker:
    """Wakes a reader for commits to its own topics, and for no others."""

    def __init__(self, log: SqliteEventStore, topics: tuple[str, ...]) -> None:
        self._log, self._topics = log, topics
        self._seen = 0
        self._event = asyncio.Event()
        self.closed = False

    def head(self) -> int:
        """Where the last event of the topics lies, or a little behind it."""
        return max((self._log.topic_head(topic) for topic in self._topics), default=0)

    def is_due(self, position: int) -> bool:
        return self.head() > position

    def clear(self) -> None:
        self._seen = self.head()
        self._event.clear()
        if self.closed:
            self._event.set()

    def committed(self) -> None:
        if self.head() > self._seen:
            self._event.set()

    def close(self) -> None:
        self.closed = True
        self._event.set()

    async def wait(self) -> None:
        """Until something was committed since `clear`."""
        await self._event.wait()
        self.clear()


class SqliteSubscription:
    """One member of a group. Positions are written at most twice a second: a crash repeats what
    came since, and consumers are made for that."""

    def __init__(
        self,
        log: SqliteEventStore,
        at: dict[str, int],
        keep: Callable[[Mapping[str, int]], Awaitable[None]],
        waker: Waker,
        left: Callable[["SqliteSubscription", Waker], None],
    ) -> None:
        self._log, self._keep, self._waker, self._left = log, keep, waker, left
        self._fetched = dict(at)
        self._committed = self._kept = dict(at)
        self._kept_at = time.monotonic()

    async def fetch(self, limit: int, wait: float) -> Sequence[StoredEvent]:
        self._waker.clear()
        events = await self._read(limit)
        if events or wait <= 0 or self._waker.closed:
            return events
        # Nothing to do for now: the moment to write the position down.
        await self._write_down()
        try:
            async with asyncio.timeout(wait):
                await self._waker.wait()
        except TimeoutError:
            return []
        return await self._read(limit)

    async def _read(self, limit: int) -> Sequence[StoredEvent]:
        head = self._log.position
        behind = [t for t, position in self._fetched.items() if self._log.topic_head(t) > position]
        if not behind:
            return []
        events = await self._log.read_topics([(t, self._fetched[t]) for t in behind], limit)
        reached = events[-1].position if events else head
        if len(events) < limit:
            reached = max(reached, head)
        for topic in behind:
            self._fetched[topic] = max(reached, self._fetched[topic])
        return events

    async def commit(self) -> None:
        self._committed = dict(self._fetched)
        if time.monotonic() - self._kept_at > _WRITE_EVERY:
            await self._write_down(now=True)

    async def _write_down(self, *, now: bool = False) -> None:
        due = now or time.monotonic() - self._kept_at > _WRITE_EVERY
        committed = self._committed
        if due and committed != self._kept:
            # If the views are away, so much more will be repeated, and nothing worse.
            with contextlib.suppress(EngineUnavailable):
                await self._keep(committed)
                self._kept, self._kept_at = committed, time.monotonic()

    async def lag(self) -> int:
        return max(
            (max(0, self._log.topic_head(t) - at) for t, at in self._fetched.items()), default=0
        )

    async def close(self) -> None:
        self._left(self, self._waker)
        self._waker.close()
        await self._write_down(now=True)
