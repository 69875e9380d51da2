"""The log of payments, read a second time: what is right passes, and every falsehood is found."""

from decimal import Decimal
from typing import Any

import pytest

from services.subsidy.batches.events import (
    BATCH,
    CHUNK,
    BatchExported,
    BatchSealed,
    BatchSettled,
    Line,
    LinesStruck,
    LinesTaken,
    ResultAccepted,
)
from services.subsidy.batches.totals import Totals
from services.subsidy.payouts.audit import Audit
from services.subsidy.payouts.events import SCHEDULE, ClawbackClaimed, ScheduleCompleted
from shared.events.model import Metadata, Recorded
from tests.unit.subsidy.payout_cases import APRIL, paid

AMOUNT = paid().amount
Fact = tuple[str, Any]


def line(number: int, schedule: str, **changes: Any) -> Line:
    values: dict[str, Any] = {
        "line": number, "schedule_id": schedule, "talent_id": "t", "period": 1,
        "amount": f"{AMOUNT:.2f}", "account_id": "a1",
    }  # fmt: skip
    return Line(**(values | changes))


LINES = (line(1, "s1"), line(2, "s2"))


def taken(lines: tuple[Line, ...] = LINES) -> Fact:
    return CHUNK.stream("b1_0"), LinesTaken(batch_id="b1", number=0, lines=lines, at=APRIL)


def of_batch(event: Any) -> Fact:
    return BATCH.stream("b1"), event


def sealed(count: int = 2, total: str = "") -> Fact:
    total = total or f"{AMOUNT * count:.2f}"
    return of_batch(BatchSealed(chunks=1, count=count, total=total, digest="d", at=APRIL))


def exported(lines: tuple[Line, ...] = LINES) -> Fact:
    totals = Totals()
    totals.add(lines)
    return of_batch(BatchExported(digest=totals.digest, by="c", at=APRIL))


def answered(count: int = 2) -> Fact:
    values: dict[str, Any] = {
        "paid_count": count, "paid_total": f"{AMOUNT * count:.2f}", "failed_count": 0,
        "failed_total": "0.00",
    }  # fmt: skip
    result = ResultAccepted(result_id="r", paid_on=APRIL.date(), by="c", at=APRIL, **values)
    return of_batch(result)


def money(schedule: str, number: int, **changes: Any) -> Fact:
    return SCHEDULE.stream(schedule), paid(line=number).model_copy(update=changes)


SETTLED = of_batch(BatchSettled(at=APRIL))
RIGHT = (
    taken(), sealed(), exported(), answered(), money("s1", 1), money("s2", 2), SETTLED,
)  # fmt: skip


def read(*facts: Fact) -> tuple[Audit, list[str]]:
    audit, found = Audit(), list[str]()
    for position, (stream, event) in enumerate(facts, 1):
        recorded = Recorded(
            event=event, id=str(position), stream=stream, version=1, position=position,
            recorded_at=APRIL, metadata=Metadata("c", actor="test"),
        )  # fmt: skip
        found += [one.code for one in audit.take(recorded)]
    return audit, found


def without(*places: int) -> tuple[Fact, ...]:
    return tuple(fact for place, fact in enumerate(RIGHT) if place not in places)


def test_what_is_right_passes_and_is_summed_up() -> None:
    audit, found = read(*RIGHT)
    assert found == []
    assert (audit.payments, audit.total, audit.settled, audit.open) == (2, AMOUNT * 2, 1, 0)


def test_a_batch_on_its_way_is_no_finding() -> None:
    audit, found = read(*RIGHT[:4])
    assert (found, audit.open) == ([], 1)


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ((*RIGHT, money("s1", 1)), {"period-paid-twice", "paid-without-a-line"}),
        ((*RIGHT[:6], money("s1", 1), SETTLED), {"period-paid-twice", "line-paid-twice"}),
        (without(5), {"schedules-differ-from-the-bank"}),
        (without(3), {"schedules-differ-from-the-bank"}),
        ((*RIGHT[:5], money("s9", 2), SETTLED), {"paid-without-a-line"}),
        (
            (*RIGHT[:5], money("s2", 2, amount=Decimal("1.00")), SETTLED),
            {"paid-another-amount", "schedules-differ-from-the-bank"},
        ),
        ((taken(), sealed(3), exported()), {"batch-does-not-add-up"}),
        ((taken(), sealed(2, "0.01"), exported()), {"batch-does-not-add-up"}),
        ((taken(), sealed(), exported(LINES[:1])), {"payment-file-of-other-lines"}),
        ((taken(), exported()), {"batch-does-not-add-up"}),
    ],
)
def test_every_falsehood_is_found(facts: tuple[Fact, ...], codes: set[str]) -> None:
    _, found = read(*facts)
    assert set(found) == codes


def test_what_was_struck_out_is_not_in_the_file() -> None:
    struck = CHUNK.stream("b1_0"), LinesStruck(batch_id="b1", lines=(2,), at=APRIL)
    _, found = read(taken(), struck, sealed(1), exported(LINES[:1]))
    assert found == []


def test_a_schedule_ends_with_the_sum_of_its_payments_and_claims_no_more() -> None:
    stream = SCHEDULE.stream("s1")
    right = ScheduleCompleted(total=f"{AMOUNT:.2f}", at=APRIL)
    wrong = ScheduleCompleted(total="1.00", at=APRIL)
    assert read(*RIGHT, (stream, right))[1] == []
    assert read(*RIGHT, (stream, wrong))[1] == ["completed-with-another-sum"]
    claim = ClawbackClaimed(periods=(1,), amount=f"{AMOUNT:.2f}", reason="x", at=APRIL)
    assert read(*RIGHT, (stream, claim))[1] == []
    assert read(*RIGHT, (stream, claim), (stream, claim))[1] == ["claimed-more-than-paid"]
