"""Finishes what a crash left completed but unfinished, whether anybody meets it or not.

Until it is finished, the talent who registered finds no account, and a number that was changed
goes on being reserved for who had it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from services.identity.private_events import REGISTRATION, RegistrationCompleted
from services.identity.registration.application import Registrations
from shared.domain.errors import DomainError
from shared.ports.errors import EngineUnavailable
from shared.ports.event_store import EventStore, StoredEvent, WrongExpectedVersion
from shared.ports.key_value import KeyValueStore
from shared.runtime.periodic import Periodic

log = structlog.get_logger()

PATIENCE: Final = timedelta(seconds=30)
"""A request finishes its own registration within moments."""
_EVERY: Final = 10.0
_PLACES: Final = "identity.finished-up-to"


@dataclass
class RegistrationKeeper(Periodic):
    """A worker. It reads the private stream category from a position of its own, kept under the
    log's id, and finishes every completed registration that is old enough. Finishing repeats
    harmlessly, so neither two keepers at once nor one killed in the middle does harm."""

    store: EventStore
    key_values: KeyValueStore
    registrations: Registrations
    now: Callable[[], datetime]

    def __post_init__(self) -> None:
        super().__init__("identity.registrations", every=_EVERY)

    async def round(self) -> int:
        """Finish everything that is due; returns how many were looked at. Raises what an engine
        that is away raises: the next round begins there again."""
        log_id = await self.store.log_id()
        place = int(await self.key_values.get(_PLACES, log_id) or b"0")
        head, due, looked = await self.store.head(), self.now() - PATIENCE, 0
        # A log that was restored may end before the place that was kept.
        place = place if place <= head else 0
        async for stored in self.store.read_all(after=place, categories=(REGISTRATION.name,)):
            if stored.recorded_at > due or self.stopping:
                return looked
            if stored.type == RegistrationCompleted.stored_type:
                looked += 1
                await self._finish(stored)
                await self.key_values.put(_PLACES, log_id, str(stored.position).encode())
        if head != place:
            # Nothing young is before it: what lies between need not be read again.
            await self.key_values.put(_PLACES, log_id, str(head).encode())
        return looked

    async def _finish(self, stored: StoredEvent) -> None:
        id = REGISTRATION.id_of(stored.stream)
        try:
            await self.registrations.finished(id)
        except DomainError as refusal:
            log.info("registration_came_to_nothing", registration=id, code=refusal.code)
        except (EngineUnavailable, WrongExpectedVersion, OSError):
            raise
        except Exception as error:
            # One that cannot be finished must not keep the later ones from it. The error's own
            # words might quote what is personal.
            log.error("registration_unfinished", registration=id, error=type(error).__name__)
