"""When to try again, when to ask the provider's records again, and when to stop."""

from datetime import datetime, timedelta
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


def retry_at(attempts: int, since: datetime, now: datetime) -> datetime | None:
    """When to try again after `attempts` (1 or more) failed ones; None a day after `since`."""
    if now - since >= GIVE_UP_AFTER:
        return None
    return now + RETRY_PAUSES[min(attempts, len(RETRY_PAUSES)) - 1]


def ask_again_at(checks: int, now: datetime) -> datetime | None:
    """When to ask the provider's records once more after `checks` vain ones; None: no more."""
    return now + ASK_PAUSES[checks] if checks < len(ASK_PAUSES) else None
