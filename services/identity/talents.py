"""Talents' accounts: what sign-in asks of them, and how their undertakings are finished."""

from dataclasses import dataclass
from typing import Final

from services.identity.accounts import Admission, ListingOut, Me, PasswordChangeHow, Proof
from services.identity.commands import RecordPasswordChange, RegisterTalent
from services.identity.credentials.application import CredentialKeeper
from services.identity.decider import DECIDER
from services.identity.events import TALENT, TalentRegistered
from services.identity.registration.application import Registrations, Written, derived
from services.identity.registration.decider import Completed
from services.identity.reservation.application import Reservations
from services.identity.rules.documents import DocumentType
from services.identity.slots import Slots
from services.identity.states import Talent, TalentState
from services.identity.views import ACCOUNT, AccountView
from shared.domain.masking import mask_mobile, mask_number
from shared.events.model import Metadata
from shared.events.personal import Erased, readable
from shared.ports.clock import Clock
from shared.runtime.command_handler import CommandHandler
from shared.runtime.views import Views

ENTRANCE: Final = "talent"
REGISTERING: Final = "talent"


@dataclass(frozen=True)
class TalentAccounts:
    """The `AccountSource` of the entrance `talent`."""

    handler: CommandHandler
    views: Views
    clock: Clock
    slots: Slots

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

    async def recognises(self, account_id: str, given: Proof) -> bool:
        """By the number of the present document."""
        state = await self.state(account_id)
        if not isinstance(state, Talent) or given.document_number is None:
            return False
        kind = DocumentType(state.held.type)
        return self.slots.document(kind, given.document_number) == state.held.document

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


@dataclass(frozen=True)
class TalentFinishers:
    """Finish registering a talent; may be repeated."""

    handler: CommandHandler
    reservations: Reservations
    credentials: CredentialKeeper

    def register(self, registrations: Registrations) -> None:
        registrations.finish_with(REGISTERING, self.talent)

    async def talent(self, id: str, done: Completed, base: Metadata) -> Written | None:
        if isinstance(done.fact, Erased) or isinstance(done.password_hash, Erased):
            # An erased talent was registered, so nothing is left to do.
            return await self._now(done.account)
        fact = TalentRegistered.model_validate_json(done.fact)
        await self.credentials.keep(done.account, done.password_hash, done.slots, base)
        outcome = await self.handler.handle(
            DECIDER, done.account, RegisterTalent(fact=fact), derived(base, "talent")
        )
        for slot in done.slots:
            await self.reservations.confirm(slot, holder=id, metadata=base)
        return Written(outcome.stream, outcome.version)

    async def _now(self, account: str) -> Written:
        version = (await self.handler.load(DECIDER, account))[1]
        return Written(TALENT.stream(account), version)
