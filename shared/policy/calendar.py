"""Public holidays and the weekend days worked in their stead (调休), a file a year."""

from datetime import date, timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.policy.base import PolicyData, PolicyFile, Rule, Text

_SATURDAY = 5


class HolidayPolicy(Rule):
    """One holiday from `first` to `last`, both off, and the weekend days worked for it."""

    name: Text
    first: date
    last: date
    workdays: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"{self.name}: last {self.last} is before first {self.first}")
        for day in self.workdays:
            if day.weekday() < _SATURDAY:
                raise ValueError(f"{self.name}: {day} is no weekend day, so nothing is moved to it")
        return self

    def days(self) -> frozenset[date]:
        length = (self.last - self.first).days + 1
        return frozenset(self.first + timedelta(days=n) for n in range(length))


class CalendarFile(PolicyFile):
    year: Annotated[int, Field(ge=2000, le=2100)]
    holidays: Annotated[tuple[HolidayPolicy, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _keeps_to_its_year(self) -> Self:
        off = frozenset[date]().union(*(one.days() for one in self.holidays))
        worked = frozenset(day for one in self.holidays for day in one.workdays)
        # A New Year's holiday may begin, or be worked for, in the last week of the year before.
        strays = sorted(d for d in off | worked if not self._near(d))
        if strays:
            raise ValueError(f"{strays[0]} does not belong to {self.year}")
        if off & worked:
            raise ValueError(f"{min(off & worked)} is both a holiday and a workday")
        return self

    def _near(self, day: date) -> bool:
        return date(self.year - 1, 12, 25) <= day <= date(self.year, 12, 31)


class CalendarPolicy(PolicyData):
    """All years merged: what the working calendar is built from, and the years it is known for."""

    years: frozenset[int]
    holidays: frozenset[date]
    workdays: frozenset[date]
