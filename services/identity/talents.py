"""Talents' accounts: what sign-in asks of them, and how their undertakings are finished."""

from dataclasses import dataclass
from typing import Final

from services.identity.accounts import Admission, ListingOut, Me, PasswordChangeHow
from services.identity.commands import ChangeMobile, RecordPasswordChange, RegisterTalent
from services.identity.credentials.application import CredentialKeeper
from services.identity.decider import DECIDER, Talent, TalentState
from services.identity.events import TALENT, MobileChanged, TalentRegistered
from services.identity.registration.application import Registrations, Written, derived
from services.identity.registration.decider import Completed
from services.identity.reservation.application import Reservations
from services.identity.rules.documents import mask_number
from services.identity.rules.mobiles import mask_mobile
from services.identity.slots import Slots
from services.identity.views import ACCOUNT, AccountView
from shared.domain.errors import DomainError
from shared.events.model import Metadata
from shared.events.personal import Erased
from shared.ports.clock import Clock
from shared.runtime.command_handler import CommandHandler
from shared.runtime.views import Views

ENTRANCE: Final = "talent"
REGISTERING: Final = "talent"
CHANGING_MOBILE: Final = "talent-mobile"


@dataclass(frozen=True)
class TalentAccounts:
    """The `AccountSource` of the entrance `talent`."""

    handler: CommandHandler
    views: Views
    clock: Clock

    async def state(self, account_id: str) -> TalentState:
        return (await self.handler.load(DECIDER, account_id))[0]

    async def admit(self, account_id: str) -> Admission | None:
        """Who is on the abnormal list may still sign in, to read the decision and object."""
        state = await self.state(account_id)
        if not isinstance(state, Talent) or state.reclaimed:
            return None
        known, mobile = state.registered, state.mobile
        words = (known.account_name, known.name, mobile)
        return Admission(
            account_id,
            person=known.person,
            mobile=mobile if isinstance(mobile, str) else None,
            own_words=tuple(w for w in words if isinstance(w, str)),
        )

    async def position(self, account_id: str, stream: str) -> int:
        return await self.views.of(ACCOUNT).position(stream)

    async def me(self, account_id: str) -> Me | None:
        view = await self.views.of(ACCOUNT).get(account_id)
        return None if view is None else me_of(view)

    async def password_changed(
        self, account_id: str, how: PasswordChangeHow, metadata: Metadata
    ) -> Written:
        command = RecordPasswordChange(how=how, at=self.clock.now())
        outcome = await self.handler.handle(DECIDER, account_id, command, metadata)
        return Written(outcome.stream, outcome.version)


def me_of(view: AccountView) -> Me:
    """A talent as they see themselves."""
    number, mobile = readable(view.document_number), readable(view.mobile)
    return Me(
        account_id=view.account_id,
        kind=ENTRANCE,
        name=readable(view.name),
        mobile=None if mobile is None else mask_mobile(mobile),
        account_name=readable(view.account_name),
        document_type=view.document_type,
        document_number=None if number is None else mask_number(number),
        verified=view.verified,
        registered_at=view.registered_at,
        listings=tuple(
            ListingOut(
                entry_id=x.entry_id,
                kind=x.kind,
                reason=readable(x.reason),
                barred_until=x.barred_until.isoformat(),
                lifted=x.lifted,
            )
            for x in view.listings
        ),
    )


def readable(value: str | Erased) -> str | None:
    """None for what was erased."""
    return None if isinstance(value, Erased) else value


@dataclass(frozen=True)
class TalentFinishers:
    """Finish registering a talent, and changing a talent's mobile; both may be repeated."""

    handler: CommandHandler
    reservations: Reservations
    credentials: CredentialKeeper
    slots: Slots

    def register(self, registrations: Registrations) -> None:
        registrations.finish_with(REGISTERING, self.talent)
        registrations.finish_with(CHANGING_MOBILE, self.mobile)

    async def talent(self, id: str, done: Completed, base: Metadata) -> Written | None:
        if isinstance(done.fact, Erased) or isinstance(done.password_hash, Erased):
            return await self._now(done.account)
        fact = TalentRegistered.model_validate_json(done.fact)
        await self.credentials.keep(done.account, done.password_hash, done.slots, base)
        outcome = await self.handler.handle(
            DECIDER, done.account, RegisterTalent(fact=fact), derived(base, "talent")
        )
        for slot in done.slots:
            await self.reservations.confirm(slot, holder=id, metadata=base)
        return Written(outcome.stream, outcome.version)

    async def mobile(self, id: str, done: Completed, base: Metadata) -> Written | None:
        """None if another change came first: then the new number is given back."""
        if isinstance(done.fact, Erased):
            return await self._now(done.account)
        fact = MobileChanged.model_validate_json(done.fact)
        if isinstance(fact.mobile, Erased) or isinstance(fact.previous, Erased):
            return await self._now(done.account)
        (new,) = done.slots
        old = self.slots.mobile(ENTRANCE, fact.previous)
        command = ChangeMobile(
            mobile=fact.mobile,
            previous=fact.previous,
            assisted_by=fact.assisted_by,
            at=fact.changed_at,
        )
        try:
            outcome = await self.handler.handle(
                DECIDER, done.account, command, derived(base, "mobile")
            )
        except DomainError:
            await self.reservations.release(new, by=id, metadata=base)
            return None
        await self.credentials.replace_slot(done.account, old, new, base)
        await self.reservations.confirm(new, holder=id, metadata=base)
        await self.reservations.release(old, by=done.account, metadata=base)
        return Written(outcome.stream, outcome.version)

    async def _now(self, account: str) -> Written:
        version = (await self.handler.load(DECIDER, account))[1]
        return Written(TALENT.stream(account), version)
