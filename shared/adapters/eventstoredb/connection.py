"""One client a URL: deadlines, reconnection, and how its failures read."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from enum import Enum, auto
from typing import Final, TypeVar
from urllib.parse import unquote

from esdbclient import AsyncEventStoreDBClient, AsyncReadResponse, RecordedEvent
from esdbclient.exceptions import (
    BadRequestError,
    CancelledByClient,
    EventStoreDBClientException,
    MaximumAppendSizeExceededError,
    NodeIsNotLeader,
    NotFound,
    ServiceUnavailable,
    StreamIsDeleted,
    WrongCurrentVersion,
)
from grpc import CallCredentials, StatusCode  # type: ignore[import-untyped]
from grpc.aio import AioRpcError, UsageError  # type: ignore[import-untyped]

from shared.ports.errors import EngineUnavailable

T = TypeVar("T")

DEADLINE_SECONDS: Final = 10.0
_ATTEMPTS: Final = 2
_PAUSE_SECONDS: Final = 0.1
_KEEP_ALIVE_MS: Final = 10_000
_CONNECT_MS: Final = 3_000
_ANSWERS: Final = (WrongCurrentVersion, NotFound)
_REFUSALS: Final = (MaximumAppendSizeExceededError, StreamIsDeleted, BadRequestError)


class _CutShort(Exception):
    """Somebody else's reconnection ended this read."""


_AWAY: Final = (EventStoreDBClientException, UsageError, _CutShort)


class Client(AsyncEventStoreDBClient):
    """The client with what its URL cannot say or does not do right: credentials are
    percent-decoded, and a server that went away silently is noticed."""

    def __init__(self, url: str) -> None:
        try:
            super().__init__(uri=url)
        except ValueError as wrong:
            # The client quotes the URL, and with it the password.
            raise ValueError(str(wrong).replace(url, "the EventStoreDB URL")) from None
        given = self.connection_spec.options
        self.grpc_options += (
            ("grpc.keepalive_time_ms", given.KeepAliveInterval or _KEEP_ALIVE_MS),
            # Which of the two is obeyed depends on gRPC's version.
            ("grpc.keepalive_timeout_ms", given.KeepAliveTimeout or _KEEP_ALIVE_MS),
            ("grpc.http2.ping_timeout_ms", given.KeepAliveTimeout or _KEEP_ALIVE_MS),
            ("grpc.http2.max_pings_without_data", 0),
            # A new channel must not inherit how long the old one waits before it tries again.
            ("grpc.use_local_subchannel_pool", 1),
            ("grpc.initial_reconnect_backoff_ms", 100),
            ("grpc.min_reconnect_backoff_ms", _CONNECT_MS),
            ("grpc.max_reconnect_backoff_ms", 1_000),
        )

    def construct_call_credentials(
        self, username: str | None, password: str | None
    ) -> CallCredentials | None:
        """Basic credentials for every call, over TLS only."""
        return super().construct_call_credentials(
            username and unquote(username), password and unquote(password)
        )


class _State(Enum):
    NEW = auto()
    CONNECTED = auto()
    SUSPECT = auto()


class Connection:
    """Connects when first used, and again by itself."""

    def __init__(self, url: str) -> None:
        """Raises ValueError for a URL that is none, and OSError for a certificate's file."""
        self._client = Client(url)
        self._connecting = asyncio.Lock()
        self._state = _State.NEW
        self._running = 0
        self._idle = asyncio.Event()
        self.closed = False

    async def run(self, operation: Callable[[Client], Awaitable[T]]) -> T:
        """The operation's result, within the deadline; done again over a new connection if the old
        one failed, so it must be idempotent.

        Raises EngineUnavailable, ValueError, and of the client's own errors those that are an
        answer: WrongCurrentVersion and NotFound."""
        if self.closed:
            raise EngineUnavailable("the event store is closed")
        self._running += 1
        try:
            async with self.within_deadline() as client:
                for attempt in range(1, _ATTEMPTS + 1):
                    try:
                        with cancellation_kept():
                            return await operation(client)
                    except (CancelledByClient, _CutShort):
                        if attempt == _ATTEMPTS:
                            raise
                    except (ServiceUnavailable, UsageError, NodeIsNotLeader) as away:
                        if attempt == _ATTEMPTS:
                            raise
                        await self._reconnect(away)
                    await asyncio.sleep(_PAUSE_SECONDS)
                raise AssertionError("unreachable")
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    @asynccontextmanager
    async def within_deadline(self) -> AsyncIterator[Client]:
        """The client, connected, for one call of at most the deadline. Raises what
        `engine_errors` raises, and EngineUnavailable where no answer comes in time."""
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                with engine_errors():
                    yield await self._ready()
        except TimeoutError as late:
            if self._state is _State.CONNECTED:
                # A node that froze keeps its connections: who leads is asked anew.
                self._state = _State.SUSPECT
            raise EngineUnavailable("EventStoreDB did not answer in time") from late

    async def _ready(self) -> Client:
        if self._state is not _State.CONNECTED:
            async with self._connecting:
                if self._state is _State.NEW:
                    await self._client.connect()
                elif self._state is _State.SUSPECT:
                    await self._client.reconnect()
                self._state = _State.CONNECTED
        return self._client

    async def _reconnect(self, away: Exception) -> None:
        leader = away.leader_grpc_target if isinstance(away, NodeIsNotLeader) else None
        await self._client.reconnect(leader)

    async def close(self) -> None:
        """Let what runs come to its end, then let go."""
        self.closed = True
        if self._running:
            self._idle.clear()
            await self._idle.wait()
        await self._client.close()


async def read_whole(response: AsyncReadResponse) -> list[RecordedEvent]:
    """Every event of a read. The client ends a read that another call's reconnection cancelled as
    if it were complete: only the call's own status tells them apart."""
    async with response:
        events = [event async for event in response]
    if await response.aio_call.code() is not StatusCode.OK:
        raise _CutShort
    return events


@contextmanager
def engine_errors() -> Iterator[None]:
    """Raises ValueError for what will be refused for ever (more than the server takes at once, a
    stream that somebody tombstoned), and EngineUnavailable for whatever else is no answer."""
    try:
        with cancellation_kept():
            yield
    except _ANSWERS:
        raise
    except _REFUSALS as refusal:
        raise ValueError(f"EventStoreDB refuses: {type(refusal).__name__}") from refusal
    except _AWAY as away:
        raise EngineUnavailable(f"EventStoreDB is away: {_why(away)}") from away


def _why(away: Exception) -> str:
    """For operators: a wrong password is a `GrpcError` like any other, but for its code."""
    call = away.args[0] if away.args else None
    name = type(away).__name__
    return f"{name}, {call.code().name}" if isinstance(call, AioRpcError) else name


@contextmanager
def cancellation_kept() -> Iterator[None]:
    """The client takes a cancellation of the task for an end or an error of its call, and so would
    give half a stream as a whole one: the cancellation is raised again."""
    task = asyncio.current_task()
    before = task.cancelling() if task is not None else 0
    try:
        yield
    except Exception:
        if task is not None and task.cancelling() > before:
            raise asyncio.CancelledError from None
        raise
    if task is not None and task.cancelling() > before:
        raise asyncio.CancelledError
