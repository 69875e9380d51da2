"""Events that cause commands: in another context, or effects outside the log."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import stamina
import structlog

from shared.domain.decider import Category, Decider
from shared.domain.errors import DomainError
from shared.events.codec import EventCodec, decode_metadata
from shared.events.model import Event, Metadata, Recorded
from shared.ports.errors import EngineUnavailable
from shared.ports.event_store import StoredEvent, WrongExpectedVersion
from shared.ports.feed import Start
from shared.runtime.command_handler import CommandHandler
from shared.runtime.consumer import Stuck
from shared.runtime.projector import reason_of

log = structlog.get_logger()

_SIDE_BY_SIDE: Final = 64
_ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A command for one aggregate; `subject` is the person whose key encrypts its events (that of
    the causing event unless said)."""

    decider: Decider[Any, Any, Any]
    id: str
    command: Any
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    """A consumer group that answers events with commands: `react` is pure."""

    group: str
    categories: tuple[Category, ...]
    react: Callable[[Recorded[Any]], Sequence[Dispatch]]
    start: Start = Start.NOW


@dataclass(frozen=True, slots=True)
class Effect:
    """A consumer group that answers events with something outside the log. `run` is called again
    after any crash, so it must be idempotent. With `types`, events of others are not even read."""

    group: str
    categories: tuple[Category, ...]
    run: Callable[[Recorded[Any]], Awaitable[None]]
    start: Start = Start.NOW
    types: tuple[type[Event], ...] = ()


def caused_id(group: str, cause: str, target: str, index: int) -> str:
    """The command id of a reaction or a deadline: the same whenever it is delivered again."""
    return hashlib.sha256(f"{group}\0{cause}\0{target}\0{index}".encode()).hexdigest()


class Dispatcher:
    """Carries dispatches out. What the rules refuse is an outcome, and logged as one."""

    def __init__(self, handler: CommandHandler) -> None:
        self._handler = handler

    async def carry_out(
        self, actor: str, cause: str, dispatches: Sequence[Dispatch], base: Metadata
    ) -> None:
        """`actor` is the group or deadline, `cause` the event id or the due time; `base` gives
        correlation, trace and subject. Raises what the handler raises, but for DomainError."""
        for index, dispatch in enumerate(dispatches):
            target = dispatch.decider.category.stream(dispatch.id)
            metadata = Metadata(
                command_id=caused_id(actor, cause, target, index),
                actor=actor,
                subject=dispatch.subject or base.subject,
                causation_id=base.causation_id,
                correlation_id=base.correlation_id,
                trace_parent=base.trace_parent,
                policy_version=base.policy_version,
            )
            try:
                await self._handler.handle(
                    dispatch.decider, dispatch.id, dispatch.command, metadata
                )
            except DomainError as refusal:
                log.info("reaction_refused", actor=actor, target=target, refused=refusal.code)


class Reactor:
    """The taker of a reaction's or effect's group: streams side by side, each in order."""

    def __init__(
        self,
        run: Callable[[Recorded[Any]], Awaitable[None]],
        codec: EventCodec,
        types: Sequence[type[Event]] = (),
    ) -> None:
        self._run, self._codec = run, codec
        self._types = frozenset(event.stored_type for event in types)

    async def take(self, events: Sequence[StoredEvent]) -> dict[str, Stuck]:
        by_stream: dict[str, list[StoredEvent]] = {}
        for event in events:
            by_stream.setdefault(event.stream, []).append(event)
        gate = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def one(stream: str, chain: list[StoredEvent]) -> tuple[str, Stuck | None]:
            async with gate:
                return stream, await self._take_stream(chain)

        done = await asyncio.gather(
            *(one(s, c) for s, c in by_stream.items()), return_exceptions=True
        )
        for result in done:
            if isinstance(result, BaseException):
                raise result
        return {r[0]: r[1] for r in done if not isinstance(r, BaseException) and r[1] is not None}

    async def erase(self, events: Sequence[StoredEvent]) -> None:
        for event in events:
            if event.type in self._codec.registry.erasing:
                await self._tombstone(event)

    async def _take_stream(self, chain: Sequence[StoredEvent]) -> Stuck | None:
        for event in chain:
            try:
                await self._take_one(event)
            except EngineUnavailable:
                raise
            except Exception as error:
                return Stuck(event.version, reason_of(error))
        return None

    async def _take_one(self, event: StoredEvent) -> None:
        if event.type in self._codec.registry.erasing:
            await self._tombstone(event)
        if self._ignored(event.type):
            return
        for recorded in await self._codec.decode([event]):
            try:
                await self._run(recorded)
            except Exception as error:
                if not _worth_retrying(error):
                    raise
                await self._run_again(recorded)

    def _ignored(self, stored_type: str) -> bool:
        """Of another type, in its present version; an older one is decoded to find out."""
        known = stored_type in self._codec.registry.events
        return bool(self._types) and known and stored_type not in self._types

    async def _run_again(self, recorded: Recorded[Any]) -> None:
        async for attempt in stamina.retry_context(
            on=_worth_retrying, attempts=_ATTEMPTS - 1, timeout=5
        ):
            with attempt:
                await self._run(recorded)

    async def _tombstone(self, event: StoredEvent) -> None:
        subject = decode_metadata(event.metadata).subject
        if subject is not None:
            await self._codec.keyring.erase(subject)


def _worth_retrying(error: Exception) -> bool:
    return isinstance(error, WrongExpectedVersion | OSError)


def reactor(reaction: Reaction, codec: EventCodec, dispatcher: Dispatcher) -> Reactor:
    """The taker for a reaction."""

    async def run(recorded: Recorded[Any]) -> None:
        dispatches = reaction.react(recorded)
        if dispatches:
            m = recorded.metadata
            base = Metadata(
                command_id="",
                actor=reaction.group,
                subject=m.subject,
                causation_id=recorded.id,
                correlation_id=m.correlation_id,
                trace_parent=m.trace_parent,
            )
            await dispatcher.carry_out(reaction.group, recorded.id, dispatches, base)

    return Reactor(run, codec)
