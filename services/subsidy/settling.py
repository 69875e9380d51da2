"""Bringing the talent's own stream up to what its open application says."""

from dataclasses import dataclass
from datetime import datetime

from services.subsidy.commands import EndApplication
from services.subsidy.decider import DECIDER
from services.subsidy.entitlements.commands import CloseApplication
from services.subsidy.entitlements.decider import DECIDER as ENTITLEMENTS
from services.subsidy.events import APPLICATION, ApplicationEvent
from services.subsidy.reactions import outcome_of
from services.subsidy.state import Application
from shared.domain.errors import DomainError
from shared.events.codec import EventCodec
from shared.events.model import Metadata
from shared.ports.event_store import EventStore
from shared.runtime.command_handler import CommandHandler
from shared.runtime.reactor import caused_id


@dataclass(frozen=True)
class Settling:
    handler: CommandHandler
    store: EventStore
    codec: EventCodec

    async def settle(self, talent_id: str, application_id: str, base: Metadata) -> bool:
        """Close the entry of an application that is over: True. False where the entry was written
        and the application never was, because its request was interrupted. Raises DomainError
        where it is open indeed."""
        state, version = await self.handler.load(DECIDER, application_id)
        if not isinstance(state, Application):
            return False
        if not state.over:
            raise DomainError("application-open", params={"id": application_id})
        stored = await self.store.read_stream(APPLICATION.stream(application_id), after=version - 1)
        for recorded in await self.codec.decode(stored):
            event: ApplicationEvent = recorded.event  # type: ignore[assignment]
            command = outcome_of(application_id, event)
            if command is not None:
                metadata = self._metadata(base, recorded.id, "settle")
                await self.handler.handle(ENTITLEMENTS, talent_id, command, metadata)
        return True

    async def end_open(self, talent_id: str, reason: str, at: datetime, base: Metadata) -> None:
        """End the applications that are open, whether they were ever begun or not; harmless
        twice."""
        state, _ = await self.handler.load(ENTITLEMENTS, talent_id)
        for application_id in [opened.application_id for opened in state.open.values()]:
            application, _ = await self.handler.load(DECIDER, application_id)
            if isinstance(application, Application):
                command = EndApplication(reason=reason, at=at)
                metadata = self._metadata(base, application_id, "end")
                await self.handler.handle(DECIDER, application_id, command, metadata)
            else:
                close = CloseApplication(application_id=application_id, outcome="ended", at=at)
                metadata = self._metadata(base, application_id, "close")
                await self.handler.handle(ENTITLEMENTS, talent_id, close, metadata)

    @staticmethod
    def _metadata(base: Metadata, target: str, part: str) -> Metadata:
        return Metadata(
            caused_id(base.command_id, part, target, 0),
            base.actor,
            base.subject,
            base.causation_id,
            base.correlation_id,
            base.trace_parent,
        )
