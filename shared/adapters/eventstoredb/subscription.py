"""Following the whole log, across every interruption."""

import asyncio
import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

import structlog
from esdbclient import RecordedEvent

from shared.adapters.eventstoredb.connection import Connection, engine_errors
from shared.adapters.eventstoredb.names import Names
from shared.ports.errors import EngineUnavailable
from shared.ports.event_store import StoredEvent

log = structlog.get_logger()

_WINDOW: Final = 500
_WINDOWS_A_CHECKPOINT: Final = 2
_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 5.0


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything up to `position` was given; with `caught_up`, the log had nothing newer."""

    position: int
    caught_up: bool = False


Item = StoredEvent | Checkpoint


async def follow(
    connection: Connection, names: Names, after: int, categories: Sequence[str]
) -> AsyncGenerator[Item, None]:
    """`EventStoreDbStore.subscribe_all`."""
    pause = _FIRST_PAUSE
    while not connection.closed:
        try:
            async with aclosing(_follow_once(connection, names, after, categories)) as items:
                async for item in items:
                    after, pause = item.position, _FIRST_PAUSE
                    yield item
        except EngineUnavailable as away:
            log.warning("subscription-interrupted", position=after, error=str(away))
        if not connection.closed:
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(2 * pause, _LONGEST_PAUSE)


async def _follow_once(
    connection: Connection, names: Names, after: int, categories: Sequence[str]
) -> AsyncGenerator[Item, None]:
    """Until the connection ends it, which may look like an end or like an error."""
    async with connection.within_deadline() as client:
        subscription = await client.subscribe_to_all(
            commit_position=after or None,
            filter_include=[names.pattern(categories)],
            filter_by_stream_name=True,
            include_checkpoints=True,
            include_caught_up=True,
            window_size=_WINDOW,
            checkpoint_interval_multiplier=_WINDOWS_A_CHECKPOINT,
        )
    async with subscription:
        while not connection.closed:
            with engine_errors():
                event = await anext(subscription, None)
            if event is None:
                return
            item = _item(event, names, after)
            after = item.position
            yield item


def _item(event: RecordedEvent, names: Names, after: int) -> Item:
    if event.is_caught_up:
        return Checkpoint(after, caught_up=True)
    if event.is_checkpoint:
        return Checkpoint(event.commit_position or after)
    return stored_event(event, names)


def stored_event(event: RecordedEvent, names: Names) -> StoredEvent:
    """An event as the client gives it, as the port's. Raises ValueError for a server before 22.10,
    which gives no positions."""
    if event.commit_position is None or event.recorded_at is None:
        raise ValueError("EventStoreDB 22.10 or newer is needed")
    return StoredEvent(
        id=str(event.id),
        type=event.type,
        data=event.data,
        metadata=event.metadata,
        stream=names.plain(event.stream_name),
        version=event.stream_position + 1,
        position=event.commit_position,
        recorded_at=event.recorded_at,
    )
