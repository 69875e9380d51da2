"""One command: load, fold, decide, append; again if somebody else was first."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Final, Generic, TypeVar, cast

from shared.domain.decider import Decider
from shared.domain.errors import DomainError
from shared.events.codec import EventCodec
from shared.events.model import Event, Metadata, Recorded
from shared.metrics import APPENDS
from shared.ports.event_store import EventStore, WrongExpectedVersion

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E", bound=Event)

_ATTEMPTS: Final = 8
_CACHED_STREAMS: Final = 10_000
_CACHED_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Outcome(Generic[S, E]):
    """What a command came to: the events it recorded (now, or when it was first handled), the
    state after, and the stream's version of its last event."""

    stream: str
    version: int
    events: tuple[E, ...]
    state: S


@dataclass(slots=True)
class _Folded(Generic[S]):
    state: S
    version: int = 0
    commands: dict[str, tuple[int, int, str | None]] = field(default_factory=dict)
    until: float = 0.0


class CommandHandler:
    """Runs deciders against the log.

    A repeated command id returns what it recorded; the same id with another request is refused
    with `idempotency-key-reused`. Folded states are cached for seconds, and brought up to date by
    the stream's tail before every decision.
    """

    def __init__(
        self,
        store: EventStore,
        codec: EventCodec,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._codec = codec
        self._monotonic = monotonic
        self._cache: OrderedDict[str, _Folded[Any]] = OrderedDict()

    async def handle(
        self,
        decider: Decider[C, S, E],
        id: str,
        command: C,
        metadata: Metadata,
        *,
        expected_version: int | None = None,
    ) -> Outcome[S, E]:
        """Decide and record. Raises DomainError (the rules refuse), WrongExpectedVersion (the
        caller's `expected_version` is stale, or the stream is too busy), EngineUnavailable."""
        stream = decider.category.stream(id)
        for attempt in range(_ATTEMPTS):
            folded = await self._fold(decider, stream)
            done = folded.commands.get(metadata.command_id)
            if done is not None:
                return await self._repeated(decider, stream, folded, done, metadata)
            if expected_version is not None and folded.version != expected_version:
                raise WrongExpectedVersion(stream, expected_version, folded.version)
            # Taken before anything is awaited: another command may advance this fold meanwhile.
            base, before = folded.version, folded.state
            events = tuple(decider.decide(command, before))
            if not events:
                return Outcome(stream, base, (), before)
            encoded = await self._codec.encode(stream, events, metadata)
            try:
                version = await self._store.append(stream, encoded, expected_version=base)
            except WrongExpectedVersion:
                if attempt == _ATTEMPTS - 1:
                    raise
                continue
            APPENDS.labels(decider.category.name).inc(len(events))
            after = reduce(decider.evolve, events, before)
            if folded.version == base:
                folded.state = after
                for number in range(base + 1, version + 1):
                    _remember(folded, metadata, number)
            return Outcome(stream, version, events, after)
        raise AssertionError("unreachable")

    async def load(self, decider: Decider[C, S, E], id: str) -> tuple[S, int]:
        """The present state and version of an aggregate; the initial state and 0 where none is."""
        folded = await self._fold(decider, decider.category.stream(id))
        return folded.state, folded.version

    async def _fold(self, decider: Decider[C, S, E], stream: str) -> _Folded[S]:
        now = self._monotonic()
        folded = cast("_Folded[S] | None", self._cache.get(stream))
        if folded is None or folded.until < now:
            folded = _Folded(decider.initial, until=now + _CACHED_SECONDS)
        version = folded.version
        tail = await self._store.read_stream(stream, after=version)
        if tail:
            # A fold that another command advanced meanwhile is left alone: this one gets its own.
            fresh = _Folded(folded.state, version, folded.commands.copy(), folded.until)
            if folded.version != version:
                return await self._fold(decider, stream)
            for recorded in await self._codec.decode(tail):
                fresh.state = decider.evolve(fresh.state, cast("E", recorded.event))
                _remember(fresh, recorded.metadata, recorded.version)
            folded = fresh
        self._keep(stream, folded)
        return folded

    async def _repeated(
        self,
        decider: Decider[C, S, E],
        stream: str,
        folded: _Folded[S],
        done: tuple[int, int, str | None],
        metadata: Metadata,
    ) -> Outcome[S, E]:
        first, last, request_hash = done
        if metadata.request_hash is not None and request_hash != metadata.request_hash:
            raise DomainError("idempotency-key-reused", status=422)
        stored = await self._store.read_stream(stream, after=first - 1, limit=last - first + 1)
        recorded: list[Recorded[Event]] = await self._codec.decode(stored)
        events = tuple(cast("E", r.event) for r in recorded)
        return Outcome(stream, last, events, folded.state)

    def _keep(self, stream: str, folded: _Folded[Any]) -> None:
        self._cache[stream] = folded
        self._cache.move_to_end(stream)
        if len(self._cache) > _CACHED_STREAMS:
            self._cache.popitem(last=False)


def _remember(folded: _Folded[Any], metadata: Metadata, version: int) -> None:
    first = folded.commands.get(metadata.command_id, (version, 0, None))[0]
    folded.commands[metadata.command_id] = (first, version, metadata.request_hash)
    folded.version = version
