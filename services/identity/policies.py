"""Entrances, lifetimes and days; the limits that a city chooses are in `policies/identity`."""

from datetime import date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

Entrance = Literal["talent", "employer", "hotel", "developer", "government"]
"""What opens one entrance opens no other (§3.2)."""

ACCESS_TOKEN_LIFE: Final = timedelta(minutes=15)
ACCOUNT_DESK: Final = "account-desk"
"""The government role that looks accounts up, helps who lost everything, and erases."""

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


def shanghai_day(at: datetime) -> date:
    """The day in Asia/Shanghai; the city's dates end at 24:00 there."""
    return at.astimezone(SHANGHAI).date()


def until_midnight(at: datetime) -> timedelta:
    """How long the Shanghai day still lasts (the zone has had no summer time since 1991)."""
    local = at.astimezone(SHANGHAI)
    midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), SHANGHAI)
    return midnight - local


def years_later(day: date, years: int) -> date:
    """The last day of a period of years that begins the day after (Civil Code, articles 201, 202):
    the same date, or the month's last day where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
