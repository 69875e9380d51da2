"""The reviewers' worklist and decisions over HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Response

from services.subsidy.answers import Written
from services.subsidy.case_answers import (
    CaseOut,
    CaseRow,
    ClassOut,
    DeskOut,
    case_out,
    case_row,
)
from services.subsidy.cases import Cases, Intending
from services.subsidy.events import APPLICATION
from services.subsidy.policies import class_fits, pointer_of
from services.subsidy.review_forms import Worklist
from services.subsidy.state import Application
from services.subsidy.views import CASES
from shared.domain.errors import DomainError
from shared.domain.review.application import Status
from shared.domain.review.intentions import Approve, Claim, HandOver, Reject, Release, Return
from shared.domain.review.rules import why_not
from shared.events.personal import readable
from shared.http.caller import Access, Caller
from shared.http.commands import CommandIds, Commanding
from shared.http.files import FILE, file_response
from shared.http.paging import Page, PageOf
from shared.http.review_forms import (
    AT_MY_DESK,
    ApproveForm,
    DeskForm,
    HandOverForm,
    RejectForm,
    ReturnForm,
)
from shared.http.versions import AtLeast, pending, stamp
from shared.ports.files import FileStore
from shared.ports.view_store import Find, Where

REVIEWERS: Final = Access(
    kinds=("government", "employer"),
    roles=("reviewer", "hr_bureau", "talent_office", "organisation_admin", "organisation_staff"),
)
AReviewer = Annotated[Caller, Depends(REVIEWERS)]
Id = Annotated[str, Path(max_length=64)]


@dataclass(frozen=True)
class ReviewApi:
    cases: Cases
    files: FileStore

    async def worklist(
        self,
        asked: Annotated[Worklist, Query()],
        page: Page,
        at_least: AtLeast,
        caller: AReviewer,
    ) -> PageOf[CaseRow] | Response:
        """Cases that wait at one's desks, a unit's or the authority's; with another `status`, those
        that passed them."""
        view = self.cases.views.of(CASES)
        if not await at_least.reached(view):
            return pending()
        reviewer = await self.cases.directory.reviewer(caller.account_id)
        where = _where(asked, caller, [str(desk) for desk in reviewer.desks])
        found = await view.find(Find(where, (asked.sort,), page.cursor, page.limit))
        return PageOf(items=[case_row(case) for _, case in found.items], next=found.next)

    async def get(
        self, id: Id, at_least: AtLeast, response: Response, caller: AReviewer
    ) -> CaseOut | Response:
        """One case with every step, internal ones too."""
        view = self.cases.views.of(CASES)
        if not await at_least.reached(view):
            return pending()
        application, case = await self.cases.seen(id, caller), await view.get(id)
        if case is None:
            return pending()
        stream = APPLICATION.stream(id)
        stamp(response, stream, await view.position(stream))
        desks = await self._desks(application, caller)
        return case_out(case, desks, await self._class_now(application))

    async def _class_now(self, application: Application) -> ClassOut:
        found = await self.cases.directory.in_force(application.started.talent_id)
        submitted = application.submitted
        if found is None or submitted is None:
            return ClassOut(talent_class=None, row=None, fits=False)
        policy = self.cases.books.pinned(submitted.policy_version).policy
        fits = class_fits(policy, submitted.scheme, submitted.channel, found.talent_class)
        return ClassOut(talent_class=found.talent_class, row=found.row, fits=fits)

    async def _desks(self, application: Application, caller: Caller) -> tuple[DeskOut, ...]:
        review = application.review
        if review is None:
            return ()
        reviewer = await self.cases.directory.reviewer(caller.account_id)
        return tuple(
            DeskOut(
                desk=desk.name,
                label=desk.label,
                mine=why_not(review, desk, reviewer) is None,
                claimed_by=claim.account_id if (claim := review.claims.get(desk.name)) else None,
            )
            for desk in review.undecided
        )

    async def file(self, id: Id, attachment_id: Id, caller: AReviewer) -> Response:
        """An attachment, to be shown in the browser."""
        application = await self.cases.seen(id, caller)
        attachment = application.attachments.get(attachment_id)
        if attachment is None:
            raise DomainError("attachment-not-found", status=404)
        name, media_type = readable(attachment.file_name), attachment.media_type
        return await file_response(self.files, attachment.file_key, name, media_type)

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
        to = await self.cases.directory.reviewer(form.to)
        return await self._do(
            id, form, lambda d, by, at: HandOver(desk=d, by=by, at=at, round=form.round, to=to),
            response, ids, caller,
        )  # fmt: skip

    async def approve(
        self, id: Id, form: ApproveForm, response: Response, ids: Commanding, caller: AReviewer
    ) -> Written:
        """The desk's yes; `words` are read by the talent."""
        said = {"round": form.round, "words": form.words}
        return await self._do(
            id, form, lambda d, by, at: Approve(desk=d, by=by, at=at, **said),
            response, ids, caller,
        )  # fmt: skip

    async def send_back(
        self, id: Id, form: ReturnForm, response: Response, ids: Commanding, caller: AReviewer
    ) -> Written:
        """Return for correction, naming what is wrong."""
        named = {
            "fields": tuple(dict.fromkeys(pointer_of(one) for one in form.fields)),
            "attachments": tuple(dict.fromkeys(form.attachments)),
            "words": form.words,
        }
        return await self._do(
            id, form, lambda d, by, at: Return(desk=d, by=by, at=at, round=form.round, **named),
            response, ids, caller,
        )  # fmt: skip

    async def reject(
        self, id: Id, form: RejectForm, response: Response, ids: Commanding, caller: AReviewer
    ) -> Written:
        """Reject for good, with a reason of the catalogue and words."""
        why = {"reason": form.reason, "words": form.words}
        return await self._do(
            id, form, lambda d, by, at: Reject(desk=d, by=by, at=at, round=form.round, **why),
            response, ids, caller,
        )  # fmt: skip

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


def reviews_router(api: ReviewApi) -> APIRouter:
    """Routes under `/api/subsidy/reviews`."""
    router = APIRouter(prefix="/api/subsidy/reviews", tags=["审核 / reviews"])
    add = router.add_api_route
    add("", api.worklist, methods=["GET"], response_model=PageOf[CaseRow])
    add("/{id}", api.get, methods=["GET"], response_model=CaseOut)
    add("/{id}/attachments/{attachment_id}", api.file, methods=["GET"], **FILE)
    add("/{id}/claim", api.claim, methods=["POST"])
    add("/{id}/release", api.release, methods=["POST"])
    add("/{id}/hand-over", api.hand_over, methods=["POST"])
    add("/{id}/approve", api.approve, methods=["POST"])
    add("/{id}/return", api.send_back, methods=["POST"])
    add("/{id}/reject", api.reject, methods=["POST"])
    return router


def _where(asked: Worklist, caller: Caller, desks: Sequence[str]) -> tuple[Where, ...]:
    waiting = asked.status is Status.IN_REVIEW
    where = [
        Where("status", asked.status.value),
        Where("waiting_for" if waiting else "desks", sorted(desks), "has"),
    ]
    if asked.claim == "mine":
        where.append(Where("claimed_by", caller.account_id, "has"))
    if asked.claim == "none":
        where.append(Where("claimed", value=False))
    given = ("overdue", "scheme", "channel")
    values = {name: getattr(asked, name) for name in given}
    where += [Where(name, value) for name, value in values.items() if value is not None]
    if caller.person is not None:
        # Nobody decides on their own case, so it is no work of theirs.
        where.append(Where("person", caller.person, "ne"))
    return tuple(where)
