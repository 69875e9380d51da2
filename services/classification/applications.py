"""What a talent does with an application of their own, from a request to the recorded fact."""

from dataclasses import dataclass

from services.classification.books import Books
from services.classification.commands import (
    AddAttachment,
    ApplicationCommand,
    ChooseClass,
    RemoveAttachment,
    SaveProfile,
    SubmitApplication,
    WithdrawApplication,
)
from services.classification.decider import DECIDER
from services.classification.events import ApplicationEvent
from services.classification.policies import plan_of
from services.classification.profile.forms import ProfileForm
from services.classification.rulebook import Rulebook
from services.classification.state import Application, ApplicationState
from services.identity.readings.people import People
from shared.casework.files import key_of
from shared.domain.errors import DomainError
from shared.domain.review.reviewer import Party, Reviewer
from shared.events.personal import Erased
from shared.http.caller import Caller
from shared.http.commands import CommandIds, derive_id
from shared.http.files import checked, keep
from shared.http.uploads import Upload
from shared.ports.clock import Clock
from shared.ports.files import FileStore
from shared.ports.scanner import VirusScanner
from shared.runtime.command_handler import CommandHandler, Outcome

Done = Outcome[ApplicationState, ApplicationEvent]


@dataclass(frozen=True)
class Applications:
    """Somebody else's application is answered as one that does not exist."""

    handler: CommandHandler
    people: People
    books: Books
    files: FileStore
    scanner: VirusScanner
    clock: Clock

    async def own(self, id: str, caller: Caller) -> Application:
        """Raises DomainError (404)."""
        state, _ = await self.handler.load(DECIDER, id)
        if not isinstance(state, Application) or state.started.talent_id != caller.account_id:
            raise DomainError("application-not-found", status=404)
        return state

    async def choose_class(
        self, id: str, row: str, honours: tuple[str, ...], caller: Caller, ids: CommandIds
    ) -> Done:
        application, now = await self.own(id, caller), self.clock.now()
        book = self.books.of(application, now)
        command = ChooseClass(row=row, honours=honours, book=book, at=now)
        return await self._run(id, command, caller, ids, book)

    async def save_profile(
        self, id: str, form: ProfileForm, caller: Caller, ids: CommandIds, expected: int | None
    ) -> Done:
        application, now = await self.own(id, caller), self.clock.now()
        book, (profile, fields) = self.books.of(application, now), form.recorded()
        command = SaveProfile(profile=profile, fields=fields, book=book, at=now)
        return await self._run(id, command, caller, ids, book, expected)

    async def add_attachment(
        self, id: str, upload: Upload, caller: Caller, ids: CommandIds
    ) -> tuple[str, Done]:
        """The attachment's id, and what was recorded. The rules are asked before the file is kept,
        and it is kept before the fact is recorded."""
        application, now = await self.own(id, caller), self.clock.now()
        book = self.books.of(application, now)
        file = checked(upload.name, upload.data, book.policy.files)
        attachment_id = derive_id(ids.command_id(caller), "attachment")
        command = AddAttachment(
            attachment_id=attachment_id,
            category=upload.category,
            file_name=file.name,
            media_type=file.media_type,
            size=len(file.data),
            sha256=file.sha256,
            file_key=key_of("classification", caller.account_id, id, attachment_id),
            book=book,
            at=now,
        )
        DECIDER.decide(command, application)
        await keep(file, command.file_key, self.files, self.scanner)
        return attachment_id, await self._run(id, command, caller, ids, book)

    async def remove_attachment(
        self, id: str, attachment_id: str, caller: Caller, ids: CommandIds
    ) -> Done:
        application = await self.own(id, caller)
        if attachment_id not in application.attachments:
            raise DomainError("attachment-not-found", status=404)
        command = RemoveAttachment(attachment_id=attachment_id, at=self.clock.now())
        return await self._run(id, command, caller, ids)

    async def submit(
        self, id: str, commitment_version: str | None, caller: Caller, ids: CommandIds
    ) -> Done:
        application, now = await self.own(id, caller), self.clock.now()
        person = await self.people.person(caller.account_id)
        book = self.books.of(application, now)
        command = SubmitApplication(
            commitment_version=commitment_version,
            staff=await self._staff(application, book),
            barred_until=person.barred_until,
            book=book,
            at=now,
        )
        return await self._run(id, command, caller, ids, book)

    async def withdraw(self, id: str, caller: Caller, ids: CommandIds) -> Done:
        await self.own(id, caller)
        by = Party(account_id=caller.account_id, person=caller.person)
        return await self._run(id, WithdrawApplication(by=by, at=self.clock.now()), caller, ids)

    async def _staff(self, application: Application, book: Rulebook) -> tuple[Reviewer, ...]:
        chosen, profile = application.chosen, application.profile
        if chosen is None or isinstance(profile, Erased) or profile.region is None:
            return ()
        if book.policy.plan_for(chosen.talent_class, profile.region) is None:
            return ()
        plan = plan_of(book.policy, chosen.talent_class, profile.region)
        return await self.people.staff_of(plan)

    async def _run(
        self,
        id: str,
        command: ApplicationCommand,
        caller: Caller,
        ids: CommandIds,
        book: Rulebook | None = None,
        expected: int | None = None,
    ) -> Done:
        version = None if book is None else book.policy.version
        metadata = ids.metadata(caller, subject=caller.account_id, policy_version=version)
        return await self.handler.handle(DECIDER, id, command, metadata, expected_version=expected)
