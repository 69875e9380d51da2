"""What a talent does with an application of their own, from a request to the recorded fact."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.subsidy.books import Books
from services.subsidy.commands import (
    AddAttachment,
    ChooseChannel,
    SaveProfile,
    SubmitApplication,
)
from services.subsidy.people.directory import Directory
from services.subsidy.policies import plan_of
from services.subsidy.profile.forms import ProfileForm
from services.subsidy.profile.model import Unit
from services.subsidy.rulebook import Rulebook
from services.subsidy.state import Application
from services.subsidy.windows.decider import DECIDER as WINDOWS
from shared.casework.cases import alarm_stranded
from shared.casework.own import Done, Own
from shared.domain.errors import DomainError
from shared.domain.review.reviewer import Reviewer
from shared.events.personal import Erased
from shared.http.caller import Caller
from shared.http.commands import CommandIds
from shared.http.uploads import Upload


@dataclass(frozen=True)
class Applications:
    own: Own[Application]
    directory: Directory
    books: Books

    async def choose_channel(self, id: str, channel: str, caller: Caller, ids: CommandIds) -> Done:
        application, now = await self.own.get(id, caller), self.own.clock.now()
        book = self.books.of(application, now)
        command = ChooseChannel(channel=channel, book=book, at=now)
        return await self.own.run(id, command, caller, ids, book.policy.version)

    async def save_profile(
        self, id: str, form: ProfileForm, caller: Caller, ids: CommandIds, expected: int | None
    ) -> Done:
        application, now = await self.own.get(id, caller), self.own.clock.now()
        book, (profile, fields) = self.books.of(application, now), form.recorded()
        if isinstance(application.profile, Erased):
            raise DomainError("application-locked")
        units = await self.directory.units(application.profile, profile)
        command = SaveProfile(profile=profile, fields=fields, units=units, book=book, at=now)
        return await self.own.run(id, command, caller, ids, book.policy.version, expected)

    async def add_attachment(
        self, id: str, upload: Upload, caller: Caller, ids: CommandIds
    ) -> tuple[str, Done]:
        """The attachment's id, and what was recorded."""
        application = await self.own.get(id, caller)
        book = self.books.of(application, self.own.clock.now())

        def adding(fields: dict[str, Any], upload: Upload, at: datetime) -> AddAttachment:
            return AddAttachment(**fields, book=book, at=at, month=upload.texts.get("month"))

        return await self.own.add_attachment(
            id, upload, book.policy.files, adding, caller, ids, book.policy.version
        )

    async def submit(
        self, id: str, commitment_version: str | None, caller: Caller, ids: CommandIds
    ) -> Done:
        application, now = await self.own.get(id, caller), self.own.clock.now()
        person = await self.directory.person(caller.account_id)
        book = self.books.of(application, now)
        await self.own.require_no_infected(application)
        staff = await self._staff(application, book)
        command = SubmitApplication(
            commitment_version=commitment_version,
            staff=staff,
            units=await self._units(application),
            barred_until=person.barred_until,
            windows=(await self.own.handler.load(WINDOWS, application.started.scheme))[0],
            book=book,
            at=now,
        )
        done = await self.own.run(id, command, caller, ids, book.policy.version)
        alarm_stranded(done, staff)
        return done

    async def _units(self, application: Application) -> tuple[Unit, ...]:
        profile = application.profile
        return () if isinstance(profile, Erased) else await self.directory.units(profile)

    async def _staff(self, application: Application, book: Rulebook) -> tuple[Reviewer, ...]:
        channel, profile = application.channel, application.profile
        if channel is None or isinstance(profile, Erased):
            return ()
        plan = plan_of(book.policy, channel.channel, profile.units)
        return await self.directory.staff_of(plan)
