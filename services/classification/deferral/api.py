"""Deferrals over HTTP: the talent hands in what was missing, desks decide."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.classification.books import Books
from services.classification.case_answers import CaseRow, case_row
from services.classification.deferral.commands import (
    AcceptSupplement,
    DeclineDeferral,
    DeferralCommand,
    ExtendDeferral,
    GrantDeferral,
    ReturnSupplement,
)
from services.classification.deferral.forms import (
    ACCEPTED,
    AcceptForm,
    DeclineForm,
    ExtendForm,
    GrantForm,
    ReturnSupplementForm,
    Work,
)
from services.classification.deferral.work import DeferralDesk, Making, Supplementing
from services.classification.rulebook import Rulebook
from services.classification.state import Application
from services.classification.views import CASES, CaseView
from shared.casework.answers import Written
from shared.casework.desk_routes import AReviewer, Id
from shared.casework.office import Office
from shared.casework.talent_routes import ATalent, written
from shared.domain.review.picking import desk_of
from shared.domain.review.reviewer import Reviewer
from shared.http.caller import Access, Caller
from shared.http.commands import CommandIds, Commanding
from shared.http.paging import Page, PageOf
from shared.http.versions import AtLeast, pending, stamp
from shared.ports.view_store import Find, Where
from shared.runtime.views import Views


@dataclass(frozen=True)
class DeferralApi:
    supplementing: Supplementing
    desk: DeferralDesk
    views: Views

    @classmethod
    def over(cls, office: Office[Application, CaseView], books: Books) -> "DeferralApi":
        """Over what casework has put together."""
        supplementing = Supplementing(office.own, books)
        return cls(supplementing, DeferralDesk(office.cases, books), office.daily.views)

    async def hand_in(
        self, id: Id, response: Response, ids: Commanding, caller: ATalent
    ) -> Written:
        """Hand in what is outstanding, once every category has a file."""
        return written(id, await self.supplementing.hand_in(id, caller, ids), response)

    async def worklist(
        self,
        page: Page,
        at_least: AtLeast,
        caller: AReviewer,
        work: Annotated[Work, Query()] = "handed-in",
    ) -> PageOf[CaseRow] | Response:
        """Deferrals at one's desks: supplements to review, the one that is late first; with `work`
        those that are open, or requests to decide on."""
        view = self.views.of(CASES)
        if not await at_least.reached(view):
            return pending()
        reviewer = await self.desk.cases.colleagues.reviewer(caller.account_id)
        mine = sorted(str(desk) for desk in reviewer.desks)
        field, sort = _SORTED[work]
        where = [Where("deferral_standing", work), Where(field, mine, "has")]
        if caller.person is not None:
            where.append(Where("person", caller.person, "ne"))
        found = await view.find(Find(tuple(where), (sort,), page.cursor, page.limit))
        return PageOf(items=[case_row(case) for _, case in found.items], next=found.next)

    async def grant(
        self, id: Id, form: GrantForm, response: Response, ids: Commanding, caller: AReviewer
    ) -> Written:
        """Let review go on without what is missing; it is no approval."""

        def making(
            case: Application, by: Reviewer, book: Rulebook, at: datetime
        ) -> DeferralCommand:
            asked = case.deferral
            return GrantDeferral(
                desk=form.desk or _desk(case, by),
                by=by,
                round=form.round,
                categories=(() if asked is None else asked.categories)
                if form.categories is None
                else form.categories,
                days=(0 if asked is None else asked.days) if form.days is None else form.days,
                words=form.words,
                book=book,
                at=at,
            )

        return await self._do(id, making, response, ids, caller)

    async def decline(
        self, id: Id, form: DeclineForm, response: Response, ids: Commanding, caller: AReviewer
    ) -> Written:
        """Refuse it: the application is returned for what is missing."""

        def making(
            case: Application, by: Reviewer, book: Rulebook, at: datetime
        ) -> DeferralCommand:
            desk = form.desk or _desk(case, by)
            said = {"round": form.round, "words": form.words}
            return DeclineDeferral(desk=desk, by=by, book=book, at=at, **said)

        return await self._do(id, making, response, ids, caller)

    async def extend(
        self, id: Id, form: ExtendForm, response: Response, ids: Commanding, caller: AReviewer
    ) -> Written:
        """Give more time, and say why."""
        return await self._do(
            id,
            lambda _, by, book, at: ExtendDeferral(
                by=by, last_day=form.last_day, words=form.words, book=book, at=at
            ),
            response,
            ids,
            caller,
        )

    async def accept(
        self, id: Id, response: Response, ids: Commanding, caller: AReviewer,
        form: AcceptForm = ACCEPTED,
    ) -> Written:  # fmt: skip
        """Accept what was handed in: the deferral is lifted."""
        return await self._do(
            id,
            lambda _, by, book, at: AcceptSupplement(by=by, words=form.words, at=at),
            response,
            ids,
            caller,
        )

    async def send_back(
        self,
        id: Id,
        form: ReturnSupplementForm,
        response: Response,
        ids: Commanding,
        caller: AReviewer,
    ) -> Written:
        """Return what was handed in, naming what is wrong; the clock runs on."""
        return await self._do(
            id,
            lambda _, by, book, at: ReturnSupplement(
                by=by, faulty=form.categories, words=form.words, book=book, at=at
            ),
            response,
            ids,
            caller,
        )

    async def _do(
        self, id: str, making: Making, response: Response, ids: CommandIds, caller: Caller
    ) -> Written:
        done = await self.desk.carry_out(id, making, caller, ids)
        return Written(application_id=id, version=stamp(response, done.stream, done.version))


_SORTED: dict[Work, tuple[str, str]] = {
    "asked": ("waiting_for", "due"),
    "open": ("supplement_desks", "deferral_due"),
    "handed-in": ("supplement_desks", "supplement_due"),
}


def _desk(case: Application, by: Reviewer) -> str:
    return "" if case.review is None else desk_of(case.review, by)


def deferral_router(api: DeferralApi, reviewers: Access) -> APIRouter:
    """Routes under `/api/classification`, before those of a case: `/reviews/supplements` is none.
    `reviewers` says who may decide."""
    router = APIRouter(prefix="/api/classification", tags=["容缺 / deferral"])
    desk = [Depends(reviewers)]
    add, one = router.add_api_route, "/reviews/{id}"
    add("/applications/{id}/supplement", api.hand_in, methods=["POST"])
    add(
        "/reviews/supplements", api.worklist, methods=["GET"], dependencies=desk,
        response_model=PageOf[CaseRow],
    )  # fmt: skip
    add(f"{one}/deferral/grant", api.grant, methods=["POST"], dependencies=desk)
    add(f"{one}/deferral/decline", api.decline, methods=["POST"], dependencies=desk)
    add(f"{one}/deferral/extend", api.extend, methods=["POST"], dependencies=desk)
    add(f"{one}/supplement/accept", api.accept, methods=["POST"], dependencies=desk)
    add(f"{one}/supplement/return", api.send_back, methods=["POST"], dependencies=desk)
    return router
