"""The reviewers' worklist and cases over HTTP; what they decide is casework's."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from services.classification.case_answers import CaseOut, CaseRow, HolderOut, case_out, case_row
from services.classification.cases import Limited
from services.classification.events import APPLICATION
from services.classification.policies import pointer_of
from services.classification.review_forms import Worklist
from services.classification.state import Application
from services.classification.views import CASES
from shared.casework.answers import desks_out
from shared.casework.cases import Cases
from shared.casework.desk_routes import AReviewer, DeskRoutes, Id, desk_router
from shared.http.caller import Access
from shared.http.paging import Page, PageOf
from shared.http.versions import AtLeast, pending, stamp
from shared.ports.files import FileStore
from shared.ports.view_store import Find
from shared.runtime.views import Views

REVIEWERS: Final = Access(
    kinds=("government",), roles=("reviewer", "district_talent_desk", "hr_bureau", "talent_office")
)


@dataclass(frozen=True)
class ReviewApi:
    cases: Cases[Application]
    views: Views
    files: FileStore
    limited: Limited

    async def worklist(
        self,
        asked: Annotated[Worklist, Query()],
        page: Page,
        at_least: AtLeast,
        caller: AReviewer,
    ) -> PageOf[CaseRow] | Response:
        """Cases that wait at one's desks; with another `status`, those that passed them."""
        view = self.views.of(CASES)
        if not await at_least.reached(view):
            return pending()
        reviewer = await self.cases.colleagues.reviewer(caller.account_id)
        where = asked.where(caller, [str(desk) for desk in reviewer.desks])
        found = await view.find(Find(where, (asked.sort,), page.cursor, page.limit))
        return PageOf(items=[case_row(case) for _, case in found.items], next=found.next)

    async def get(
        self, id: Id, at_least: AtLeast, response: Response, caller: AReviewer
    ) -> CaseOut | Response:
        """One case with every step, internal ones too."""
        view = self.views.of(CASES)
        if not await at_least.reached(view):
            return pending()
        application, case = await self.cases.seen(id, caller), await view.get(id)
        if case is None:
            return pending()
        stream = APPLICATION.stream(id)
        stamp(response, stream, await view.position(stream))
        reviewer = await self.cases.colleagues.reviewer(caller.account_id)
        desks = desks_out(application.review, reviewer)
        holders = await self.limited.holders(application)
        limited = tuple(
            HolderOut(honour=h.honour, application_id=h.application_id) for h in holders
        )
        return case_out(case, desks, limited)


def reviews_router(api: ReviewApi) -> APIRouter:
    """Routes under `/api/classification/reviews`."""
    decisions = DeskRoutes(api.cases, api.files, pointer_of)
    router = desk_router(decisions, "/api/classification/reviews", REVIEWERS)
    add = router.add_api_route
    add("", api.worklist, methods=["GET"], response_model=PageOf[CaseRow])
    add("/{id}", api.get, methods=["GET"], response_model=CaseOut)
    return router
