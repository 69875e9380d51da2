"""Dates and working days of Xiangyang: Asia/Shanghai, every date ending at 24:00."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)


def shanghai_date(instant: datetime) -> date:
    """The calendar date in Shanghai at an aware instant; ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone has no date in Shanghai")
    return instant.astimezone(SHANGHAI).date()


def end_of_day(day: date) -> datetime:
    """The UTC instant of 24:00 in Shanghai on a date: the first instant that is too late."""
    return datetime.combine(day + _DAY, time.min, SHANGHAI).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Weekends are off, and so are `holidays`; `workdays` are the weekend days worked in their
    stead (调休). A date in both is worked, because an order to work is the later word."""

    holidays: frozenset[date] = field(default_factory=frozenset)
    workdays: frozenset[date] = field(default_factory=frozenset)

    def works(self, day: date) -> bool:
        """Whether offices are open on a date."""
        if day in self.workdays:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def due(self, start: datetime, working_days: int) -> datetime:
        """The UTC instant of 24:00 in Shanghai on the last of `working_days` (at least 1).

        The day of `start` itself is not counted (民法典 §201: the day on which a period begins is
        left out), so whoever submits at 23:59 costs the reviewers nothing.
        """
        if working_days < 1:
            raise ValueError("a period has at least one working day")
        day, left = shanghai_date(start), working_days
        while left:
            day += _DAY
            left -= self.works(day)
        return end_of_day(day)
