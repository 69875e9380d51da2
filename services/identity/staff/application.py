"""Staff accounts: what sign-in asks of them, how they are added, and how that is finished."""

from dataclasses import dataclass
from typing import Final

from services.identity.accounts import Admission, Me, PasswordChangeHow, Proof
from services.identity.credentials.application import CredentialKeeper
from services.identity.events import STAFF, StaffAdded
from services.identity.organisation.commands import RegisterOrganisation
from services.identity.organisation.decider import DECIDER as ORGANISATION_DECIDER
from services.identity.organisation.founding import OrganisationFounded
from services.identity.passwords import PasswordVault
from services.identity.registration.application import Registrations, Written, derived
from services.identity.registration.decider import Completed
from services.identity.reservation.application import Reservations
from services.identity.rules.documents import DocumentType
from services.identity.rules.names import account_key
from services.identity.slots import Slots
from services.identity.staff.commands import AddStaff, RecordStaffPasswordChange
from services.identity.staff.decider import DECIDER, Staff
from services.identity.staff.views import STAFF_ACCOUNTS
from services.identity.undertake import Undertaking, Wanted
from shared.domain.errors import FieldError
from shared.domain.masking import mask_mobile
from shared.events.model import Event, Metadata
from shared.events.personal import Erased, readable
from shared.ports.clock import Clock
from shared.runtime.command_handler import CommandHandler
from shared.runtime.views import Views

ADDING: Final = "staff"
FOUNDING: Final = "organisation"
ENTRANCES: Final = ("employer", "hotel", "developer", "government")


@dataclass(frozen=True)
class StaffAccounts:
    """The `AccountSource` of every entrance but the talents'."""

    handler: CommandHandler
    views: Views
    clock: Clock
    slots: Slots

    async def state(self, account_id: str) -> Staff:
        return (await self.handler.load(DECIDER, account_id))[0]

    async def admit(self, account_id: str) -> Admission | None:
        """An organisation's people have their roles only once it is approved."""
        staff = await self.state(account_id)
        if staff.added is None or staff.removed:
            return None
        added, approved = staff.added, await self._approved(staff.added.organisation_id)
        words = (added.account_name, added.name, staff.mobile)
        return Admission(
            account_id,
            roles=staff.roles if approved else frozenset(),
            desks=staff.desks if approved else frozenset(),
            person=added.person,
            organisation_id=added.organisation_id,
            mobile=staff.mobile if isinstance(staff.mobile, str) else None,
            own_words=tuple(w for w in words if isinstance(w, str)),
        )

    async def recognises(self, account_id: str, given: Proof) -> bool:
        """By the account name, and the document's number where one was given at the start."""
        added = (await self.state(account_id)).added
        if added is None or not isinstance(added.account_name, str) or given.account_name is None:
            return False
        if account_key(given.account_name) != account_key(added.account_name):
            return False
        number = given.document_number or ""
        hashes = {self.slots.document(kind, number) for kind in DocumentType}
        return added.person is None or added.person in hashes

    async def _approved(self, organisation_id: str | None) -> bool:
        if organisation_id is None:
            return True
        state, _ = await self.handler.load(ORGANISATION_DECIDER, organisation_id)
        return state.status == "approved"

    async def position(self, account_id: str, stream: str) -> int:
        return await self.views.of(STAFF_ACCOUNTS).position(stream)

    async def me(self, account_id: str) -> Me | None:
        row = await self.views.of(STAFF_ACCOUNTS).get(account_id)
        if row is None:
            return None
        mobile = readable(row.mobile)
        return Me(
            account_id=account_id,
            kind=row.entrance,
            name=readable(row.name),
            mobile=None if mobile is None else mask_mobile(mobile),
            account_name=readable(row.account_name),
            roles=row.roles,
            desks=row.desks,
            organisation_id=row.organisation_id,
            registered_at=row.added_at,
        )

    async def password_changed(
        self, account_id: str, how: PasswordChangeHow, metadata: Metadata
    ) -> Written:
        command = RecordStaffPasswordChange(how=how, at=self.clock.now())
        outcome = await self.handler.handle(DECIDER, account_id, command, metadata)
        return Written(outcome.stream, outcome.version)


@dataclass(frozen=True)
class StaffFinishers:
    """Finish adding somebody, and founding an organisation; both may be repeated."""

    handler: CommandHandler
    reservations: Reservations
    credentials: CredentialKeeper

    def register(self, registrations: Registrations) -> None:
        registrations.finish_with(ADDING, self.staff)
        registrations.finish_with(FOUNDING, self.organisation)

    async def staff(self, id: str, done: Completed, base: Metadata) -> Written | None:
        if isinstance(done.fact, Erased) or isinstance(done.password_hash, Erased):
            return await self._now(done.account)
        written = await self._add(StaffAdded.model_validate_json(done.fact), done, base)
        await self._confirm(id, done, base)
        return written

    async def organisation(self, id: str, done: Completed, base: Metadata) -> Written | None:
        if isinstance(done.fact, Erased) or isinstance(done.password_hash, Erased):
            return await self._now(done.account)
        fact = OrganisationFounded.model_validate_json(done.fact)
        await self._add(fact.administrator, done, base)
        outcome = await self.handler.handle(
            ORGANISATION_DECIDER,
            fact.organisation.organisation_id,
            RegisterOrganisation(fact=fact.organisation),
            derived(base, "organisation"),
        )
        await self._confirm(id, done, base)
        return Written(outcome.stream, outcome.version)

    async def _add(self, fact: StaffAdded, done: Completed, base: Metadata) -> Written:
        hashed = done.password_hash if isinstance(done.password_hash, str) else None
        await self.credentials.keep(done.account, hashed, done.slots, base)
        outcome = await self.handler.handle(
            DECIDER, done.account, AddStaff(fact=fact), derived(base, "staff")
        )
        return Written(outcome.stream, outcome.version)

    async def _confirm(self, id: str, done: Completed, base: Metadata) -> None:
        """Last: a confirmed slot says that everything before it is there."""
        for slot in done.slots:
            await self.reservations.confirm(slot, holder=id, metadata=base)

    async def _now(self, account: str) -> Written:
        return Written(STAFF.stream(account), (await self.handler.load(DECIDER, account))[1])


@dataclass(frozen=True)
class NewStaff:
    """Adds accounts: claims what must be unique, hashes the password, completes."""

    registrations: Registrations
    undertaking: Undertaking
    vault: PasswordVault
    slots: Slots

    async def add(self, fact: StaffAdded, password: str, metadata: Metadata) -> Written:
        """Raises DomainError `already-registered` with every taken field."""
        return await self._undertake(ADDING, fact, fact, (), password, metadata)

    async def found(self, fact: OrganisationFounded, password: str, metadata: Metadata) -> Written:
        """Raises as above."""
        code = Wanted(
            self.slots.code(fact.organisation.code),
            FieldError("/code", "taken", "该统一社会信用代码已注册"),
        )
        return await self._undertake(
            FOUNDING, fact, fact.administrator, (code,), password, metadata
        )

    async def _undertake(
        self,
        kind: str,
        fact: Event,
        staff: StaffAdded,
        first: tuple[Wanted, ...],
        password: str,
        metadata: Metadata,
    ) -> Written:
        account = staff.account_id
        wanted = (*first, *self._wanted(staff))
        await self.registrations.begin(account, kind, account, metadata)
        await self.undertaking.claim_all(account, account, wanted, metadata)
        return await self.registrations.complete(
            account,
            fact,
            metadata,
            slots=tuple(w.slot for w in wanted),
            password_hash=await self.vault.hash(password),
        )

    def _wanted(self, staff: StaffAdded) -> tuple[Wanted, Wanted]:
        mobile, name = str(staff.mobile), str(staff.account_name)
        return (
            Wanted(
                self.slots.mobile(staff.entrance, mobile),
                FieldError("/mobile", "taken", "该手机号码已在此入口注册"),
            ),
            Wanted(
                self.slots.account(staff.entrance, name),
                FieldError("/account_name", "taken", "该登录账号已被使用"),
            ),
        )
