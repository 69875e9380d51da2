"""The log: append to one stream with an expected version; read a stream or all of it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

NO_STREAM: Final = 0
"""The expected version of a stream that must not exist yet."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An encoded event on its way in: `data` and `metadata` are JSON (UTF-8); `id` is a UUID."""

    id: str
    type: str
    data: bytes
    metadata: bytes


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An encoded event in the log. `version` is 1 for a stream's first event; `position` grows
    strictly along the whole log, with gaps allowed."""

    id: str
    type: str
    data: bytes
    metadata: bytes
    stream: str
    version: int
    position: int
    recorded_at: datetime

    @property
    def category(self) -> str:
        """The stream's category: its name up to the first dash."""
        return self.stream.partition("-")[0]


class WrongExpectedVersion(Exception):
    """The stream has moved on: somebody else appended first."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at version {actual}, not {expected}")
        self.stream, self.expected, self.actual = stream, expected, actual


class EventStore(Protocol):
    """Durable before it answers. Every method may raise `EngineUnavailable`."""

    async def append(
        self, stream: str, events: Sequence[NewEvent], *, expected_version: int
    ) -> int:
        """Append all or nothing; returns the stream's version after the last of them.

        The same events (by id) appended again at the same expected version answer as the first
        time. Otherwise a stream that is not at `expected_version` raises `WrongExpectedVersion`.
        `events` may not be empty.
        """
        ...

    async def read_stream(
        self, stream: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[StoredEvent]:
        """Events with version > `after`, oldest first; empty where there are none."""
        ...

    async def read_stream_backwards(self, stream: str, *, limit: int) -> Sequence[StoredEvent]:
        """The newest `limit` events of a stream, newest first."""
        ...

    def read_all(
        self, *, after: int = 0, categories: Sequence[str] = ()
    ) -> AsyncIterator[StoredEvent]:
        """Everything recorded with position > `after` up to the head when called, in log order;
        of the categories named, or of all."""
        ...

    async def head(self) -> int:
        """The position of the newest event; 0 for an empty log."""
        ...

    async def log_id(self) -> str:
        """The log's own identity, made with it: a reader that knows another one must rebuild."""
        ...

    async def close(self) -> None:
        """Finish what waits, then let go."""
        ...
