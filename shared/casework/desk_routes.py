"""What reviewers do with a case over HTTP: the same routes in every context."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import APIRouter, Depends, Path, Response

from shared.casework.answers import Written
from shared.casework.cases import Cases, Intending
from shared.casework.files import all_as_one, shown, shown_small
from shared.casework.forms import (
    AT_MY_DESK,
    ApproveForm,
    DeskForm,
    HandOverForm,
    ObjectionForm,
    RejectForm,
    ReturnForm,
)
from shared.casework.scanning import Scanning
from shared.casework.state import Standing
from shared.domain.review.intentions import (
    Approve,
    Claim,
    DecideObjection,
    HandOver,
    Reject,
    Release,
    Return,
)
from shared.http.archives import ARCHIVE
from shared.http.caller import SIGNED_IN, Access, Caller
from shared.http.commands import CommandIds, Commanding
from shared.http.files import FILE
from shared.http.thumbnails import THUMBNAIL
from shared.http.versions import stamp
from shared.ports.files import FileStore

A = TypeVar("A", bound=Standing)

AReviewer = Annotated[Caller, Depends(SIGNED_IN)]
"""The router says which of those who are signed in."""
Id = Annotated[str, Path(max_length=64)]


@dataclass(frozen=True)
class DeskRoutes(Generic[A]):
    """`pointer_of` makes of a field's name, as reviewers send it, its place in the application."""

    cases: Cases[A]
    files: FileStore
    scanning: Scanning
    pointer_of: Callable[[str], str]

    async def file(self, id: Id, attachment_id: Id, caller: AReviewer) -> Response:
        """An attachment, to be shown in the browser."""
        attached = (await self.cases.seen(id, caller)).attachments.get(attachment_id)
        return await shown(self.files, self.scanning, attached)

    async def thumbnail(self, id: Id, attachment_id: Id, caller: AReviewer) -> Response:
        """An attachment small: a picture, or a PDF's first page."""
        attached = (await self.cases.seen(id, caller)).attachments.get(attachment_id)
        return await shown_small(self.files, self.scanning, attached)

    async def all_files(self, id: Id, caller: AReviewer) -> Response:
        """All attachments as one ZIP, a folder a category."""
        attached = (await self.cases.seen(id, caller)).attachments.values()
        return await all_as_one(self.files, self.scanning, attached, id)

    async def claim(
        self, id: Id, response: Response, ids: Commanding, caller: AReviewer,
        form: DeskForm = AT_MY_DESK,
    ) -> Written:  # fmt: skip
        """Take the case of one's desk."""
        return await self._do(
            id, form, lambda d, by, at: Claim(desk=d, by=by, at=at, round=form.round),
            response, ids, caller,
        )  # fmt: skip

    async def release(
        self, id: Id, response: Response, ids: Commanding, caller: AReviewer,
        form: DeskForm = AT_MY_DESK,
    ) -> Written:  # fmt: skip
        """Give it back to the desk."""
        return await self._do(
            id, form, lambda d, by, at: Release(desk=d, by=by, at=at, round=form.round),
            response, ids, caller,
        )  # fmt: skip

    async def hand_over(
        self, id: Id, form: HandOverForm, response: Response, ids: Commanding, caller: AReviewer
    ) -> Written:
        """Give it to a colleague who may decide at the desk."""
        to = await self.cases.colleagues.reviewer(form.to)
        return await self._do(
            id, form, lambda d, by, at: HandOver(desk=d, by=by, at=at, round=form.round, to=to),
            response, ids, caller,
        )  # fmt: skip

    async def approve(
        self, id: Id, form: ApproveForm, response: Response, ids: Commanding, caller: AReviewer
    ) -> Written:
        """The desk's yes; `words` are read by the talent."""
        return await self._do(id, form, self.approval(form), response, ids, caller)

    async def send_back(
        self, id: Id, form: ReturnForm, response: Response, ids: Commanding, caller: AReviewer
    ) -> Written:
        """Return for correction, naming what is wrong."""
        return await self._do(id, form, self.return_of(form), response, ids, caller)

    async def reject(
        self, id: Id, form: RejectForm, response: Response, ids: Commanding, caller: AReviewer
    ) -> Written:
        """Reject for good, with a reason of the catalogue and words."""
        return await self._do(id, form, self.rejection(form), response, ids, caller)

    async def uphold(
        self, id: Id, form: ObjectionForm, response: Response, ids: Commanding, caller: AReviewer
    ) -> Written:
        """The talent's objection is right: they may correct everything and hand it in again."""
        return await self._answer(id, form, response, ids, caller, upheld=True)

    async def dismiss(
        self, id: Id, form: ObjectionForm, response: Response, ids: Commanding, caller: AReviewer
    ) -> Written:
        """The rejection stands; the talent can apply again."""
        return await self._answer(id, form, response, ids, caller, upheld=False)

    async def _answer(
        self, id: str, form: ObjectionForm, response: Response, ids: CommandIds, caller: Caller,
        *, upheld: bool,
    ) -> Written:  # fmt: skip
        return await self._do(
            id, AT_MY_DESK,
            lambda _, by, at: DecideObjection(by=by, at=at, upheld=upheld, words=form.words),
            response, ids, caller,
        )  # fmt: skip

    def approval(self, form: ApproveForm) -> Intending:
        said = {"round": form.round, "words": form.words}
        return lambda desk, by, at: Approve(desk=desk, by=by, at=at, **said)

    def return_of(self, form: ReturnForm) -> Intending:
        named: Mapping[str, tuple[str, ...]] = {
            "fields": tuple(dict.fromkeys(self.pointer_of(one) for one in form.fields)),
            "attachments": tuple(dict.fromkeys(form.attachments)),
        }
        said = {"round": form.round, "words": form.words, **named}
        return lambda desk, by, at: Return(desk=desk, by=by, at=at, **said)

    def rejection(self, form: RejectForm) -> Intending:
        said = {"round": form.round, "reason": form.reason, "words": form.words}
        return lambda desk, by, at: Reject(desk=desk, by=by, at=at, **said)

    async def _do(
        self,
        id: str,
        form: DeskForm,
        intending: Intending,
        response: Response,
        ids: CommandIds,
        caller: Caller,
    ) -> Written:
        done = await self.cases.review(id, form.desk, intending, caller, ids)
        return Written(application_id=id, version=stamp(response, done.stream, done.version))


def desk_router(routes: DeskRoutes[A], prefix: str, reviewers: Access) -> APIRouter:
    """Routes under `<prefix>/{id}`, for whom `reviewers` admits."""
    router = APIRouter(
        prefix=prefix, tags=["审核 / reviews"], dependencies=[Depends(reviewers)]
    )  # fmt: skip
    add = router.add_api_route
    add("/{id}/attachments.zip", routes.all_files, methods=["GET"], **ARCHIVE)
    add(
        "/{id}/attachments/{attachment_id}/thumbnail",
        routes.thumbnail,
        methods=["GET"],
        **THUMBNAIL,
    )
    add("/{id}/attachments/{attachment_id}", routes.file, methods=["GET"], **FILE)
    add("/{id}/claim", routes.claim, methods=["POST"])
    add("/{id}/release", routes.release, methods=["POST"])
    add("/{id}/hand-over", routes.hand_over, methods=["POST"])
    add("/{id}/approve", routes.approve, methods=["POST"])
    add("/{id}/return", routes.send_back, methods=["POST"])
    add("/{id}/reject", routes.reject, methods=["POST"])
    add("/{id}/objection/uphold", routes.uphold, methods=["POST"])
    add("/{id}/objection/dismiss", routes.dismiss, methods=["POST"])
    return router
