"""A schedule and its payments as a document shows them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.subsidy.payouts.commands import Facts
from services.subsidy.payouts.events import PeriodFellDue
from services.subsidy.payouts.periods import all_periods
from services.subsidy.payouts.policies import BARRED, standing
from services.subsidy.payouts.state import Schedule
from shared.domain.calendar import end_of_day
from shared.domain.money import Yuan
from shared.runtime.deadlines import instant

PaymentState = Literal["due", "in-batch", "paid", "cancelled"]


class PaymentLine(BaseModel):
    """A period that fell due. `failure` is why the bank did not pay the last time; `stale` whether
    it should not go to the bank as it is in its batch; `ready` whether a batch may take it."""

    model_config = ConfigDict(frozen=True)

    period: int
    starts: date
    ends: date
    due_on: date
    amount: Yuan
    state: PaymentState
    batch_id: str | None = None
    line: int | None = None
    account_id: str | None = None
    paid_on: date | None = None
    failure: str | None = None
    stale: bool = False
    ready: bool = False


class ScheduleLine(BaseModel):
    """`due` is when its next check is, `payable` the month of its oldest payment that is ready;
    `held` is why the next period did not fall due; `ended` why nothing more will; `moving_on` since
    when they say that they work elsewhere, and `asked_units` who has to confirm it."""

    model_config = ConfigDict(frozen=True)

    schedule_id: str
    scheme: str
    window: str | None
    channel: str
    talent_class: str
    row: str
    units: tuple[str, ...]
    amount: Yuan
    cycle: str
    starts: date
    ends: date
    next: int | None
    next_on: date | None
    next_amount: Yuan | None
    held: tuple[str, ...]
    employed_until: date
    ended: str | None
    last_day: date | None
    completed: bool
    claimed: Yuan
    repaid: Yuan
    payments: tuple[PaymentLine, ...]
    due: str | None
    payable: str | None
    moving_on: date | None = None
    asked_units: tuple[str, ...] = ()


def line_of(id: str, schedule: Schedule, facts: Facts, changed_at: datetime) -> ScheduleLine | None:
    """The line of a schedule; None of one that was never made. `changed_at`: when anything last
    changed that a check asks about."""
    made, terms = schedule.made, schedule.terms
    if made is None or terms is None:
        return None
    coming, ended = schedule.coming, schedule.ended
    payments = tuple(_payment(schedule, due, facts) for due in schedule.due.values())
    months = [f"{one.due_on:%Y-%m}" for one in payments if one.ready]
    copied, change = {"scheme", "window", "channel", "talent_class", "row"}, schedule.change
    return ScheduleLine(
        **made.model_dump(include=copied),
        schedule_id=id,
        units=schedule.units,
        amount=terms.amount,
        cycle=terms.cycle,
        starts=terms.starts,
        ends=all_periods(terms)[-1].ends,
        next=None if coming is None else coming.number,
        next_on=None if coming is None else coming.due_on,
        next_amount=None if coming is None else coming.amount,
        held=schedule.held,
        employed_until=schedule.employed_until,
        ended=None if ended is None else ended.reason,
        last_day=None if ended is None else ended.last_day,
        completed=schedule.completed,
        claimed=schedule.claimed,
        repaid=schedule.repaid,
        payments=payments,
        due=check_due(schedule, facts, changed_at),
        payable=min(months, default=None),
        moving_on=None if change is None else change.since,
        asked_units=()
        if change is None
        else tuple(unit for unit in change.units if unit not in schedule.confirmed),
    )


def check_due(schedule: Schedule, facts: Facts, changed_at: datetime) -> str | None:
    """When the coming period is to be checked. One that was held is checked again when what held
    it is not what would hold it now: at the last change, so that every check has a time of its own;
    or after a bar's last day."""
    coming = schedule.coming
    if coming is None:
        return None
    if not schedule.held:
        return instant(coming.due)
    lasting = tuple(reason for reason in schedule.held if reason != BARRED)
    if standing(schedule, facts, coming.ends) != lasting:
        return instant(max(coming.due, changed_at))
    if BARRED not in schedule.held:
        return None
    if facts.barred_until is None:
        return instant(max(coming.due, changed_at))
    return instant(max(coming.due, end_of_day(facts.barred_until)))


def _payment(schedule: Schedule, due: PeriodFellDue, facts: Facts) -> PaymentLine:
    number = due.period
    line = PaymentLine(
        period=number, starts=due.starts, ends=due.ends, due_on=due.due_on, amount=due.amount,
        state="due",
    )  # fmt: skip
    paid, placed = schedule.paid.get(number), schedule.placed.get(number)
    at = paid or placed
    if at is not None:
        state: PaymentState = "paid" if paid else "in-batch"
        where = at.model_dump(include={"amount", "batch_id", "line", "account_id"})
        stale = placed is not None and schedule.stale(placed)
        paid_on = None if paid is None else paid.paid_on
        return line.model_copy(update={**where, "state": state, "stale": stale, "paid_on": paid_on})
    worth: Decimal = schedule.worth(due)
    if not worth:
        return line.model_copy(update={"state": "cancelled"})
    failed = schedule.failed.get(number)
    changes = {
        "amount": worth,
        "failure": None if failed is None else failed.reason,
        "ready": not standing(schedule, facts, due.ends),
    }
    return line.model_copy(update=changes)
