"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

_START = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)


class TestClock:
    """Starts at a Monday, 09:00 in Shanghai, unless told otherwise. Aware datetimes only."""

    __test__ = False

    def __init__(self, start: datetime = _START) -> None:
        self.set(start)

    def now(self) -> datetime:
        return self._now

    def move(self, by: timedelta) -> None:
        """Forward, or back for a negative duration."""
        self._now += by

    def set(self, to: datetime) -> None:
        if to.tzinfo is None:
            raise ValueError("a clock without a time zone")
        self._now = to.astimezone(UTC)
