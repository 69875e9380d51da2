"""Starting an application: the talent's own stream first, the application after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.identity.readings.persons import PersonView
from services.subsidy.books import Books
from services.subsidy.commands import StartApplication
from services.subsidy.decider import DECIDER
from services.subsidy.editing import invalid
from services.subsidy.entitlements.commands import OpenApplication
from services.subsidy.entitlements.decider import DECIDER as ENTITLEMENTS
from services.subsidy.events import (
    ApplicationEvent,
    ApplicationOpened,
    ApplicationStarted,
    Source,
)
from services.subsidy.people.directory import Directory
from services.subsidy.policies import (
    channel_faults,
    contract_faults,
    require_class_first,
    require_not_barred,
    require_open,
)
from services.subsidy.profile.model import Profile
from services.subsidy.rulebook import Rulebook
from services.subsidy.state import ApplicationState
from services.subsidy.views import CASES
from services.subsidy.windows.decider import DECIDER as WINDOWS
from shared.casework.settling import Settling
from shared.domain.calendar import shanghai_date
from shared.domain.errors import DomainError, FieldError
from shared.events.model import Metadata
from shared.events.personal import Erased
from shared.http.caller import Caller
from shared.http.commands import CommandIds, derive_id
from shared.policy.subsidy import SchemeCode, SchemePolicy
from shared.ports.view_store import Where
from shared.runtime.command_handler import CommandHandler, Outcome
from shared.runtime.views import Views

Started = Outcome[ApplicationState, ApplicationEvent]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, and what decides which allowance that is (§3.4.1, §3.4.2)."""

    scheme: SchemeCode
    channel: str
    first_contract: date


@dataclass(frozen=True)
class Starting:
    handler: CommandHandler
    views: Views
    directory: Directory
    books: Books
    settling: Settling

    async def start(
        self, caller: Caller, asked: Asked, now: datetime, ids: CommandIds
    ) -> tuple[str, Started]:
        """A new application, or the one that an interrupted request had opened: its id, and what
        was recorded. Raises DomainError."""
        person = await self.directory.person(caller.account_id)
        today, book = shanghai_date(now), self.books.at(now)
        require_not_barred(person.barred_until, today)
        scheme = _fitting(book, asked, today)
        windows, _ = await self.handler.load(WINDOWS, scheme.code)
        window = require_open(scheme, windows, now)
        in_force = await self.directory.in_force(caller.account_id)
        require_class_first(scheme, None if in_force is None else in_force.talent_class)
        version = book.policy.version
        about = {"subject": caller.account_id, "policy_version": version}
        command = OpenApplication(
            application_id=derive_id(ids.command_id(caller), "application"),
            scheme=asked.scheme, window=window, granted=scheme.granted, at=now,
        )  # fmt: skip
        opened = await self._open(command, ids.metadata(caller, part="open", **about))
        profile, sources = await self._profile(person, asked.first_contract)
        start = StartApplication(
            fact=self._fact(person, opened, version, now),
            channel=asked.channel,
            profile=profile,
            sources=sources,
            book=book,
        )
        metadata = ids.metadata(caller, **about)
        outcome = await self.handler.handle(DECIDER, opened.application_id, start, metadata)
        return opened.application_id, outcome

    async def _open(self, command: OpenApplication, metadata: Metadata) -> ApplicationOpened:
        talent_id, scheme = metadata.subject or "", command.scheme
        state, _ = await self.handler.load(ENTITLEMENTS, talent_id)
        before = state.open.get(scheme)
        if (
            before is not None
            and before.application_id != command.application_id
            and not await self.settling.settle(talent_id, before.application_id, metadata)
        ):
            return before
        outcome = await self.handler.handle(ENTITLEMENTS, talent_id, command, metadata)
        made = [e for e in outcome.events if isinstance(e, ApplicationOpened)]
        opened = made[0] if made else outcome.state.open.get(scheme)
        if opened is None:
            raise DomainError("application-not-found", status=404)
        return opened

    def _fact(
        self, person: PersonView, opened: ApplicationOpened, version: str, now: datetime
    ) -> ApplicationStarted:
        document = self.books.document(person.document_type, now)
        return ApplicationStarted(
            talent_id=person.talent_id,
            person=person.person,
            scheme=opened.scheme,
            window=opened.window,
            attempt=opened.attempt,
            name=person.name,
            document_type=person.document_type,
            document_number=person.document_number,
            birth_date=person.birth_date,
            sex=person.sex,
            asks_household=document is not None and document.asks_household,
            policy_version=version,
            at=now,
        )

    async def _profile(
        self, person: PersonView, first_contract: date
    ) -> tuple[Profile, dict[str, Source]]:
        """What was filled in the last time, or what registration and classification know; and
        where each field is from."""
        mine = Where("talent_id", person.talent_id)
        last = await self.views.of(CASES).first(mine, sort=("-started_at",))
        if last is not None and isinstance(last.profile, Profile):
            before = Profile(**{**dict(last.profile), "first_contract": first_contract})
            return before, _from(last.profile.model_dump(exclude_none=True), "earlier-application")
        registered = {"mobile": person.mobile, "sex": person.sex, "birth_date": person.birth_date}
        known = {n: v for n, v in registered.items() if not isinstance(v, Erased)}
        said = dict(await self.directory.known(person.talent_id))
        sources = _from(said, "classification") | _from(known, "registration")
        return Profile(**said | known, first_contract=first_contract), sources


def _from(values: Mapping[str, object], source: Source) -> dict[str, Source]:
    """What is there, but for what is asked at the start."""
    there = (name for name, value in values.items() if value is not None)
    return {name: source for name in there if name != "first_contract"}


def _fitting(book: Rulebook, asked: Asked, today: date) -> SchemePolicy:
    """The scheme; refuses with everything that does not fit it at once."""
    scheme = book.policy.scheme(asked.scheme)
    if scheme is None:
        raise invalid([FieldError("/scheme", "unknown-scheme", "请从列表中选择补贴类型。")])
    wrong = contract_faults(book.policy, scheme, asked.first_contract)
    if asked.first_contract > today:
        message = "签订时间不能晚于今天。"
        wrong = [FieldError("/first_contract", "date-in-future", message)]
    wrong += channel_faults(book.policy, scheme, asked.channel)
    if wrong:
        raise invalid(wrong)
    return scheme
