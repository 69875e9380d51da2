"""What a talent does with an application of their own, from a request to the recorded fact."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel

from shared.casework.cases import Commanding
from shared.casework.commands import RemoveAttachment, WithdrawApplication
from shared.casework.files import key_of
from shared.casework.library import Library, found
from shared.casework.scanning import Scanning
from shared.casework.state import Standing
from shared.domain.decider import Decider
from shared.domain.errors import DomainError, FieldError
from shared.domain.review.intentions import RaiseObjection
from shared.domain.review.refusals import OBJECTED_ALREADY
from shared.domain.review.reviewer import Party
from shared.events.personal import readable
from shared.http.caller import Caller
from shared.http.commands import CommandIds, derive_id
from shared.http.files import checked
from shared.http.uploads import Upload
from shared.policy.classification import AttachmentFilesPolicy
from shared.ports.clock import Clock
from shared.ports.files import FileStore
from shared.runtime.command_handler import CommandHandler, Outcome
from shared.runtime.projection import Projection
from shared.runtime.views import Views

A = TypeVar("A", bound=Standing)
A_contra = TypeVar("A_contra", bound=Standing, contravariant=True)

Done = Outcome[Any, Any]
Adding = Callable[[dict[str, Any], Upload, datetime], BaseModel]
"""Makes the context's `AddAttachment` of its common fields, what was sent, and the time."""


class Reopening(Protocol[A_contra]):
    """The decider of the talent's own stream, and the command by which an application that is over
    is open there again."""

    @property
    def decider(self) -> Decider[Any, Any, Any]: ...

    def command(self, id: str, application: A_contra, at: datetime) -> BaseModel: ...


@dataclass(frozen=True)
class Own(Generic[A]):
    """Somebody else's application is answered as one that does not exist. `application` is the
    class of the decider's state once there is an application."""

    decider: Decider[Any, Any, Any]
    application: type[A]
    handler: CommandHandler
    files: FileStore
    scanning: Scanning
    shelves: Projection[Any, Library]
    commanding: Commanding[A]
    reopening: Reopening[A]
    views: Views
    clock: Clock

    async def get(self, id: str, caller: Caller) -> A:
        """Raises DomainError (404)."""
        state, _ = await self.handler.load(self.decider, id)
        if not isinstance(state, self.application) or state.talent_id != caller.account_id:
            raise DomainError("application-not-found", status=404)
        return state

    async def run(
        self,
        id: str,
        command: BaseModel,
        caller: Caller,
        ids: CommandIds,
        policy_version: str | None = None,
        expected: int | None = None,
    ) -> Done:
        metadata = ids.metadata(caller, subject=caller.account_id, policy_version=policy_version)
        return await self.handler.handle(
            self.decider, id, command, metadata, expected_version=expected
        )

    async def add_attachment(
        self,
        id: str,
        upload: Upload,
        limits: AttachmentFilesPolicy,
        adding: Adding,
        caller: Caller,
        ids: CommandIds,
        policy_version: str,
    ) -> tuple[str, Done]:
        """The attachment's id, and what was recorded. The rules are asked before the file is kept,
        and it is kept before the fact is recorded."""
        application, now = await self.get(id, caller), self.clock.now()
        file = checked(upload.name, upload.data, limits)
        attachment_id = derive_id(ids.command_id(caller), "attachment")
        context = self.decider.category.context
        fields: dict[str, Any] = {
            "attachment_id": attachment_id,
            "category": upload.category,
            "file_name": file.name,
            "media_type": file.media_type,
            "size": len(file.data),
            "sha256": file.sha256,
            "file_key": key_of(context, caller.account_id, id, attachment_id),
        }
        command = adding(fields, upload, now)
        self.decider.decide(command, application)
        await self.scanning.keep(file, fields["file_key"])
        return attachment_id, await self.run(id, command, caller, ids, policy_version)

    async def library(self, caller: Caller) -> Library:
        """What the caller has handed in anywhere, as long as it is kept."""
        return await self.views.of(self.shelves).get(caller.account_id) or Library(shelves=())

    async def from_library(
        self, sha256: str, category: str, texts: Mapping[str, str], caller: Caller
    ) -> Upload:
        """A file of one's library as if it were uploaded again. Raises DomainError (404)."""
        held = found(await self.library(caller), sha256)
        if held is None:
            raise DomainError("attachment-not-found", status=404)
        await self.scanning.require_not_infected(sha256)
        try:
            data = await self.files.get(held.file_key)
        except FileNotFoundError:
            raise DomainError("attachment-not-found", status=404) from None
        return Upload(category, readable(held.file_name) or category, data, texts)

    async def require_no_infected(self, application: A) -> None:
        """Raises DomainError naming every category with a file in which something was found."""
        there = application.attachments.values()
        verdicts = await self.scanning.verdicts(one.sha256 for one in there)
        bad = sorted({one.category for one in there if verdicts[one.sha256] == "infected"})
        if bad:
            message = "文件未通过安全检查，请删除后重新上传。"
            faults = tuple(FieldError(f"/attachments/{c}", "file-infected", message) for c in bad)
            raise DomainError("invalid-fields", status=422, fields=faults)

    async def remove_attachment(
        self, id: str, attachment_id: str, caller: Caller, ids: CommandIds
    ) -> Done:
        application = await self.get(id, caller)
        if attachment_id not in application.attachments:
            raise DomainError("attachment-not-found", status=404)
        command = RemoveAttachment(attachment_id=attachment_id, at=self.clock.now())
        return await self.run(id, command, caller, ids)

    async def withdraw(self, id: str, caller: Caller, ids: CommandIds) -> Done:
        await self.get(id, caller)
        by = Party(account_id=caller.account_id, person=caller.person)
        return await self.run(id, WithdrawApplication(by=by, at=self.clock.now()), caller, ids)

    async def object(self, id: str, words: str, caller: Caller, ids: CommandIds) -> Done:
        """Object to its rejection. It is open again while that is undecided: the talent's own
        stream says so first. Raises DomainError."""
        application, now = await self.get(id, caller), self.clock.now()
        by = Party(account_id=caller.account_id, person=caller.person)
        intention = RaiseObjection(by=by, words=words, at=now)
        command = await self.commanding(application, intention, ())
        try:
            self.decider.decide(command, application)
        except DomainError as refused:
            # The same request again is answered as it was the first time.
            if refused.code != OBJECTED_ALREADY:
                raise
        else:
            opening = self.reopening.command(id, application, now)
            about = ids.metadata(caller, subject=caller.account_id, part="reopen")
            await self.handler.handle(self.reopening.decider, caller.account_id, opening, about)
        return await self.run(id, command, caller, ids, application.policy_version)
