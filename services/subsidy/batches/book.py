"""A batch's lines and the schedules behind them, chunk by chunk: however many there are, a few
hundred at a time are in memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from services.subsidy.batches.chunks.decider import DECIDER as CHUNKS
from services.subsidy.batches.chunks.decider import Chunk, chunk_id
from services.subsidy.batches.commands import ChunkCommand
from services.subsidy.batches.events import Line
from services.subsidy.batches.totals import Totals
from services.subsidy.payouts.commands import ScheduleCommand
from services.subsidy.payouts.decider import DECIDER as SCHEDULES
from services.subsidy.payouts.events import ScheduleEvent
from services.subsidy.payouts.lines import PaymentLine
from services.subsidy.payouts.state import Schedule
from services.subsidy.payouts.views import PAYOUTS, PayoutView
from shared.events.model import Metadata
from shared.ports.view_store import Find, Where
from shared.runtime.command_handler import CommandHandler, Outcome
from shared.runtime.reactor import caused_id
from shared.runtime.views import Views

_SIDE_BY_SIDE: Final = 64
ACTOR: Final = "subsidy.batches"
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class BatchBook:
    handler: CommandHandler
    views: Views

    async def chunks(self, batch_id: str) -> AsyncIterator[tuple[int, Chunk]]:
        """Every chunk that was listed, in order."""
        number = 0
        while True:
            chunk, _ = await self.handler.load(CHUNKS, chunk_id(batch_id, number))
            if chunk.listed is None:
                return
            yield number, chunk
            number += 1

    async def totals(self, batch_id: str) -> Totals:
        """The control totals of the lines that a batch has now."""
        totals = Totals()
        async for _, chunk in self.chunks(batch_id):
            totals.add(chunk.lines)
        return totals

    async def people(self, talent_ids: Iterable[str]) -> Mapping[str, PayoutView]:
        """What is known of some talents (at most 1,000), by id."""
        ids = sorted(set(talent_ids))
        page = await self.views.of(PAYOUTS).find(
            Find((Where("talent_id", ids, "in"),), limit=len(ids) or 1)
        )
        return dict(page.items)

    async def gone(self, batch_id: str, lines: Sequence[Line]) -> list[Line]:
        """Those of a chunk's lines that should not go to the bank: what they pay for has ended, or
        is another amount now."""
        people = await self.people(one.talent_id for one in lines)
        standing = {
            payment.line
            for view in people.values()
            for payment in payments_of(view)
            if payment.batch_id == batch_id and payment.state == "in-batch" and not payment.stale
        }
        doubtful = [one for one in lines if one.line not in standing]
        # The view may be behind: the schedule itself has the last word.
        loaded = await side_by_side(lambda one: self._stands(batch_id, one), doubtful)
        return [one for one, stands in zip(doubtful, loaded, strict=True) if not stands]

    async def _stands(self, batch_id: str, one: Line) -> bool:
        schedule, _ = await self.handler.load(SCHEDULES, one.schedule_id)
        placed = schedule.on(batch_id, one.line)
        return placed is not None and not schedule.stale(placed)

    async def note(
        self, batch_id: str, number: int, command: ChunkCommand, metadata: Metadata
    ) -> Chunk:
        """Record something of a chunk; harmless twice."""
        id = chunk_id(batch_id, number)
        about = derived(metadata, f"{id}:{type(command).__name__}", None)
        return (await self.handler.handle(CHUNKS, id, command, about)).state

    async def tell(
        self, schedule_id: str, talent_id: str, command: ScheduleCommand, base: Metadata, part: str
    ) -> Outcome[Schedule, ScheduleEvent]:
        """Have a schedule know; harmless twice. Raises DomainError."""
        about = derived(base, f"{part}:{schedule_id}", talent_id)
        return await self.handler.handle(SCHEDULES, schedule_id, command, about)


def payments_of(view: PayoutView) -> list[PaymentLine]:
    return [payment for schedule in view.schedules for payment in schedule.payments]


def derived(base: Metadata, target: str, subject: str | None) -> Metadata:
    """Metadata of one of many commands that one fact causes."""
    return Metadata(
        command_id=caused_id(ACTOR, base.command_id, target, 0),
        actor=base.actor,
        subject=subject,
        causation_id=base.causation_id,
        correlation_id=base.correlation_id,
        trace_parent=base.trace_parent,
    )


async def side_by_side(run: Callable[[T], Awaitable[R]], items: Iterable[T]) -> list[R]:
    """Each of them, some at a time; the first failure, once all that began have ended."""
    gate = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def one(item: T) -> R:
        async with gate:
            return await run(item)

    done: list[Any] = await asyncio.gather(*(one(i) for i in items), return_exceptions=True)
    for result in done:
        if isinstance(result, BaseException):
            raise result
    return done
