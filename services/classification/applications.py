"""What a talent does with an application of their own, from a request to the recorded fact."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.classification.books import Books
from services.classification.commands import (
    AddAttachment,
    ChooseClass,
    SaveProfile,
    SubmitApplication,
)
from services.classification.deferral.commands import DeferralRequest
from services.classification.policies import plan_of
from services.classification.profile.forms import ProfileForm
from services.classification.rulebook import Rulebook
from services.classification.state import Application
from services.classification.talent_class.decider import DECIDER as TALENT_CLASSES
from services.identity.readings.people import People
from shared.casework.cases import alarm_stranded
from shared.casework.own import Done, Own
from shared.domain.review.reviewer import Reviewer
from shared.events.personal import Erased
from shared.http.caller import Caller
from shared.http.commands import CommandIds
from shared.http.uploads import Upload


@dataclass(frozen=True)
class Applications:
    own: Own[Application]
    people: People
    books: Books

    async def choose_class(
        self, id: str, row: str, honours: tuple[str, ...], caller: Caller, ids: CommandIds
    ) -> Done:
        application, now = await self.own.get(id, caller), self.own.clock.now()
        book = self.books.of(application, now)
        command = ChooseClass(row=row, honours=honours, book=book, at=now)
        return await self.own.run(id, command, caller, ids, book.policy.version)

    async def save_profile(
        self, id: str, form: ProfileForm, caller: Caller, ids: CommandIds, expected: int | None
    ) -> Done:
        application, now = await self.own.get(id, caller), self.own.clock.now()
        book, (profile, fields) = self.books.of(application, now), form.recorded()
        command = SaveProfile(profile=profile, fields=fields, book=book, at=now)
        return await self.own.run(id, command, caller, ids, book.policy.version, expected)

    async def add_attachment(
        self, id: str, upload: Upload, caller: Caller, ids: CommandIds
    ) -> tuple[str, Done]:
        """The attachment's id, and what was recorded."""
        application = await self.own.get(id, caller)
        book = self.books.of(application, self.own.clock.now())

        def adding(fields: dict[str, Any], upload: Upload, at: datetime) -> AddAttachment:
            return AddAttachment(**fields, book=book, at=at)

        return await self.own.add_attachment(
            id, upload, book.policy.files, adding, caller, ids, book.policy.version
        )

    async def submit(
        self,
        id: str,
        commitment_version: str | None,
        deferral: DeferralRequest | None,
        caller: Caller,
        ids: CommandIds,
    ) -> Done:
        application, now = await self.own.get(id, caller), self.own.clock.now()
        person = await self.people.person(caller.account_id)
        book = self.books.of(application, now)
        await self.own.require_no_infected(application)
        staff = await self._staff(application, book)
        command = SubmitApplication(
            commitment_version=commitment_version,
            deferral=deferral,
            owed=await self._owed(caller.account_id),
            staff=staff,
            barred_until=person.barred_until,
            book=book,
            at=now,
        )
        done = await self.own.run(id, command, caller, ids, book.policy.version)
        alarm_stranded(done, staff)
        return done

    async def _owed(self, talent_id: str) -> frozenset[str]:
        """What is outstanding for the class in force: it cannot be put off by applying again."""
        talent, _ = await self.own.handler.load(TALENT_CLASSES, talent_id)
        outstanding = talent.outstanding
        return frozenset() if outstanding is None else frozenset(outstanding.categories)

    async def _staff(self, application: Application, book: Rulebook) -> tuple[Reviewer, ...]:
        chosen, profile = application.chosen, application.profile
        if chosen is None or isinstance(profile, Erased) or profile.region is None:
            return ()
        if book.policy.plan_for(chosen.talent_class, profile.region) is None:
            return ()
        plan = plan_of(book.policy, chosen.talent_class, profile.region)
        return await self.people.staff_of(plan)
