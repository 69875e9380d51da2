"""Runs the consumers, tickers and workers of the services of one process."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.ports.feed import Start
from shared.ports.view_store import Collection
from shared.runtime.consumer import Consumer, Taker
from shared.runtime.deadlines import Ticker
from shared.runtime.kernel import Kernel, Service
from shared.runtime.leases import Lease
from shared.runtime.projection import Projection
from shared.runtime.projector import Projector
from shared.runtime.reactor import Reactor, reactor
from shared.runtime.supervisor import Supervisor, Worker
from shared.runtime.switching import Follower, Switch
from shared.runtime.views import POINTERS, Pointer, newest

_LOOK_EVERY: Final = 0.05


@dataclass(frozen=True, slots=True)
class Progress:
    """A rebuild under way: events still to come, and of how many."""

    left: int
    total: int
    switched: bool = False


def _order(found: re.Match[str]) -> tuple[int, int]:
    return int(found[1]), int(found[2] or 0)


class UnknownView(LookupError):
    """No view of that name is declared."""


class Host:
    """Starts everything a list of services declares, and stops it again.

    `answers`: this process answers requests, so it runs the attendants; `works`: it folds views,
    reacts, and watches deadlines. An embedded platform does both. `leader`: the lease that one of
    several processes holds; with it they follow each other's switches of views.
    """

    def __init__(
        self,
        kernel: Kernel,
        services: Sequence[Service],
        *,
        tick_every: float = 1.0,
        answers: bool = True,
        works: bool = True,
        leader: Lease | None = None,
    ) -> None:
        self.kernel, self.services = kernel, tuple(services)
        self.supervisor = Supervisor()
        self.consumers: dict[str, Consumer] = {}
        self._answers, self._works, self._leader = answers, works, leader
        self.ticker = Ticker(
            [d for s in services for d in s.deadlines],
            kernel.views,
            kernel.dispatcher,
            kernel.clock,
            every=tick_every,
            leader=leader,
        )
        self._projections = [p for s in services for p in s.projections]
        self._replaying = asyncio.Lock()

    async def start(self) -> None:
        """Make collections and pointers where missing, then start every worker."""
        await self.kernel.parking.open()
        await self.kernel.view_store.ensure(POINTERS)
        if self._answers:
            for name, worker in [a for s in self.services for a in s.attendants]:
                self._start_worker(name, worker)
        if self._works:
            await self._start_work()

    async def _start_work(self) -> None:
        await self._drop_leftovers()
        for name, projection in newest(self._projections).items():
            await self._start_view(name, projection)
        for service in self.services:
            for reaction in service.reactions:
                taker = reactor(reaction, self.kernel.codec, self.kernel.dispatcher)
                self._start_group(reaction.group, taker, reaction.categories, reaction.start)
            for effect in service.effects:
                taker = Reactor(effect.run, self.kernel.codec, effect.types)
                self._start_group(effect.group, taker, effect.categories, effect.start)
            for name, worker in service.workers:
                self._start_worker(name, worker)
        self._start_worker("ticker", self.ticker)
        if self._leader is not None:
            self._start_worker("follower", Follower(self, self.kernel.views, self._projections))
        # A command taken before a group has its start position would never reach that group.
        await asyncio.gather(*(c.joined.wait() for c in self.consumers.values()))
        for consumer in self.consumers.values():
            if consumer.another_log is not None:
                raise consumer.another_log

    async def stop(self) -> None:
        await self.supervisor.stop()

    def lags(self) -> dict[str, int]:
        """Events not yet taken, by consumer group."""
        return {group: consumer.lag for group, consumer in self.consumers.items()}

    async def settled(self) -> None:
        """Wait until every consumer has taken everything recorded so far, and what that caused."""
        while True:
            head = await self.kernel.store.head()
            taken = [await self._taken(c) for c in self.consumers.values()]
            if all(taken) and head == await self.kernel.store.head():
                return
            await asyncio.sleep(0.005)

    async def drained(self) -> None:
        """Wait until no parked event waits to be tried again."""
        while any(p.retry for p in await self.kernel.parking.listed()):
            await asyncio.sleep(0.005)

    async def switched(self, name: str) -> None:
        """Wait until the newest version of a view serves."""
        version = newest(self._projections)[name].version
        while (
            pointer := await self.kernel.views.pointer(name)
        ) is None or pointer.version != version:
            await asyncio.sleep(0.005)

    async def _taken(self, consumer: Consumer) -> bool:
        return consumer.idle and await consumer.waiting_events() == 0

    async def replay(self, name: str) -> AsyncIterator[Progress]:
        """Rebuild a view beside the one that serves, switch, and drop the old one.

        Raises UnknownView. Serving goes on from the old collection until the switch."""
        projection = newest(self._projections).get(name)
        if projection is None:
            raise UnknownView(name)
        async with self._replaying:
            old = await self.kernel.views.pointer(name)
            generation = 1 + (old.generation if old and old.version == projection.version else 0)
            # What a rebuild that was cut off left behind may come of a fold that is no more.
            await self._drop(projection.collection(generation).name)
            consumer = await self.build(projection, generation)
            total = 0
            while not consumer.idle or consumer.lag:
                total = max(total, consumer.lag)
                yield Progress(consumer.lag, total)
                await asyncio.sleep(_LOOK_EVERY)
            await self.switch(projection, generation, old)
            yield Progress(0, total, switched=True)

    async def _start_view(self, name: str, newest_one: Projection[Any, Any]) -> None:
        pointer = await self.kernel.views.pointer(name)
        if pointer is None:
            await self.kernel.views.switch(name, Pointer(newest_one.version, 0))
            await self.build(newest_one, 0)
            return
        serving = next(
            (p for p in self._projections if p.name == name and p.version == pointer.version), None
        )
        if serving is not None:
            await self.build(serving, pointer.generation)
        if pointer.version != newest_one.version:
            await self.build(newest_one, 0)
            self._start_worker(f"switch:{name}", Switch(self, newest_one, pointer))

    async def build(self, projection: Projection[Any, Any], generation: int) -> Consumer:
        """Fold a collection of a view in this process, from wherever its group stands."""
        collection = projection.collection(generation)
        await self.kernel.view_store.ensure(collection)
        taker = Projector(projection, collection, self.kernel.view_store, self.kernel.codec)
        taken_in = tuple({*projection.categories, *self.kernel.registry.erasers})
        return self._start_group(collection.name, taker, taken_in, Start.BEGINNING)

    async def switch(
        self, projection: Projection[Any, Any], generation: int, old: Pointer | None
    ) -> None:
        """Let a collection serve, then drop the one that did."""
        await self.kernel.views.switch(projection.name, Pointer(projection.version, generation))
        if old is None:
            return
        suffix = f"_r{old.generation}" if old.generation else ""
        dropped = Collection(f"{projection.name}_v{old.version}{suffix}")
        # Other processes believe the old pointer for a second, and look for a new one every second.
        await asyncio.sleep(1.5 if self._leader is None else 4.0)
        await self._drop(dropped.name)

    async def _drop(self, collection: str) -> None:
        await self.leave(collection)
        await self.kernel.view_store.drop(collection)
        await self.kernel.feed.forget(collection)

    async def _drop_leftovers(self) -> None:
        """Collections that served before, of views that this process folds: a process that died
        between the switch and the drop left them, and nobody scrubs them."""
        there = await self.kernel.view_store.collections()
        for name in newest(self._projections):
            pointer = await self.kernel.views.pointer(name)
            for collection in there if pointer else ():
                found = re.fullmatch(rf"{name}_v(\d+)(?:_r(\d+))?", collection)
                if found and pointer and _order(found) < (pointer.version, pointer.generation):
                    await self._drop(collection)

    async def leave(self, collection: str) -> None:
        """Fold it no more in this process."""
        await self.supervisor.stop_worker(collection)
        self.consumers.pop(collection, None)

    def _start_group(
        self, group: str, taker: Taker, categories: Sequence[Any], start: Start
    ) -> Consumer:
        consumer = Consumer(
            self.kernel.feed,
            self.kernel.parking,
            taker,
            group=group,
            topics=sorted({c.context for c in categories}),
            categories=[c.name for c in categories],
            start=start,
        )
        self.consumers[group] = consumer
        self._start_worker(group, consumer)
        return consumer

    def _start_worker(self, name: str, worker: Worker) -> None:
        async def made() -> Worker:
            return worker

        self.supervisor.start(name, made)
