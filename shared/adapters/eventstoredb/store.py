"""The log in an EventStoreDB cluster."""

import contextlib
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Final, Self
from uuid import UUID

import orjson
import structlog
from esdbclient import NewEvent as Proposed
from esdbclient import RecordedEvent, StreamState
from esdbclient.exceptions import NotFound, WrongCurrentVersion

from shared.adapters.eventstoredb.connection import (
    DEADLINE_SECONDS,
    Client,
    Connection,
    read_whole,
)
from shared.adapters.eventstoredb.names import LOG_STREAM, Names
from shared.adapters.eventstoredb.subscription import Checkpoint, follow, stored_event
from shared.ports.event_store import NO_STREAM, NewEvent, StoredEvent, WrongExpectedVersion

log = structlog.get_logger()

_PAGE: Final = 2_000
_LONG: Final = 1_000
_LOG_CREATED: Final = "platform.log-created.v1"


class EventStoreDbStore:
    """`EventStore` on EventStoreDB: it acknowledges what a majority has on disk. Every call answers
    within 10 s, by `EngineUnavailable` if need be, and the next one connects again.

    A position is the commit position. Streams of the server's own are never seen. What the server
    will refuse for ever (over 1 MiB in one append, a tombstoned stream) raises ValueError.
    """

    def __init__(self, connection: Connection, names: Names) -> None:
        self._connection, self._names = connection, names

    @classmethod
    def open(cls, url: str) -> Self:
        """For `esdb://user:password@h1,h2,h3/namespace?tls=true…` or `esdb+discover://…`; nothing
        is asked of the cluster yet. User and password are percent-encoded, and sent over TLS only.

        Raises ValueError for a URL that is none, and OSError for a certificate's file."""
        return cls(Connection(url), Names.of_url(url))

    async def append(
        self, stream: str, events: Sequence[NewEvent], *, expected_version: int
    ) -> int:
        if not events:
            raise ValueError("nothing to append")
        proposed = [
            Proposed(type=e.type, data=e.data, metadata=e.metadata, id=UUID(e.id)) for e in events
        ]
        try:
            # The server knows the ids of what lies behind the expected version: a retry, ours or
            # the client's, answers as the first time.
            await self._connection.run(
                lambda client: client.append_to_stream(
                    self._names.stored(stream),
                    current_version=_state(expected_version),
                    events=proposed,
                    timeout=DEADLINE_SECONDS,
                )
            )
        except WrongCurrentVersion:
            actual = await self._version(stream)
            raise WrongExpectedVersion(stream, expected_version, actual) from None
        version = expected_version + len(events)
        if version // _LONG > expected_version // _LONG:
            # Command ids are found by folding the stream: a long one makes every command slow.
            log.warning("stream-is-long", category=stream.partition("-")[0], version=version)
        return version

    async def read_stream(
        self, stream: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[StoredEvent]:
        events: list[StoredEvent] = []
        while limit is None or len(events) < limit:
            wanted = _PAGE if limit is None else min(_PAGE, limit - len(events))
            page = await self._read_stream(stream, after, wanted)
            events += page
            if len(page) < wanted:
                break
            after = page[-1].version
        return events

    async def read_stream_backwards(self, stream: str, *, limit: int) -> Sequence[StoredEvent]:
        if limit < 1:
            return []
        return await self._read_stream(stream, None, limit)

    async def _read_stream(
        self, stream: str, after: int | None, limit: int
    ) -> Sequence[StoredEvent]:
        """Forwards from behind a version, or backwards from the end."""

        async def read(client: Client) -> list[RecordedEvent]:
            return await read_whole(
                await client.read_stream(
                    self._names.stored(stream),
                    stream_position=after or None,
                    backwards=after is None,
                    limit=limit,
                    timeout=DEADLINE_SECONDS,
                )
            )

        try:
            found = await self._connection.run(read)
        except NotFound:
            return []
        return [stored_event(event, self._names) for event in found]

    async def _version(self, stream: str) -> int:
        newest = await self.read_stream_backwards(stream, limit=1)
        return newest[0].version if newest else NO_STREAM

    async def read_all(
        self, *, after: int = 0, categories: Sequence[str] = ()
    ) -> AsyncIterator[StoredEvent]:
        pattern = self._names.pattern(categories)
        head = await self.head()
        while after < head:
            # One more: a read of all begins with the very event at the position.
            page = await self._read_all(pattern, after or None, _PAGE + 1)
            for event in page:
                if event.position > head:
                    return
                if event.position > after:
                    yield event
            if len(page) <= _PAGE:
                return
            after = page[-1].position

    async def _read_all(
        self, pattern: str, position: int | None, limit: int, *, backwards: bool = False
    ) -> Sequence[StoredEvent]:
        async def read(client: Client) -> list[RecordedEvent]:
            return await read_whole(
                await client.read_all(
                    commit_position=position,
                    backwards=backwards,
                    filter_include=[pattern],
                    filter_by_stream_name=True,
                    limit=limit,
                    timeout=DEADLINE_SECONDS,
                )
            )

        return [stored_event(event, self._names) for event in await self._connection.run(read)]

    def subscribe_all(
        self, after: int = 0, categories: Sequence[str] = ()
    ) -> AsyncGenerator[StoredEvent | Checkpoint, None]:
        """Everything recorded with position > `after`, in log order, and then what comes, of the
        categories named or of all. A `Checkpoint` says how far the log was looked through where
        nothing matched, and when everything was seen.

        Connects again by itself, from behind what it gave last, for as long as it takes; ends when
        the iterator or the store is closed. The caller has compared `log_id` and `head`.
        """
        return follow(self._connection, self._names, after, categories)

    async def head(self) -> int:
        newest = await self._read_all(self._names.pattern(), None, 1, backwards=True)
        return newest[0].position if newest else 0

    async def log_id(self) -> str:
        first = await self._read_stream(LOG_STREAM, 0, 1)
        if not first:
            created = NewEvent(
                id=str(uuid.uuid4()),
                type=_LOG_CREATED,
                data=orjson.dumps({"log_id": str(uuid.uuid4())}),
                metadata=b"{}",
            )
            # Another process may have opened the log first, and given the id.
            with contextlib.suppress(WrongExpectedVersion):
                await self.append(LOG_STREAM, [created], expected_version=NO_STREAM)
            first = await self._read_stream(LOG_STREAM, 0, 1)
        return str(orjson.loads(first[0].data)["log_id"])

    async def close(self) -> None:
        await self._connection.close()


def _state(expected_version: int) -> int | StreamState:
    return StreamState.NO_STREAM if expected_version == NO_STREAM else expected_version - 1
