"""Where a deferral stands, folded from an application's events; and what its clock says."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, assert_never

from services.classification.deferral.events import (
    DeferralAsked,
    DeferralClosed,
    DeferralDeclined,
    DeferralEvent,
    DeferralExtended,
    DeferralGranted,
    DeferralMissed,
    DeferralReminded,
    Deferring,
    SupplementAccepted,
    SupplementEscalated,
    SupplementReturned,
    SupplementSubmitted,
)
from shared.domain.calendar import SHANGHAI, end_of_day
from shared.domain.review import facts
from shared.events.model import Event


class Standing(StrEnum):
    """`asked` waits for a desk; in `open` the clock runs, in `handed-in` it stands; the rest is
    final."""

    ASKED = "asked"
    OPEN = "open"
    HANDED_IN = "handed-in"
    DECLINED = "declined"
    LIFTED = "lifted"
    MISSED = "missed"
    CLOSED = "closed"


LIVE: Final = (Standing.OPEN, Standing.HANDED_IN)


@dataclass(frozen=True, slots=True)
class Deferral:
    """`categories` are those asked for, and from the grant on those granted; `days` likewise.

    From the grant on: `desk` (its name in the plan) granted it on `granted_on`, `last_day` is the
    present one, `running_since` when the clock last started, `reminded` the fewest days before the
    last one that the talent was told of since then. `handed_in` is the number of supplements,
    `handed_in_at` when the last one was, `due` when its review is late and `late` whether that was
    recorded, `faulty` what was at fault with it. `closed` says why it ended without a decision
    on it.
    """

    standing: Standing
    categories: tuple[str, ...]
    days: int
    desk: str | None = None
    granted_on: date | None = None
    last_day: date | None = None
    running_since: datetime | None = None
    reminder_days: tuple[int, ...] = ()
    reminder_hour: int = 0
    reminded: int | None = None
    handed_in: int = 0
    handed_in_at: datetime | None = None
    due: datetime | None = None
    faulty: tuple[str, ...] = ()
    closed: str | None = None
    late: bool = False

    @property
    def live(self) -> bool:
        """Whether materials are outstanding under it."""
        return self.standing in LIVE

    @property
    def outstanding(self) -> tuple[str, ...]:
        return self.categories if self.live else ()

    @property
    def until(self) -> datetime | None:
        """The first instant that is too late; None unless the clock runs."""
        if self.standing is not Standing.OPEN or self.last_day is None:
            return None
        return end_of_day(self.last_day)

    @property
    def running_to(self) -> date | None:
        """The last day, None unless the clock runs."""
        return self.last_day if self.standing is Standing.OPEN else None

    def over_at(self, at: datetime) -> bool:
        """Whether the last day has passed, recorded or not."""
        return self.until is not None and at >= self.until

    def reminder_due(self, at: datetime) -> int | None:
        """The days before the last one of which to remind now: the fewest, if several are due."""
        due = [days for days in self._reminders() if self._reminder_at(days) <= at]
        return min(due, default=None)

    @property
    def next_instant(self) -> datetime | None:
        """When something happens by itself: the next reminder, the end, or a late review."""
        if self.standing is Standing.HANDED_IN:
            return None if self.late else self.due
        if self.until is None:
            return None
        return min([self._reminder_at(days) for days in self._reminders()] + [self.until])

    def _reminders(self) -> tuple[int, ...]:
        """The days before the last one of which to remind still, since the clock started."""
        since = self.running_since
        if self.until is None or since is None:
            return ()
        return tuple(
            days
            for days in self.reminder_days
            if (self.reminded is None or days < self.reminded) and self._reminder_at(days) > since
        )

    def _reminder_at(self, days: int) -> datetime:
        if self.last_day is None:
            raise AssertionError("no reminders without a last day")
        return datetime.combine(
            self.last_day - timedelta(days=days), time(self.reminder_hour), SHANGHAI
        )


def evolve(deferral: Deferral | None, event: Event) -> Deferral | None:
    """A deferral after any event of its application."""
    if isinstance(event, DeferralAsked):
        return Deferral(Standing.ASKED, event.categories, event.days)
    if deferral is None:
        return None
    if isinstance(event, Deferring):
        return _evolve(deferral, event)  # type: ignore[arg-type]
    return _after_case(deferral, event)


def _evolve(deferral: Deferral, event: DeferralEvent) -> Deferral:
    match event:
        case DeferralAsked():
            return deferral
        case DeferralGranted():
            return _granted(deferral, event)
        case DeferralDeclined():
            return replace(deferral, standing=Standing.DECLINED)
        case DeferralExtended(last_day=last_day, at=at):
            return _running(deferral, last_day, at)
        case DeferralReminded(days_left=days):
            return replace(deferral, reminded=days)
        case SupplementSubmitted(number=number, due=due, at=at):
            return replace(
                deferral,
                standing=Standing.HANDED_IN,
                handed_in=number,
                handed_in_at=at,
                due=due,
                late=False,
                faulty=(),
            )
        case SupplementEscalated():
            return replace(deferral, late=True)
        case SupplementAccepted():
            return replace(deferral, standing=Standing.LIFTED, due=None)
        case SupplementReturned(last_day=last_day, faulty=faulty, at=at):
            return replace(_running(deferral, last_day, at), faulty=faulty, due=None)
        case DeferralMissed():
            return replace(deferral, standing=Standing.MISSED)
        case DeferralClosed(reason=reason):
            return _closed(deferral, reason)
        case _:
            assert_never(event)


def _granted(deferral: Deferral, event: DeferralGranted) -> Deferral:
    granted = replace(
        deferral,
        categories=event.categories,
        days=event.days,
        desk=event.desk,
        granted_on=event.at.astimezone(SHANGHAI).date(),
        reminder_days=event.reminder_days,
        reminder_hour=event.reminder_hour,
    )
    return _running(granted, event.last_day, event.at)


def _running(deferral: Deferral, last_day: date, at: datetime) -> Deferral:
    return replace(
        deferral, standing=Standing.OPEN, last_day=last_day, running_since=at, reminded=None
    )


def _closed(deferral: Deferral, reason: str) -> Deferral:
    return replace(deferral, standing=Standing.CLOSED, closed=reason, due=None)


def _after_case(deferral: Deferral, event: Event) -> Deferral:
    """What the desks and the talent do with the application itself: a return leaves a request
    nobody decided on, and an application that is over leaves nothing to wait for."""
    match event:
        case facts.CaseReturned() if deferral.standing is Standing.ASKED:
            return _closed(deferral, "returned")
        case facts.CaseRejected() if not _over(deferral):
            return _closed(deferral, "rejected")
        case facts.CaseWithdrawn() if not _over(deferral):
            return _closed(deferral, "withdrawn")
        case facts.CaseEnded() if not _over(deferral):
            return _closed(deferral, "ended")
        case _:
            return deferral


def _over(deferral: Deferral) -> bool:
    return not deferral.live and deferral.standing is not Standing.ASKED
