"""The loop of every consumer group: fetch, take effect, commit."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

import structlog

from shared.metrics import LAG, PARKED
from shared.ports.errors import EngineUnavailable
from shared.ports.event_store import StoredEvent
from shared.ports.feed import Feed, LogChanged, Start, Subscription
from shared.runtime.parking import ParkingLot

log = structlog.get_logger()

PREDECESSOR_MISSING: Final = "predecessor-missing"

T = TypeVar("T")

_BATCH: Final = 1_000
_WAIT: Final = 0.25
_LONGEST_PAUSE: Final = 10.0


@dataclass(frozen=True, slots=True)
class Stuck:
    """A stream that could not go on: the version at fault, and why (no personal data)."""

    version: int
    reason: str


class Taker(Protocol):
    """What a consumer group does with events."""

    async def take(self, events: Sequence[StoredEvent]) -> dict[str, Stuck]:
        """Let events take effect, in stream order, skipping what already has. Returns the streams
        that could not go on: of those, the event at fault and all later ones had no effect.
        Raises EngineUnavailable to be called again with the same events."""
        ...

    async def erase(self, events: Sequence[StoredEvent]) -> None:
        """Forget the persons whom these events erase, though the events themselves are parked.
        Harmless twice. Raises EngineUnavailable."""
        ...


class Consumer:
    """One member of a group. Poison parks its stream, and the others go on; an engine that is
    away pauses, and is no one's fault."""

    def __init__(
        self,
        feed: Feed,
        parking: ParkingLot,
        taker: Taker,
        *,
        group: str,
        topics: Sequence[str],
        categories: Sequence[str],
        start: Start,
    ) -> None:
        self._feed, self._parking, self._taker = feed, parking, taker
        self.group, self._topics, self._start = group, tuple(topics), start
        self._categories = frozenset(categories)
        self._parked: set[str] = set()
        # Of the parked streams, those that only wait for an event that was overtaken on its way.
        self._waiting: set[str] = set()
        self._stopping = asyncio.Event()
        self.lag = 0
        self.idle = False
        self.joined = asyncio.Event()
        self.another_log: LogChanged | None = None
        self._subscription: Subscription | None = None

    async def waiting_events(self) -> int:
        """How many events the group has not taken (an upper bound); -1 before it has joined."""
        return -1 if self._subscription is None else await self._subscription.lag()

    def stop(self) -> None:
        """Finish the batch at hand, then end."""
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop`, or until something fails that is no engine being away."""
        parked = await self._parking.listed(self.group)
        self._parked = {p.event.stream for p in parked}
        PARKED.labels(self.group).set(len(parked))
        self._waiting = {p.event.stream for p in parked if p.reason == PREDECESSOR_MISSING}
        try:
            subscription = self._subscription = await self._feed.subscribe(
                self.group, self._topics, start=self._start
            )
        except LogChanged as changed:
            # Nobody is to wait for what cannot come by itself.
            self.another_log = changed
            self.joined.set()
            raise
        self.joined.set()
        self.lag = await subscription.lag()
        try:
            while not self._stopping.is_set():
                if self._parked:
                    await self._retry()
                self.lag = await subscription.lag()
                LAG.labels(self.group).set(self.lag)
                self.idle = self.lag == 0
                batch = await subscription.fetch(_BATCH, _WAIT)
                if batch:
                    self.idle = False
                    await self._take(batch)
                    await subscription.commit()
        finally:
            self._subscription, self.idle = None, False
            await subscription.close()

    async def _take(self, batch: Sequence[StoredEvent]) -> None:
        mine = [e for e in batch if e.category in self._categories]
        behind = [e for e in mine if e.stream in self._parked]
        # Who is to be erased does not wait for whatever stands before it.
        await self._patiently(lambda: self._taker.erase(behind))
        await self._park(behind, "behind-a-parked-event")
        for stream in {e.stream for e in behind} & self._waiting:
            await self._parking.ask_retry(self.group, stream)
        going = [e for e in mine if e.stream not in self._parked]
        stuck = await self._until_available(going) if going else {}
        for stream, why in stuck.items():
            log.error("events_parked", group=self.group, stream=stream, reason=why.reason)
            left = [e for e in going if e.stream == stream and e.version >= why.version]
            await self._patiently(lambda left=left: self._taker.erase(left))  # type: ignore[misc]
            await self._park(left, why.reason)
            if why.reason == PREDECESSOR_MISSING:
                self._waiting.add(stream)

    async def _park(self, events: Sequence[StoredEvent], reason: str) -> None:
        if events:
            await self._parking.park(self.group, events, reason)
            self._parked |= {e.stream for e in events}

    async def _until_available(self, events: Sequence[StoredEvent]) -> dict[str, Stuck]:
        return await self._patiently(lambda: self._taker.take(events))

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        pause = 0.05
        while True:
            try:
                return await ask()
            except EngineUnavailable:
                log.warning("engine_away", group=self.group, pause=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def _retry(self) -> None:
        """Take asked-for parked events in order, before anything newer of their streams."""
        streams = await self._parking.asked(self.group)
        if not streams:
            return
        for stream in streams:
            for parked in await self._parking.listed(self.group, stream):
                stuck = await self._until_available([parked.event])
                if stuck:
                    await self._parking.refuse(parked, stuck[stream].reason)
                    break
                await self._parking.remove(parked)
        left = await self._parking.listed(self.group)
        PARKED.labels(self.group).set(len(left))
        self._parked = {p.event.stream for p in left}
        self._waiting &= self._parked
