"""The system's own time."""

from datetime import UTC, datetime


class SystemClock:
    """Now, by the machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)
