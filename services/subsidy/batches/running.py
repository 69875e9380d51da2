"""What follows a batch's decisions for its lines; every step may be repeated from the start."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog

from services.subsidy.batches.book import ACTOR, BatchBook, side_by_side
from services.subsidy.batches.chunks.decider import SIZE, Chunk
from services.subsidy.batches.commands import (
    BatchCommand,
    ListLines,
    ReduceBatch,
    ReleaseBatch,
    SealBatch,
    SettleBatch,
    StrikeLines,
    TakeLines,
)
from services.subsidy.batches.decider import DECIDER as BATCHES
from services.subsidy.batches.events import (
    BATCH,
    BatchOpened,
    BatchRejected,
    BatchReopened,
    Candidate,
    Line,
    ResultAccepted,
)
from services.subsidy.batches.totals import Totals
from services.subsidy.payouts.commands import PlacePayment, ReleasePayment, SettlePayment
from services.subsidy.payouts.views import PAYOUTS, PayoutView
from shared.domain.calendar import shanghai_date
from shared.domain.errors import DomainError
from shared.events.model import Metadata, Recorded
from shared.policy.subsidy import SubsidyPolicy
from shared.policy.timeline import Timeline
from shared.ports.clock import Clock
from shared.ports.feed import Start
from shared.ports.view_store import Find, Where
from shared.runtime.reactor import Effect, caused_id

log = structlog.get_logger()
_PAGE: Final = 500


@dataclass(frozen=True)
class BatchRunner:
    """Lines are listed before they are taken, schedules are told before a chunk forgets a line, and
    the batch moves on last: whoever is killed in between goes on where it was."""

    book: BatchBook
    policies: Timeline[SubsidyPolicy]
    clock: Clock

    def effect(self) -> Effect:
        return Effect(ACTOR, (BATCH,), self.run, Start.BEGINNING)

    async def run(self, recorded: Recorded[Any]) -> None:
        id, base = BATCH.id_of(recorded.stream), _base(recorded)
        match recorded.event:
            case BatchOpened(month=month):
                await self._collect(id, month, base)
            case BatchReopened():
                await self._reduce(id, base)
            case BatchRejected():
                await self._release(id, base)
            case ResultAccepted() as accepted:
                await self._settle(id, accepted, base)
            case _:
                return

    async def _collect(self, id: str, month: str, base: Metadata) -> None:
        batch, _ = await self.book.handler.load(BATCHES, id)
        if batch.status != "collecting":
            return
        totals, number, line = Totals(), 0, 0
        async for number_listed, listed in self.book.chunks(id):
            chunk = await self._take(id, number_listed, listed, base)
            totals.add(chunk.lines)
            number, line = number_listed + 1, line + _length(listed)
        async for candidates in self._ready(month, line):
            command = ListLines(batch_id=id, number=number, lines=candidates, at=self.clock.now())
            listed = await self.book.note(id, number, command, base)
            chunk = await self._take(id, number, listed, base)
            totals.add(chunk.lines)
            number += 1
        await self._say(
            id,
            SealBatch(
                chunks=number, count=totals.count, total=totals.total, digest=totals.digest,
                at=self.clock.now(),
            ),
            base,
        )  # fmt: skip

    async def _ready(self, month: str, line: int) -> AsyncIterator[tuple[Candidate, ...]]:
        """What seems ready, in chunks, each payment once; the schedules have the last word."""
        waiting: list[Candidate] = []
        view, after = self.book.views.of(PAYOUTS), None
        while True:
            until = (Where("payable", month, "lte"),)
            page = await view.find(Find(until, ("payable",), after=after, limit=_PAGE))
            for _, person in page.items:
                for schedule_id, period in _ready_of(person, month):
                    line += 1
                    talent = person.talent_id
                    waiting.append(
                        Candidate(
                            line=line, schedule_id=schedule_id, talent_id=talent, period=period
                        )
                    )
            while len(waiting) >= SIZE:
                yield tuple(waiting[:SIZE])
                del waiting[:SIZE]
            if page.next is None:
                break
            after = page.next
        if waiting:
            yield tuple(waiting)

    async def _take(self, id: str, number: int, chunk: Chunk, base: Metadata) -> Chunk:
        if chunk.taken is not None or chunk.listed is None:
            return chunk
        lines = chunk.listed.lines
        people = await self.book.people(one.talent_id for one in lines)

        async def take(one: Candidate) -> Line | None:
            person = people.get(one.talent_id)
            return None if person is None else await self._place(id, one, person, base)

        taken = tuple(one for one in await side_by_side(take, lines) if one is not None)
        command = TakeLines(lines=taken, at=self.clock.now())
        return await self.book.note(id, number, command, base)

    async def _place(
        self, id: str, one: Candidate, person: PayoutView, base: Metadata
    ) -> Line | None:
        command = PlacePayment(
            period=one.period, batch_id=id, line=one.line, facts=person.facts, at=self.clock.now()
        )
        try:
            done = await self.book.tell(
                one.schedule_id, one.talent_id, command, base, f"place:{one.line}"
            )
        except DomainError as refusal:
            log.info("payment_left_out", batch=id, line=one.line, refused=refusal.code)
            return None
        placed = done.state.on(id, one.line)
        if placed is None:
            return None
        return Line(**dict(one), amount=placed.amount, account_id=placed.account_id)

    async def _reduce(self, id: str, base: Metadata) -> None:
        totals, struck = Totals(), 0
        async for number, chunk in self.book.chunks(id):
            gone = await self.book.gone(id, chunk.lines)
            struck += len(gone)
            after = chunk
            if gone:
                await self._give_back(id, gone, base)
                numbers = tuple(one.line for one in gone)
                strike = StrikeLines(lines=numbers, at=self.clock.now())
                after = await self.book.note(id, number, strike, base)
            totals.add(after.lines)
        reduce = ReduceBatch(
            struck=struck, count=totals.count, total=totals.total, digest=totals.digest,
            at=self.clock.now(),
        )  # fmt: skip
        await self._say(id, reduce, base)

    async def _release(self, id: str, base: Metadata) -> None:
        async for _, chunk in self.book.chunks(id):
            await self._give_back(id, chunk.lines, base)
        await self._say(id, ReleaseBatch(at=self.clock.now()), base)

    async def _give_back(self, id: str, lines: Sequence[Line], base: Metadata) -> None:
        async def one(line: Line) -> None:
            command = ReleasePayment(batch_id=id, line=line.line, at=self.clock.now())
            part = f"release:{line.line}"
            await self.book.tell(line.schedule_id, line.talent_id, command, base, part)

        await side_by_side(one, lines)

    async def _settle(self, id: str, accepted: ResultAccepted, base: Metadata) -> None:
        policy = self.policies.at(shanghai_date(accepted.at)).payouts
        until = policy.retained_until(accepted.paid_on)
        async for _, chunk in self.book.chunks(id):
            failures = chunk.results[accepted.result_id] if chunk.lines else {}

            async def one(line: Line, failures: Any = failures) -> None:
                why: str | None = failures.get(line.line)
                known = None if why is None else policy.failure(why)
                command = SettlePayment(
                    batch_id=id, line=line.line, paid_on=accepted.paid_on, retained_until=until,
                    failure=why, account=known is not None and known.account, at=accepted.at,
                )  # fmt: skip
                part = f"settle:{line.line}"
                await self.book.tell(line.schedule_id, line.talent_id, command, base, part)

            await side_by_side(one, chunk.lines)
        await self._say(id, SettleBatch(at=self.clock.now()), base)

    async def _say(self, id: str, command: BatchCommand, base: Metadata) -> None:
        about = Metadata(
            command_id=caused_id(ACTOR, base.command_id, type(command).__name__, 0),
            actor=ACTOR,
            causation_id=base.causation_id,
            correlation_id=base.correlation_id,
        )
        await self.book.handler.handle(BATCHES, id, command, about)


def _ready_of(person: PayoutView, month: str) -> list[tuple[str, int]]:
    return [
        (schedule.schedule_id, payment.period)
        for schedule in person.schedules
        for payment in schedule.payments
        if payment.ready and f"{payment.due_on:%Y-%m}" <= month
    ]


def _length(chunk: Chunk) -> int:
    return 0 if chunk.listed is None else len(chunk.listed.lines)


def _base(recorded: Recorded[Any]) -> Metadata:
    return Metadata(
        command_id=recorded.id,
        actor=ACTOR,
        causation_id=recorded.id,
        correlation_id=recorded.metadata.correlation_id,
        trace_parent=recorded.metadata.trace_parent,
    )
