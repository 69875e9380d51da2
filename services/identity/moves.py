"""Finish what replaces a mobile or a document of an account; all of it may be repeated."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, Final

from services.identity.commands import ChangeDocument, ChangeMobile
from services.identity.credentials.application import CredentialKeeper
from services.identity.decider import DECIDER
from services.identity.events import STAFF, TALENT, MobileChanged
from services.identity.facts import DocumentAssisted, MobileAssisted, StaffMobileMoved
from services.identity.registration.application import Registrations, Written, derived
from services.identity.registration.decider import Completed
from services.identity.reservation.application import Reservations
from services.identity.reservation.commands import PlaceBar
from services.identity.slots import Slots
from services.identity.staff.commands import ChangeStaffMobile
from services.identity.staff.decider import DECIDER as STAFF_DECIDER
from services.identity.states import Talent
from shared.domain.errors import DomainError
from shared.events.model import Metadata
from shared.events.personal import Erased, readable
from shared.runtime.command_handler import CommandHandler, Outcome

CHANGING_MOBILE: Final = "talent-mobile"
ASSISTING_MOBILE: Final = "talent-mobile-assisted"
ASSISTING_DOCUMENT: Final = "talent-document"
CHANGING_STAFF_MOBILE: Final = "staff-mobile"


@dataclass(frozen=True)
class MoveFinishers:
    """A move that the account refuses now (it was closed, or moved first) comes to nothing, and
    gives back what it reserved."""

    handler: CommandHandler
    reservations: Reservations
    credentials: CredentialKeeper
    slots: Slots

    def register(self, registrations: Registrations) -> None:
        registrations.finish_with(CHANGING_MOBILE, self.mobile)
        registrations.finish_with(ASSISTING_MOBILE, self.mobile)
        registrations.finish_with(ASSISTING_DOCUMENT, self.document)
        registrations.finish_with(CHANGING_STAFF_MOBILE, self.staff_mobile)

    async def mobile(self, id: str, done: Completed, base: Metadata) -> Written | None:
        if isinstance(done.fact, Erased):
            return await self._erased(id, TALENT.stream(done.account), done, base)
        fact, reason = _mobile_fact(done.fact_type, done.fact)
        command = ChangeMobile(
            mobile=str(fact.mobile),
            previous=str(fact.previous),
            assisted_by=fact.assisted_by,
            reason=reason,
            at=fact.changed_at,
        )
        recorded = self.handler.handle(DECIDER, done.account, command, derived(base, "mobile"))
        old = self.slots.mobile("talent", command.previous)
        return await self._swap(id, done, base, old, recorded)

    async def staff_mobile(self, id: str, done: Completed, base: Metadata) -> Written | None:
        if isinstance(done.fact, Erased):
            return await self._erased(id, STAFF.stream(done.account), done, base)
        fact = StaffMobileMoved.model_validate_json(done.fact)
        command = ChangeStaffMobile(
            mobile=str(fact.changed.mobile),
            previous=str(fact.previous),
            assisted_by=fact.changed.assisted_by,
            reason=readable(fact.changed.reason),
            at=fact.changed.changed_at,
        )
        state, _ = await self.handler.load(STAFF_DECIDER, done.account)
        entrance = "" if state.added is None else state.added.entrance
        step = derived(base, "mobile")
        recorded = self.handler.handle(STAFF_DECIDER, done.account, command, step)
        old = self.slots.mobile(entrance, str(fact.previous))
        return await self._swap(id, done, base, old, recorded)

    async def _swap(
        self, id: str, done: Completed, base: Metadata, old: str,
        recorded: Awaitable[Outcome[Any, Any]],
    ) -> Written | None:  # fmt: skip
        (new,) = done.slots
        try:
            outcome = await recorded
        except DomainError:
            await self.reservations.release(new, by=id, metadata=base)
            return None
        try:
            await self.credentials.replace_slot(done.account, old, new, base)
            await self.reservations.confirm(new, holder=id, metadata=base)
        except DomainError:
            # Closed meanwhile, or changed once more: the number must not go on leading there.
            await self.reservations.release(new, by=id, metadata=base)
        await self.reservations.release(old, by=done.account, metadata=base)
        return Written(outcome.stream, outcome.version)

    async def document(self, id: str, done: Completed, base: Metadata) -> Written | None:
        """The earlier documents stay reserved for the account, and its bars hold for the new one
        as well. There is no slot to reserve where the document was the person's before."""
        if isinstance(done.fact, Erased):
            return await self._erased(id, TALENT.stream(done.account), done, base)
        fact = DocumentAssisted.model_validate_json(done.fact)
        command = ChangeDocument(fact=fact.changed, reason=str(fact.reason))
        try:
            step = derived(base, "document")
            outcome = await self.handler.handle(DECIDER, done.account, command, step)
            for slot in done.slots:
                await self.credentials.add_slot(done.account, slot, base)
                await self._bar(done.account, slot, command, base)
                await self.reservations.confirm(slot, holder=id, metadata=base)
        except DomainError:
            for slot in done.slots:
                await self.reservations.release(slot, by=id, metadata=base)
            return None
        return Written(outcome.stream, outcome.version)

    async def _bar(self, account: str, slot: str, command: ChangeDocument, base: Metadata) -> None:
        state, _ = await self.handler.load(DECIDER, account)
        for listing in state.listings if isinstance(state, Talent) else ():
            if listing.kind == "registration" and not listing.lifted:
                bar = PlaceBar(
                    entry_id=listing.entry_id,
                    account=account,
                    until=listing.barred_until,
                    at=command.fact.changed_at,
                )
                await self.reservations.bar(slot, bar, derived(base, listing.entry_id))

    async def _erased(self, id: str, stream: str, done: Completed, base: Metadata) -> Written:
        """Nobody can read any more what was decided; what it reserved must not stay taken."""
        for slot in done.slots:
            await self.reservations.release(slot, by=id, metadata=base)
        return Written(stream, 0)


def _mobile_fact(fact_type: str, fact: str) -> tuple[MobileChanged, str | None]:
    if fact_type == MobileAssisted.stored_type:
        assisted = MobileAssisted.model_validate_json(fact)
        return assisted.changed, str(assisted.reason)
    return MobileChanged.model_validate_json(fact), None
