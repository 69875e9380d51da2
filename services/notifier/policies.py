"""When to try again and with whom, when to ask the provider's records again, when to stop."""

from collections.abc import Collection
from datetime import datetime, time, timedelta, timezone
from typing import Final

RETRY_PAUSES: Final = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
)
GIVE_UP_AFTER: Final = timedelta(hours=24)
ASK_PAUSES: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
SHANGHAI: Final = timezone(timedelta(hours=8))
MOST_RETURNS: Final = 1
"""How often a receipt that says "failed" may send a message to another provider."""


def retry_at(rounds: int, since: datetime, now: datetime) -> datetime | None:
    """When to begin after `rounds` (1 or more) vain ones; None a day after `since`."""
    if now - since >= GIVE_UP_AFTER:
        return None
    return now + RETRY_PAUSES[min(rounds, len(RETRY_PAUSES)) - 1]


def ask_again_at(checks: int, now: datetime) -> datetime | None:
    """When to ask the provider's records once more after `checks` vain ones; None: no more."""
    return now + ASK_PAUSES[checks] if checks < len(ASK_PAUSES) else None


def another_route(
    routes: Collection[str], closed: Collection[str], asked: Collection[str]
) -> bool | None:
    """True: somebody has not been asked in this round; False: all of those that are not closed
    have; None: none is left at all."""
    left = [name for name in routes if name not in closed]
    return any(name not in asked for name in left) if left else None


def opens_at(now: datetime, opens: time, until: time) -> datetime | None:
    """When what is not sent at night may be sent, by the city's clock: None for now."""
    local = now.astimezone(SHANGHAI)
    if opens <= local.time() < until:
        return None
    day = local.date() if local.time() < opens else local.date() + timedelta(days=1)
    return datetime.combine(day, opens, SHANGHAI)


def next_day(now: datetime, opens: time) -> datetime:
    """When a number gets messages again that had enough of them today."""
    day = now.astimezone(SHANGHAI).date() + timedelta(days=1)
    return datetime.combine(day, opens, SHANGHAI)
