"""What follows identity's events, and what follows a deleted attachment; every step may be
repeated."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.classification.commands import ReplaceMobile
from services.classification.decider import DECIDER
from services.classification.events import APPLICATION, AttachmentRemoved
from services.classification.state import Application
from services.classification.talent_class.commands import EndClass
from services.classification.talent_class.decider import DECIDER as TALENT_CLASSES
from services.classification.views import CASES
from services.identity.events import (
    STAFF,
    TALENT,
    MobileChanged,
    StaffRemoved,
    StaffRolesChanged,
    TalentErased,
    TalentListed,
    TalentReclaimed,
)
from services.identity.readings.people import People
from shared.casework.cases import Cases
from shared.casework.consequences import metadata_of, pass_up_all
from shared.casework.files import prefix_of
from shared.casework.settling import Settling
from shared.events.model import Recorded
from shared.events.personal import Erased
from shared.ports.feed import Start
from shared.ports.files import FileStore
from shared.runtime.reactor import Effect
from shared.runtime.views import Views

_PERSONS: Final = "classification.persons"
_DESKS: Final = "classification.desks"
_FILES: Final = "classification.files"


@dataclass(frozen=True)
class Consequences:
    settling: Settling
    cases: Cases[Application]
    people: People
    views: Views
    files: FileStore

    def effects(self) -> tuple[Effect, ...]:
        """Consumer groups, from the first event on: none depends on when it was deployed."""
        return (
            Effect(_PERSONS, (TALENT,), self.person, Start.BEGINNING),
            Effect(_DESKS, (STAFF,), self.desks, Start.BEGINNING),
            Effect(_FILES, (APPLICATION,), self.file, Start.BEGINNING),
        )

    async def person(self, recorded: Recorded[Any]) -> None:
        talent_id = TALENT.id_of(recorded.stream)
        match recorded.event:
            case MobileChanged() as changed:
                await self._replace_mobile(talent_id, changed, recorded)
            case TalentListed(listed_at=at):
                await self._end(talent_id, "talent-listed", at, recorded)
            case TalentReclaimed(reclaimed_at=at):
                await self._end(talent_id, "talent-reclaimed", at, recorded)
                await self._end_class(talent_id, "talent-reclaimed", at, recorded)
            case TalentErased(erased_at=at):
                await self._end(talent_id, "talent-erased", at, recorded)
                await self._end_class(talent_id, "talent-erased", at, recorded)
                for key in await self.files.keys(prefix_of("classification", talent_id)):
                    await self.files.delete(key)
            case _:
                return

    async def _replace_mobile(
        self, talent_id: str, changed: MobileChanged, recorded: Recorded[Any]
    ) -> None:
        if isinstance(changed.mobile, Erased) or isinstance(changed.previous, Erased):
            return
        handler = self.settling.handler
        state, _ = await handler.load(TALENT_CLASSES, talent_id)
        if state.open is None:
            return
        id, at = state.open.application_id, changed.changed_at
        command = ReplaceMobile(previous=changed.previous, mobile=changed.mobile, at=at)
        await handler.handle(DECIDER, id, command, metadata_of(_PERSONS, recorded, id, talent_id))

    async def _end(
        self, talent_id: str, reason: str, at: datetime, recorded: Recorded[Any]
    ) -> None:
        metadata = metadata_of(_PERSONS, recorded, talent_id, talent_id)
        await self.settling.end_open(talent_id, reason, at, metadata)

    async def _end_class(
        self, talent_id: str, reason: str, at: datetime, recorded: Recorded[Any]
    ) -> None:
        metadata = metadata_of(_PERSONS, recorded, f"class-{talent_id}", talent_id)
        command = EndClass(reason=reason, at=at)
        await self.settling.handler.handle(TALENT_CLASSES, talent_id, command, metadata)

    async def desks(self, recorded: Recorded[Any]) -> None:
        if isinstance(recorded.event, StaffRemoved | StaffRolesChanged):
            await self.people.staff_seen(recorded)
            await pass_up_all(self.cases, self.views.of(CASES), _DESKS, recorded)

    async def file(self, recorded: Recorded[Any]) -> None:
        """A file that no reviewer ever had before them is deleted with its attachment."""
        match recorded.event:
            case AttachmentRemoved(submitted=False, file_key=key):
                await self.files.delete(key)
            case _:
                return
