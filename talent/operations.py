"""What an operator may ask of the platform, over the control socket or with nothing running."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

from shared.adapters.clock import DevelopmentClock
from shared.ports.clock import Clock
from shared.runtime.control import Answer, Operation
from shared.runtime.host import Host
from shared.runtime.projection import Projection


def operations(host: Host) -> dict[str, Operation]:
    """The kernel's operations; services add theirs."""

    async def replay(arguments: Mapping[str, Any]) -> AsyncIterator[Answer]:
        async for progress in host.replay(str(arguments["view"])):
            yield {"left": progress.left, "total": progress.total, "switched": progress.switched}

    async def views(arguments: Mapping[str, Any]) -> AsyncIterator[Answer]:
        lags = host.lags()
        for service in host.services:
            for projection in service.projections:
                yield await _view(host, projection, lags)

    async def parked(arguments: Mapping[str, Any]) -> AsyncIterator[Answer]:
        for p in await host.kernel.parking.listed(arguments.get("group"), arguments.get("stream")):
            yield {
                "group": p.group,
                "stream": p.event.stream,
                "version": p.event.version,
                "type": p.event.type,
                "reason": p.reason,
                "parked_at": p.parked_at,
                "retry": p.retry,
            }

    async def retry(arguments: Mapping[str, Any]) -> AsyncIterator[Answer]:
        parking = host.kernel.parking
        yield {"asked": await parking.ask_retry(arguments.get("group"), arguments.get("stream"))}

    async def events(arguments: Mapping[str, Any]) -> AsyncIterator[Answer]:
        async for answer in _events(host, int(arguments["after"])):
            yield answer

    return {
        "replay": replay, "views": views, "parked": parked, "parked-retry": retry, "events": events,
    } | _moving_time(host.kernel.clock)  # fmt: skip


def _moving_time(clock: Clock) -> dict[str, Operation]:
    """In development alone: to see what a reminder, a due date, or next month does."""
    if not isinstance(clock, DevelopmentClock):
        return {}

    async def forward(arguments: Mapping[str, Any]) -> AsyncIterator[Answer]:
        clock.forward(timedelta(seconds=float(arguments["seconds"])))
        yield {"now": clock.now().isoformat(timespec="seconds")}

    return {"clock-forward": forward}


async def _events(host: Host, after: int) -> AsyncIterator[Answer]:
    """What was recorded behind a position, without the data; -1: the newest event alone."""
    head = await host.kernel.store.head()
    start = head - 1 if after < 0 else after
    async for event in host.kernel.store.read_all(after=start):
        yield {
            "position": event.position,
            "stream": event.stream,
            "version": event.version,
            "type": event.type,
            "recorded_at": event.recorded_at.isoformat(),
        }


async def _view(host: Host, projection: Projection[Any, Any], lags: Mapping[str, int]) -> Answer:
    pointer = await host.kernel.views.pointer(projection.name)
    active = pointer is not None and pointer.version == projection.version
    # The pointer's generation is of the version that serves; one that is being built has none yet.
    generation = pointer.generation if pointer is not None and active else 0
    collection = projection.collection(generation).name
    return {
        "view": projection.name,
        "version": projection.version,
        "collection": collection,
        "active": active,
        "documents": await host.kernel.view_store.count(collection),
        "lag": lags.get(collection),
    }
