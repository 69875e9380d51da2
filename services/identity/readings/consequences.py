"""What follows for a context's applications from what happens to talents and staff; every step may
be repeated."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

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
from shared.casework.commands import ReplaceMobile
from shared.casework.consequences import metadata_of, pass_up_all
from shared.casework.facts import AttachmentRemoved
from shared.casework.files import prefix_of
from shared.casework.settling import Settling
from shared.events.model import Recorded
from shared.events.personal import Erased
from shared.ports.feed import Start
from shared.ports.files import FileStore
from shared.runtime.projection import Projection
from shared.runtime.reactor import Effect
from shared.runtime.views import Views


@dataclass(frozen=True)
class Consequences:
    """`case_view` is the context's view of cases; `end_granted` ends what the talent's own stream
    holds, given a reason: the account has gone, and what it was granted with it."""

    settling: Settling
    cases: Cases[Any]
    case_view: Projection[Any, Any]
    end_granted: Callable[[str, datetime], BaseModel]
    people: People
    views: Views
    files: FileStore

    @property
    def context(self) -> str:
        return self.settling.ledger.applications.category.context

    def effects(self) -> tuple[Effect, ...]:
        """Consumer groups, from the first event on: none depends on when it was deployed."""
        applications = self.settling.ledger.applications.category
        return (
            Effect(f"{self.context}.persons", (TALENT,), self.person, Start.BEGINNING),
            Effect(f"{self.context}.desks", (STAFF,), self.desks, Start.BEGINNING),
            Effect(f"{self.context}.files", (applications,), self.file, Start.BEGINNING),
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
                await self._end_granted(talent_id, "talent-reclaimed", at, recorded)
            case TalentErased(erased_at=at):
                await self._end(talent_id, "talent-erased", at, recorded)
                await self._end_granted(talent_id, "talent-erased", at, recorded)
                for key in await self.files.keys(prefix_of(self.context, talent_id)):
                    await self.files.delete(key)
            case _:
                return

    async def _replace_mobile(
        self, talent_id: str, changed: MobileChanged, recorded: Recorded[Any]
    ) -> None:
        if isinstance(changed.mobile, Erased) or isinstance(changed.previous, Erased):
            return
        handler, ledger = self.settling.handler, self.settling.ledger
        state, _ = await handler.load(ledger.talents, talent_id)
        command = ReplaceMobile(
            previous=changed.previous, mobile=changed.mobile, at=changed.changed_at
        )
        for id in ledger.open_in(state):
            application, _ = await handler.load(ledger.applications, id)
            if isinstance(application, ledger.application):
                metadata = metadata_of(f"{self.context}.persons", recorded, id, talent_id)
                await handler.handle(ledger.applications, id, command, metadata)

    async def _end(
        self, talent_id: str, reason: str, at: datetime, recorded: Recorded[Any]
    ) -> None:
        metadata = metadata_of(f"{self.context}.persons", recorded, talent_id, talent_id)
        await self.settling.end_open(talent_id, reason, at, metadata)

    async def _end_granted(
        self, talent_id: str, reason: str, at: datetime, recorded: Recorded[Any]
    ) -> None:
        target = f"granted-{talent_id}"
        metadata = metadata_of(f"{self.context}.persons", recorded, target, talent_id)
        command, talents = self.end_granted(reason, at), self.settling.ledger.talents
        await self.settling.handler.handle(talents, talent_id, command, metadata)

    async def desks(self, recorded: Recorded[Any]) -> None:
        if isinstance(recorded.event, StaffRemoved | StaffRolesChanged):
            await self.people.staff_seen(recorded)
            view = self.views.of(self.case_view)
            await pass_up_all(self.cases, view, f"{self.context}.desks", recorded)

    async def file(self, recorded: Recorded[Any]) -> None:
        """A file that no reviewer ever had before them is deleted with its attachment."""
        match recorded.event:
            case AttachmentRemoved(submitted=False, file_key=key):
                await self.files.delete(key)
            case _:
                return
