"""Time, passed in."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Now, as an aware datetime in UTC."""

    def now(self) -> datetime: ...
