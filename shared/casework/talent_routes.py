"""What a talent does with any application of their own over HTTP."""

from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from shared.casework.answers import AttachmentAddedOut, Written
from shared.casework.files import shown, shown_small
from shared.casework.forms import ObjectionForm
from shared.casework.library_answers import LibraryOut, library_out
from shared.casework.own import Done, Own
from shared.http.caller import TALENT, Caller
from shared.http.commands import CommandIds, Commanding
from shared.http.files import FILE
from shared.http.thumbnails import THUMBNAIL
from shared.http.uploads import Upload
from shared.http.versions import AtLeast, pending, stamp

ATalent = Annotated[Caller, Depends(TALENT)]
Id = Annotated[str, Path(max_length=64)]


class Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SubmitForm(Form):
    """Manual §3.3.5, §3.4.5: the commitment is ticked, and which text that was."""

    commitment: bool
    commitment_version: Annotated[str, Field(max_length=64)]

    @property
    def ticked(self) -> str | None:
        return self.commitment_version if self.commitment else None


class FromLibraryForm(Form):
    """Which file, by its content (SHA-256 in hex), and as what; `month` where a category asks."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    category: Annotated[str, Field(max_length=64)]
    month: Annotated[str, Field(max_length=7)] | None = None


class Attach(Protocol):
    """The context's way of adding a file to an application."""

    async def __call__(
        self, id: str, upload: Upload, caller: Caller, ids: CommandIds
    ) -> tuple[str, Done]: ...


@dataclass(frozen=True)
class TalentRoutes:
    own: Own[Any]
    attach: Attach

    async def preview(self, id: Id, attachment_id: Id, caller: ATalent) -> Response:
        """The file itself, to be shown in the browser."""
        attached = (await self.own.get(id, caller)).attachments.get(attachment_id)
        return await shown(self.own.files, self.own.scanning, attached)

    async def thumbnail(self, id: Id, attachment_id: Id, caller: ATalent) -> Response:
        """The file small: a picture, or a PDF's first page."""
        attached = (await self.own.get(id, caller)).attachments.get(attachment_id)
        return await shown_small(self.own.files, self.own.scanning, attached)

    async def documents(self, caller: ATalent, at_least: AtLeast) -> LibraryOut | Response:
        """What one has handed in anywhere, and where each file was used."""
        if not await at_least.reached(self.own.views.of(self.own.shelves)):
            return pending()
        library = await self.own.library(caller)
        hashes = {one.sha256 for shelf in library.shelves for one in shelf.files}
        return library_out(
            self.own.scanning.context, library, await self.own.scanning.verdicts(hashes)
        )

    async def from_library(
        self,
        id: Id,
        form: FromLibraryForm,
        response: Response,
        ids: Commanding,
        caller: ATalent,
    ) -> AttachmentAddedOut:
        """Attach a file of one's library; the other applications keep theirs as it is."""
        texts = {} if form.month is None else {"month": form.month}
        upload = await self.own.from_library(form.sha256, form.category, texts, caller)
        attachment_id, done = await self.attach(id, upload, caller, ids)
        stamped = written(id, done, response)
        return AttachmentAddedOut(**stamped.model_dump(), attachment_id=attachment_id)

    async def remove_attachment(
        self, id: Id, attachment_id: Id, response: Response, ids: Commanding, caller: ATalent
    ) -> Written:
        """Delete a file that was not submitted, or was returned."""
        done = await self.own.remove_attachment(id, attachment_id, caller, ids)
        return written(id, done, response)

    async def withdraw(
        self, id: Id, response: Response, ids: Commanding, caller: ATalent
    ) -> Written:
        """Withdraw it, until the last decision."""
        return written(id, await self.own.withdraw(id, caller, ids), response)

    async def object(
        self, id: Id, form: ObjectionForm, response: Response, ids: Commanding, caller: ATalent
    ) -> Written:
        """Object to its rejection: once, until the day that it says itself."""
        return written(id, await self.own.object(id, form.words, caller, ids), response)


def add_talent_routes(router: APIRouter, own: Own[Any], attach: Attach) -> None:
    """Routes under `/applications/{id}`, and the library."""
    routes, one = TalentRoutes(own, attach), "/applications/{id}"
    file = f"{one}/attachments/{{attachment_id}}"
    add = router.add_api_route
    add("/documents", routes.documents, methods=["GET"], response_model=LibraryOut)
    add(f"{one}/attachments/from-library", routes.from_library, methods=["POST"], status_code=201)
    add(f"{file}/thumbnail", routes.thumbnail, methods=["GET"], **THUMBNAIL)
    add(f"{one}/attachments/{{attachment_id}}", routes.preview, methods=["GET"], **FILE)
    add(f"{one}/attachments/{{attachment_id}}", routes.remove_attachment, methods=["DELETE"])
    add(f"{one}/withdraw", routes.withdraw, methods=["POST"])
    add(f"{one}/objection", routes.object, methods=["POST"], status_code=201)


def written(id: str, done: Done, response: Response) -> Written:
    return Written(application_id=id, version=stamp(response, done.stream, done.version))
