"""What follows identity's events, and what follows a deleted attachment; every step may be
repeated."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

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
from services.subsidy.attachments import prefix_of
from services.subsidy.cases import Cases
from services.subsidy.commands import ReplaceMobile
from services.subsidy.decider import DECIDER
from services.subsidy.entitlements.commands import EndEntitlements
from services.subsidy.entitlements.decider import DECIDER as ENTITLEMENTS
from services.subsidy.events import APPLICATION, AttachmentRemoved
from services.subsidy.people.staff import STAFF_AT_DESKS
from services.subsidy.settling import Settling
from services.subsidy.state import Application
from services.subsidy.views import CASES
from shared.events.model import Metadata, Recorded
from shared.events.personal import Erased
from shared.ports.errors import EngineUnavailable
from shared.ports.feed import Start
from shared.ports.files import FileStore
from shared.ports.view_store import Find, Where
from shared.runtime.reactor import Effect, caused_id

_PERSONS: Final = "subsidy.persons"
_DESKS: Final = "subsidy.desks"
_FILES: Final = "subsidy.files"
_WAIT_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Consequences:
    settling: Settling
    cases: Cases
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
                await self._end_entitlements(talent_id, "talent-reclaimed", at, recorded)
            case TalentErased(erased_at=at):
                await self._end(talent_id, "talent-erased", at, recorded)
                await self._end_entitlements(talent_id, "talent-erased", at, recorded)
                for key in await self.files.keys(prefix_of(talent_id)):
                    await self.files.delete(key)
            case _:
                return

    async def _replace_mobile(
        self, talent_id: str, changed: MobileChanged, recorded: Recorded[Any]
    ) -> None:
        if isinstance(changed.mobile, Erased) or isinstance(changed.previous, Erased):
            return
        handler = self.settling.handler
        state, _ = await handler.load(ENTITLEMENTS, talent_id)
        at, mobile = changed.changed_at, changed.mobile
        command = ReplaceMobile(previous=changed.previous, mobile=mobile, at=at)
        for id in [opened.application_id for opened in state.open.values()]:
            application, _ = await handler.load(DECIDER, id)
            if isinstance(application, Application):
                metadata = _metadata(_PERSONS, recorded, id, talent_id)
                await handler.handle(DECIDER, id, command, metadata)

    async def _end(
        self, talent_id: str, reason: str, at: datetime, recorded: Recorded[Any]
    ) -> None:
        metadata = _metadata(_PERSONS, recorded, talent_id, talent_id)
        await self.settling.end_open(talent_id, reason, at, metadata)

    async def _end_entitlements(
        self, talent_id: str, reason: str, at: datetime, recorded: Recorded[Any]
    ) -> None:
        metadata = _metadata(_PERSONS, recorded, f"entitlements-{talent_id}", talent_id)
        command = EndEntitlements(reason=reason, at=at)
        await self.settling.handler.handle(ENTITLEMENTS, talent_id, command, metadata)

    async def desks(self, recorded: Recorded[Any]) -> None:
        """Who leaves a desk may leave its cases to nobody: they pass to the superior desk."""
        if not isinstance(recorded.event, StaffRemoved | StaffRolesChanged):
            return
        await self._staff_seen(recorded)
        view, after = self.cases.views.of(CASES), None
        while True:
            open_now = (Where("status", "in-review"),)
            page = await view.find(Find(open_now, ("due",), after=after, limit=200))
            for id, _ in page.items:
                await self.cases.pass_up(id, _metadata(_DESKS, recorded, id, None))
            if page.next is None:
                return
            after = page.next

    async def _staff_seen(self, recorded: Recorded[Any]) -> None:
        """The view of staff is another consumer of the same event: wait until it has read it."""
        view, until = self.cases.views.of(STAFF_AT_DESKS), time.monotonic() + _WAIT_SECONDS
        while await view.position(recorded.stream) < recorded.version:
            if time.monotonic() > until:
                raise EngineUnavailable("the view of staff is behind")
            await asyncio.sleep(0.02)

    async def file(self, recorded: Recorded[Any]) -> None:
        """A file that no reviewer ever had before them is deleted with its attachment."""
        match recorded.event:
            case AttachmentRemoved(submitted=False, file_key=key):
                await self.files.delete(key)
            case _:
                return


def _metadata(group: str, recorded: Recorded[Any], target: str, subject: str | None) -> Metadata:
    return Metadata(
        command_id=caused_id(group, recorded.id, target, 0),
        actor=group,
        subject=subject,
        causation_id=recorded.id,
        correlation_id=recorded.metadata.correlation_id,
        trace_parent=recorded.metadata.trace_parent,
    )
