"""Which windows a scheme has, and which is open at an instant."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from shared.domain.calendar import shanghai_date
from shared.policy.subsidy import SchemePolicy


@dataclass(frozen=True, slots=True)
class Window:
    """Shanghai days, both included; `closed_at` where it was closed before its time."""

    code: str
    opens: date
    closes: date
    closed_at: datetime | None = None

    def open_at(self, now: datetime) -> bool:
        in_time = self.opens <= shanghai_date(now) <= self.closes
        return in_time and (self.closed_at is None or now < self.closed_at)

    @property
    def last_day(self) -> date:
        """The last day on which it was open at all."""
        return self.closes if self.closed_at is None else shanghai_date(self.closed_at)

    def overlaps(self, opens: date, closes: date) -> bool:
        return self.opens <= closes and opens <= self.last_day


@dataclass(frozen=True, slots=True)
class SchemeWindows:
    """What an authority changed: windows by code, new ones and the policy's."""

    changed: Mapping[str, Window] = field(default_factory=dict)

    def around(self, scheme: SchemePolicy, day: date) -> tuple[Window, ...]:
        """Those of the year before, this year and the next, in order; none for what is always
        open."""
        if scheme.yearly is None:
            return ()
        yearly = (scheme.yearly.of(day.year + n) for n in (-1, 0, 1))
        known = {one.code: Window(one.code, one.opens, one.closes) for one in yearly}
        return tuple(sorted((known | dict(self.changed)).values(), key=lambda one: one.opens))

    def open_at(self, scheme: SchemePolicy, now: datetime) -> Window | None:
        """The window that is open; None without windows, and between them."""
        windows = self.around(scheme, shanghai_date(now))
        return next((one for one in windows if one.open_at(now)), None)

    def next_after(self, scheme: SchemePolicy, now: datetime) -> Window | None:
        """The first that opens on a later day and is not closed already."""
        today = shanghai_date(now)
        coming = (one for one in self.around(scheme, today) if one.opens > today)
        return next((one for one in coming if one.closed_at is None), None)

    def takes_draft(self, scheme: SchemePolicy, code: str | None, now: datetime) -> bool:
        """Whether a draft that was begun in a window may be submitted: while it is open, and for as
        many days after as the policy gives."""
        if scheme.yearly is None:
            return code is None
        for one in self.around(scheme, shanghai_date(now)):
            if one.code == code:
                grace = one.last_day + timedelta(days=scheme.draft_days)
                late = scheme.draft_days > 0 and one.opens <= shanghai_date(now) <= grace
                return one.open_at(now) or late
        return False

    def with_(self, window: Window) -> "SchemeWindows":
        return replace(self, changed={**self.changed, window.code: window})
