"""A second reading of everything that was paid, event by event and apart from what decided it."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from services.subsidy.batches.events import (
    BATCH,
    CHUNK,
    BatchExported,
    BatchReduced,
    BatchSealed,
    BatchSettled,
    Line,
    LinesStruck,
    LinesTaken,
    ResultAccepted,
)
from services.subsidy.batches.totals import Totals
from services.subsidy.payouts.events import (
    SCHEDULE,
    ClawbackClaimed,
    PaymentFailed,
    PaymentMade,
    ScheduleCompleted,
)
from shared.domain.decider import Category
from shared.domain.money import NOTHING
from shared.events.codec import EventCodec
from shared.events.model import Recorded
from shared.ports.event_store import EventStore
from shared.runtime.control import Answer, Operation

CATEGORIES: Final[tuple[Category, ...]] = (SCHEDULE, BATCH, CHUNK)
_PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong: a stable code, the stream where it shows, and the position of its event."""

    code: str
    stream: str
    position: int
    detail: str


@dataclass
class _Batch:
    """What is known of a batch until the schedules know the bank's word."""

    lines: dict[int, Line] = field(default_factory=dict)
    sealed: BatchSealed | BatchReduced | None = None
    result: ResultAccepted | None = None
    paid: dict[int, Decimal] = field(default_factory=dict)
    failed: dict[int, Decimal] = field(default_factory=dict)


@dataclass
class Audit:
    """Takes the events of `CATEGORIES` in the order of the log. It holds what every schedule was
    paid, and the lines of the batches that are not settled."""

    payments: int = 0
    total: Decimal = NOTHING
    settled: int = 0
    _periods: set[tuple[str, int]] = field(default_factory=set)
    _paid: dict[str, Decimal] = field(default_factory=dict)
    _claimed: dict[str, Decimal] = field(default_factory=dict)
    _batches: dict[str, _Batch] = field(default_factory=dict)

    @property
    def open(self) -> int:
        """The batches that are on their way."""
        return len(self._batches)

    def take(self, recorded: Recorded[Any]) -> Iterable[Finding]:
        """What is wrong with one event, after those before it."""
        for code, detail in self._wrong(recorded.stream, recorded.event):
            yield Finding(code, recorded.stream, recorded.position, detail)

    def _wrong(self, stream: str, event: Any) -> Iterable[tuple[str, str]]:
        match event:
            case PaymentMade():
                yield from self._payment(SCHEDULE.id_of(stream), event)
            case PaymentFailed(batch_id=batch, line=line, amount=amount):
                self._batch(batch).failed[line] = amount
            case ScheduleCompleted(total=total):
                paid = self._paid.get(SCHEDULE.id_of(stream), NOTHING)
                if total != paid:
                    yield "completed-with-another-sum", f"{total} {paid}"
            case ClawbackClaimed(amount=amount):
                id = SCHEDULE.id_of(stream)
                self._claimed[id] = self._claimed.get(id, NOTHING) + amount
                if self._claimed[id] > self._paid.get(id, NOTHING):
                    yield "claimed-more-than-paid", str(self._claimed[id])
            case LinesTaken(batch_id=batch, lines=lines):
                self._batch(batch).lines.update({one.line: one for one in lines})
            case LinesStruck(batch_id=batch, lines=struck):
                for line in struck:
                    self._batch(batch).lines.pop(line, None)
            case _:
                yield from self._of_batch(BATCH.id_of(stream), event)

    def _payment(self, schedule: str, event: PaymentMade) -> Iterable[tuple[str, str]]:
        batch, said = self._batch(event.batch_id), f"{schedule} {event.period}"
        if (schedule, event.period) in self._periods:
            yield "period-paid-twice", said
        if event.line in batch.paid:
            yield "line-paid-twice", f"{event.batch_id} {event.line}"
        line = batch.lines.get(event.line)
        if line is None or (line.schedule_id, line.period) != (schedule, event.period):
            yield "paid-without-a-line", f"{event.batch_id} {event.line}"
        elif line.amount != event.amount:
            yield "paid-another-amount", f"{said} {line.amount} {event.amount}"
        self._periods.add((schedule, event.period))
        self._paid[schedule] = self._paid.get(schedule, NOTHING) + event.amount
        batch.paid[event.line] = event.amount
        self.payments += 1
        self.total += event.amount

    def _of_batch(self, id: str, event: Any) -> Iterable[tuple[str, str]]:
        match event:
            case BatchSealed() | BatchReduced():
                self._batch(id).sealed = event
            case BatchExported():
                yield from self._exported(id, event)
            case ResultAccepted():
                self._batch(id).result = event
            case BatchSettled():
                yield from self._settlement(id)
            case _:
                return

    def _exported(self, id: str, event: BatchExported) -> Iterable[tuple[str, str]]:
        batch, totals = self._batch(id), Totals()
        totals.add(batch.lines[line] for line in sorted(batch.lines))
        said = batch.sealed
        if said is None or (said.count, said.total) != (totals.count, totals.total):
            yield "batch-does-not-add-up", f"{id} {totals.count} {totals.total}"
        if event.digest != totals.digest:
            yield "payment-file-of-other-lines", id

    def _settlement(self, id: str) -> Iterable[tuple[str, str]]:
        """The schedules were told what the bank said: no more, and no less."""
        batch = self._batches.pop(id, None) or _Batch()
        told = (*_sum(batch.paid), *_sum(batch.failed))
        result = batch.result
        said = None if result is None else (
            result.paid_count, result.paid_total, result.failed_count, result.failed_total,
        )  # fmt: skip
        if told != said:
            yield "schedules-differ-from-the-bank", f"{id} {told} {said}"
        self.settled += 1

    def _batch(self, id: str) -> _Batch:
        return self._batches.setdefault(id, _Batch())


def _sum(amounts: Mapping[int, Decimal]) -> tuple[int, Decimal]:
    return len(amounts), sum(amounts.values(), NOTHING)


def operations(store: EventStore, codec: EventCodec) -> Mapping[str, Operation]:
    """`check-payouts`: progress (`position`, `head`), findings, and at the end what was read."""

    async def check(arguments: Mapping[str, Any]) -> AsyncIterator[Answer]:
        audit, head, found, page = Audit(), await store.head(), 0, []
        async for stored in store.read_all(categories=tuple(c.name for c in CATEGORIES)):
            page.append(stored)
            if len(page) < _PAGE:
                continue
            for answer in await _findings(audit, codec, page):
                found += 1
                yield answer
            yield {"position": page[-1].position, "head": head}
            page = []
        for answer in await _findings(audit, codec, page):
            found += 1
            yield answer
        yield {
            "payments": audit.payments, "total": f"{audit.total:.2f}", "settled": audit.settled,
            "open": audit.open, "findings": found,
        }  # fmt: skip

    return {"check-payouts": check}


async def _findings(audit: Audit, codec: EventCodec, page: list[Any]) -> list[Answer]:
    wrong = [one for r in await codec.decode(page) for one in audit.take(r)]
    return [
        {"finding": one.code, "stream": one.stream, "position": one.position, "detail": one.detail}
        for one in wrong
    ]
