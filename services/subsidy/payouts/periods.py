"""Which days a period covers, what it brings, and when it falls due."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from shared.domain.calendar import end_of_day
from shared.domain.money import NOTHING, Yuan, share
from shared.policy.payouts import AmountPolicy, Cycle, Paid

_DAY = timedelta(days=1)


class Terms(BaseModel):
    """What was promised: `periods` whole amounts from `starts` (a Shanghai day) on."""

    model_config = ConfigDict(frozen=True)

    amount: Yuan
    cycle: Cycle
    periods: int
    paid: Paid
    due_day: int
    starts: date

    @classmethod
    def of(cls, rule: AmountPolicy, starts: date) -> "Terms":
        """A policy's amount from a day on."""
        values = {name: getattr(rule, name) for name in AmountPolicy.model_fields}
        return cls(**{k: v for k, v in values.items() if k in cls.model_fields}, starts=starts)


@dataclass(frozen=True, slots=True)
class Period:
    """Numbered from 1; both days are included; it falls due at 0:00 of `due_on` in Shanghai."""

    number: int
    starts: date
    ends: date
    amount: Decimal
    due_on: date

    @property
    def due(self) -> datetime:
        """The instant (UTC) from which on it may be checked and paid."""
        return end_of_day(self.due_on - _DAY)

    def until(self, last: date) -> "Period | None":
        """The part up to a last day, paid by its days; None of what begins later."""
        if last >= self.ends:
            return self
        if last < self.starts:
            return None
        days, whole = (last - self.starts).days + 1, (self.ends - self.starts).days + 1
        return Period(self.number, self.starts, last, share(self.amount, days, whole), self.due_on)


def period(terms: Terms, number: int) -> Period | None:
    """A period by its number; None before the first and behind the last."""
    if number < 1:
        return None
    found = _year(terms, number) if terms.cycle == "year" else _month(terms, number)
    if found is None:
        return None
    starts, ends, amount = found
    reckoned = ends if terms.paid == "afterwards" else starts
    due_on = _month_later(reckoned, 1).replace(day=terms.due_day)
    return Period(number, starts, ends, amount, due_on)


@lru_cache(maxsize=4096)
def all_periods(terms: Terms) -> tuple[Period, ...]:
    """Every period in order: together exactly `periods` whole amounts."""
    count = terms.periods + 1
    return tuple(one for n in range(1, count + 1) if (one := period(terms, n)) is not None)


def _year(terms: Terms, number: int) -> tuple[date, date, Decimal] | None:
    if number > terms.periods:
        return None
    starts = _year_later(terms.starts, number - 1)
    return starts, _year_later(terms.starts, number) - _DAY, terms.amount


def _month(terms: Terms, number: int) -> tuple[date, date, Decimal] | None:
    first = _month_later(terms.starts.replace(day=1), number - 1)
    days = monthrange(first.year, first.month)[1]
    whole = first.replace(day=days)
    if terms.starts.day == 1:
        return (first, whole, terms.amount) if number <= terms.periods else None
    left = monthrange(terms.starts.year, terms.starts.month)[1]
    beginning = share(terms.amount, left - terms.starts.day + 1, left)
    if number == 1:
        return terms.starts, whole, beginning
    if number <= terms.periods:
        return first, whole, terms.amount
    if number > terms.periods + 1 or terms.amount - beginning == NOTHING:
        return None
    return first, first.replace(day=min(terms.starts.day - 1, days)), terms.amount - beginning


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last one (民法典 §202)."""
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _month_later(day: date, months: int) -> date:
    """The first day of a later month."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _year_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
