"""Which collection serves a view: letting a new one serve, and following other processes."""

import asyncio
from typing import Any, Final, Protocol

from shared.runtime.consumer import Consumer
from shared.runtime.periodic import Periodic
from shared.runtime.projection import Projection
from shared.runtime.views import Pointer, Views

_LOOK_EVERY: Final = 0.05
_FOLLOW_EVERY: Final = 1.0

AnyProjection = Projection[Any, Any]


class Builder(Protocol):
    """What folds collections in this process."""

    consumers: dict[str, Consumer]

    async def build(self, projection: AnyProjection, generation: int) -> Consumer: ...

    async def switch(
        self, projection: AnyProjection, generation: int, old: Pointer | None
    ) -> None: ...

    async def leave(self, collection: str) -> None: ...


class Switch:
    """Waits until a new version of a view has caught up, and lets it serve."""

    def __init__(self, host: Builder, projection: AnyProjection, old: Pointer) -> None:
        self._host, self._projection, self._old = host, projection, old
        self._stopping = False

    def stop(self) -> None:
        self._stopping = True

    async def run(self) -> None:
        consumer = self._host.consumers[self._projection.collection().name]
        while not self._stopping:
            if consumer.idle and consumer.lag == 0:
                await self._host.switch(self._projection, 0, self._old)
                return
            await asyncio.sleep(_LOOK_EVERY)


class Follower(Periodic):
    """Of several processes one rebuilds a view and moves its pointer: the others fold the new
    collection from then on, and leave the one before."""

    def __init__(self, host: Builder, views: Views, projections: list[AnyProjection]) -> None:
        super().__init__("follower", every=_FOLLOW_EVERY)
        self._host, self._views, self._projections = host, views, projections

    async def round(self) -> None:
        for projection in self._projections:
            await self._follow(projection)

    async def _follow(self, projection: AnyProjection) -> None:
        pointer = await self._views.pointer(projection.name)
        if pointer is None or pointer.version != projection.version:
            return
        if projection.collection(pointer.generation).name not in self._host.consumers:
            await self._host.build(projection, pointer.generation)
        for generation in range(pointer.generation):
            before = projection.collection(generation).name
            if before in self._host.consumers:
                await self._host.leave(before)
