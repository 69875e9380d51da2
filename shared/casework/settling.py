"""Bringing the talent's own stream up to what an application of theirs says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from shared.casework.state import Standing
from shared.domain.decider import Decider
from shared.domain.errors import DomainError
from shared.events.codec import EventCodec
from shared.events.model import Metadata
from shared.ports.event_store import EventStore
from shared.runtime.command_handler import CommandHandler
from shared.runtime.reactor import caused_id


@dataclass(frozen=True)
class Ledger:
    """How a context's two kinds of stream hang together. `applications` and `talents` are their
    deciders, `application` the class of an application's state. `outcome_of` makes of an
    application's id and event the command for the talent's stream, None while it goes on; `open_in`
    gives the ids that the talent's state holds open. `ending` ends an application, given a reason;
    `closing` closes the entry of one that was never begun."""

    applications: Decider[Any, Any, Any]
    application: type[Standing]
    talents: Decider[Any, Any, Any]
    outcome_of: Callable[[str, Any], BaseModel | None]
    open_in: Callable[[Any], Sequence[str]]
    ending: Callable[[str, datetime], BaseModel]
    closing: Callable[[str, datetime], BaseModel]


@dataclass(frozen=True)
class Settling:
    ledger: Ledger
    handler: CommandHandler
    store: EventStore
    codec: EventCodec

    async def settle(self, talent_id: str, application_id: str, base: Metadata) -> bool:
        """Close the entry of an application that is over: True. False where the entry was written
        and the application never was, because its request was interrupted. Raises DomainError
        where it is open indeed."""
        ledger = self.ledger
        state, _ = await self.handler.load(ledger.applications, application_id)
        if not isinstance(state, ledger.application):
            return False
        if not state.over:
            raise DomainError("application-open", params={"id": application_id})
        stream = ledger.applications.category.stream(application_id)
        # More may follow the event that ended it: a note, or what became of a deferral.
        history = await self.codec.decode(await self.store.read_stream(stream))
        for recorded in history:
            command = ledger.outcome_of(application_id, recorded.event)
            if command is not None:
                metadata = _metadata(base, recorded.id, "settle")
                await self.handler.handle(ledger.talents, talent_id, command, metadata)
        talent, _ = await self.handler.load(ledger.talents, talent_id)
        if application_id in ledger.open_in(talent):
            # Opened again by an objection whose request was interrupted.
            closing = ledger.closing(application_id, history[-1].recorded_at)
            metadata = _metadata(base, application_id, "settle")
            await self.handler.handle(ledger.talents, talent_id, closing, metadata)
        return True

    async def end_open(self, talent_id: str, reason: str, at: datetime, base: Metadata) -> None:
        """End the applications that are open, whether they were ever begun or not; harmless
        twice."""
        ledger = self.ledger
        state, _ = await self.handler.load(ledger.talents, talent_id)
        for id in ledger.open_in(state):
            application, _ = await self.handler.load(ledger.applications, id)
            if isinstance(application, ledger.application):
                command, metadata = ledger.ending(reason, at), _metadata(base, id, "end")
                await self.handler.handle(ledger.applications, id, command, metadata)
            else:
                command, metadata = ledger.closing(id, at), _metadata(base, id, "close")
                await self.handler.handle(ledger.talents, talent_id, command, metadata)


def _metadata(base: Metadata, target: str, part: str) -> Metadata:
    return Metadata(
        caused_id(base.command_id, part, target, 0),
        base.actor,
        base.subject,
        base.causation_id,
        base.correlation_id,
        base.trace_parent,
    )
