"""Starting an application: the talent's own stream first, the application after it."""

from dataclasses import dataclass
from datetime import datetime

from services.classification.books import Books
from services.classification.commands import StartApplication
from services.classification.decider import DECIDER
from services.classification.events import (
    ApplicationEvent,
    ApplicationKind,
    ApplicationOpened,
    ApplicationStarted,
)
from services.classification.policies import require_not_barred
from services.classification.profile.model import Profile
from services.classification.state import ApplicationState
from services.classification.talent_class.commands import OpenApplication
from services.classification.talent_class.decider import DECIDER as TALENT_CLASSES
from services.classification.views import CASES
from services.identity.readings.people import People
from services.identity.readings.persons import PersonView
from shared.casework.settling import Settling
from shared.domain.calendar import shanghai_date
from shared.domain.errors import DomainError
from shared.events.model import Metadata
from shared.events.personal import Erased
from shared.http.caller import Caller
from shared.http.commands import CommandIds, derive_id
from shared.ports.view_store import Where
from shared.runtime.command_handler import CommandHandler, Outcome
from shared.runtime.views import Views

Started = Outcome[ApplicationState, ApplicationEvent]


@dataclass(frozen=True)
class Starting:
    handler: CommandHandler
    views: Views
    people: People
    books: Books
    settling: Settling

    async def start(
        self, caller: Caller, kind: ApplicationKind, now: datetime, ids: CommandIds
    ) -> tuple[str, Started]:
        """A new application, or the one that an interrupted request had opened: its id, and what
        was recorded. Raises DomainError."""
        person = await self.people.person(caller.account_id)
        require_not_barred(person.barred_until, shanghai_date(now))
        version = self.books.at(now).policy.version
        about = {"subject": caller.account_id, "policy_version": version}
        opened = await self._open(
            derive_id(ids.command_id(caller), "application"),
            kind, now, ids.metadata(caller, part="open", **about),
        )  # fmt: skip
        command = StartApplication(
            fact=self._fact(person, opened, version, now), profile=await self._profile(person)
        )
        metadata = ids.metadata(caller, **about)
        outcome = await self.handler.handle(DECIDER, opened.application_id, command, metadata)
        return opened.application_id, outcome

    async def _open(
        self, application_id: str, kind: ApplicationKind, now: datetime, metadata: Metadata
    ) -> ApplicationOpened:
        talent_id = metadata.subject or ""
        state, _ = await self.handler.load(TALENT_CLASSES, talent_id)
        before = state.open
        other = before is not None and before.application_id != application_id
        if (
            before is not None
            and other
            and not await self.settling.settle(talent_id, before.application_id, metadata)
        ):
            return before
        command = OpenApplication(application_id=application_id, kind=kind, at=now)
        outcome = await self.handler.handle(TALENT_CLASSES, talent_id, command, metadata)
        made = [e for e in outcome.events if isinstance(e, ApplicationOpened)]
        opened = made[0] if made else outcome.state.open
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
            kind=opened.kind,
            attempt=opened.attempt,
            name=person.name,
            document_type=person.document_type,
            document_number=person.document_number,
            birth_date=person.birth_date,
            sex=person.sex,
            asks_household=document is not None and document.asks_household,
            foreign=document is not None and document.foreign,
            policy_version=version,
            at=now,
        )

    async def _profile(self, person: PersonView) -> Profile:
        """What was filled in the last time, or what registration knows."""
        mine = Where("talent_id", person.talent_id)
        last = await self.views.of(CASES).first(mine, sort=("-attempt",))
        if last is not None and isinstance(last.profile, Profile):
            return last.profile
        known = {"mobile": person.mobile, "sex": person.sex, "birth_date": person.birth_date}
        return Profile(**{n: v for n, v in known.items() if not isinstance(v, Erased)})
