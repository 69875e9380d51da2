"""Where a schedule stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import assert_never

from services.subsidy.moving.events import UnitChangeRecorded
from services.subsidy.payouts.events import (
    PaymentFailed,
    PaymentMade,
    PaymentPlaced,
    PeriodFellDue,
    ScheduleEnded,
    ScheduleMade,
)
from services.subsidy.payouts.periods import Period, Terms, period
from shared.domain.money import NOTHING


@dataclass(frozen=True, slots=True)
class Pause:
    """Between two units: nothing is paid from the day after `last_day` up to `until_period`."""

    last_day: date
    until_period: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """`made` is None before it is; an end may be known before that. `next` is the first period
    that has not fallen due, `held` why it did not. By number of the period: `due` what fell due,
    `placed` what is in a batch, `paid` what the bank paid, `failed` what it last refused. `units`
    may say whether they work there still; `change` waits for the word of its units, but for those
    that `confirmed`."""

    made: ScheduleMade | None = None
    terms: Terms | None = None
    next: int = 1
    held: tuple[str, ...] = ()
    employed_until: date = date.min
    due: Mapping[int, PeriodFellDue] = field(default_factory=dict)
    placed: Mapping[int, PaymentPlaced] = field(default_factory=dict)
    paid: Mapping[int, PaymentMade] = field(default_factory=dict)
    failed: Mapping[int, PaymentFailed] = field(default_factory=dict)
    ended: ScheduleEnded | None = None
    completed: bool = False
    claimed: Decimal = NOTHING
    repaid: Decimal = NOTHING
    units: tuple[str, ...] = ()
    change: UnitChangeRecorded | None = None
    confirmed: frozenset[str] = frozenset()
    pauses: tuple[Pause, ...] = ()

    @property
    def coming(self) -> Period | None:
        """The period that falls due next, cut off at an end; None where none will."""
        if self.terms is None or self.completed or self.stopped:
            return None
        found = period(self.terms, self.next)
        if found is None or self.ended is None:
            return found
        if self.ended.then != "pro-rata":
            raise AssertionError("every other end stops")
        return found.until(self.ended.last_day)

    @property
    def stopped(self) -> bool:
        """Whether nothing more may be paid, not even what fell due."""
        return self.ended is not None and self.ended.then != "pro-rata"

    @property
    def refused_account(self) -> str | None:
        """The account that the bank would not pay into, where the last attempt was one."""
        last = max(self.failed.values(), key=lambda one: one.at, default=None)
        return last.account_id if last is not None and last.account else None

    def worth(self, due: PeriodFellDue | PaymentMade) -> Decimal:
        """What a period that fell due brings now: the days up to a last one, nothing of what is
        stopped; but what was paid before a plain stop, stays."""
        period_due = self.due[due.period]
        if self.ended is None:
            part = self._worked(period_due)
            return NOTHING if part is None else part.amount
        match self.ended.then:
            case "stop":
                return due.amount if isinstance(due, PaymentMade) else NOTHING
            case "claw-back":
                return NOTHING
            case "pro-rata":
                part = self._worked(period_due)
                part = None if part is None else part.until(self.ended.last_day)
                return NOTHING if part is None else part.amount
            case _:
                assert_never(self.ended.then)

    def _worked(self, due: PeriodFellDue) -> Period | None:
        """Of a period that fell due, the days before one left a unit."""
        part: Period | None = _as_period(due)
        for pause in self.pauses:
            if part is not None and due.period < pause.until_period:
                part = part.until(pause.last_day)
        return part

    @property
    def payable(self) -> tuple[PeriodFellDue, ...]:
        """What fell due, is worth something, and is in no batch."""
        taken = self.placed.keys() | self.paid.keys()
        return tuple(one for n, one in self.due.items() if n not in taken and self.worth(one))

    def stale(self, placed: PaymentPlaced) -> bool:
        """Whether a payment that is in a batch should not go to the bank as it is there."""
        return self.worth(self.due[placed.period]) != placed.amount

    @property
    def total(self) -> Decimal:
        """All that was paid."""
        return sum((one.amount for one in self.paid.values()), NOTHING)

    @property
    def outstanding(self) -> Decimal:
        """What is claimed back and has not come."""
        return self.claimed - self.repaid

    def on(self, batch_id: str, line: int) -> PaymentPlaced | None:
        """The payment that is a line of a batch now."""
        mine = (batch_id, line)
        return next((p for p in self.placed.values() if (p.batch_id, p.line) == mine), None)


def _as_period(due: PeriodFellDue) -> Period:
    return Period(due.period, due.starts, due.ends, due.amount, due.due_on)
