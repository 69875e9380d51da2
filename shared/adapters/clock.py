"""The system's own time, and one that a developer moves on."""

from datetime import UTC, datetime, timedelta
from pathlib import Path


class SystemClock:
    """Now, by the machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class DevelopmentClock:
    """The machine's clock, and how far it was moved on. That is kept in a file, so that a platform
    that starts again does not go back behind what it recorded."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ahead = timedelta(seconds=float(path.read_text()) if path.exists() else 0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def forward(self, by: timedelta) -> None:
        """Time only goes on: ValueError for less than nothing."""
        if by < timedelta():
            raise ValueError("time goes on")
        ahead = self._ahead + by
        self._path.write_text(str(ahead.total_seconds()))
        self._ahead = ahead
