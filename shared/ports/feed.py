"""Public events for consumers: by group with a kept position, or broadcast to every process."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol

from shared.ports.event_store import StoredEvent


class Start(Enum):
    """Where a consumer group without a position begins."""

    BEGINNING = "beginning"
    NOW = "now"


class LogChanged(Exception):
    """The log is not the one that a group's position belongs to (another id, or shorter):
    what the group made of it must be rebuilt."""


class Subscription(Protocol):
    """One member of a consumer group. Events of one stream come in version order, each at least
    once; a member that fetches again without `commit` goes on, and a restart repeats."""

    async def fetch(self, limit: int, wait: float) -> Sequence[StoredEvent]:
        """The next events, at most `limit`; waits up to `wait` seconds for the first."""
        ...

    async def commit(self) -> None:
        """All that was fetched has taken effect: the group's position moves behind it."""
        ...

    async def lag(self) -> int:
        """How many events of its topics are not yet fetched (an upper bound)."""
        ...

    async def close(self) -> None:
        """Leave the group; the committed position stays."""
        ...


class Feed(Protocol):
    """Topics are contexts: topic `identity` holds every event of identity's public categories."""

    async def subscribe(
        self, group: str, topics: Sequence[str], *, start: Start = Start.BEGINNING
    ) -> Subscription:
        """Join a consumer group. A new group's start position is recorded before this returns.

        Raises LogChanged."""
        ...

    def broadcast(
        self, topics: Sequence[str], *, since: datetime
    ) -> AsyncIterator[StoredEvent | None]:
        """Every event recorded since then and from now on, to this reader alone, without a group.
        Yields None once, at the point where it has caught up. Ends when the iterator is closed."""
        ...

    async def forget(self, group: str) -> None:
        """Drop a group's position."""
        ...

    async def close(self) -> None: ...
