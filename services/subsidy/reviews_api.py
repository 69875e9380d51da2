"""The reviewers' worklist and cases over HTTP; what they decide is casework's."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from services.subsidy.books import Books
from services.subsidy.case_answers import CaseOut, CaseRow, ClassOut, case_out, case_row
from services.subsidy.events import APPLICATION
from services.subsidy.people.directory import Directory
from services.subsidy.policies import class_fits, pointer_of
from services.subsidy.review_forms import Worklist
from services.subsidy.state import Application
from services.subsidy.views import CASES
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
    kinds=("government", "employer"),
    roles=("reviewer", "hr_bureau", "talent_office", "organisation_admin", "organisation_staff"),
)


@dataclass(frozen=True)
class ReviewApi:
    cases: Cases[Application]
    views: Views
    files: FileStore
    directory: Directory
    books: Books

    async def worklist(
        self,
        asked: Annotated[Worklist, Query()],
        page: Page,
        at_least: AtLeast,
        caller: AReviewer,
    ) -> PageOf[CaseRow] | Response:
        """Cases that wait at one's desks, a unit's or the authority's; with another `status`, those
        that passed them."""
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
        return case_out(case, desks, await self._class_now(application))

    async def _class_now(self, application: Application) -> ClassOut:
        found = await self.directory.in_force(application.talent_id)
        submitted = application.submitted
        if found is None or submitted is None:
            return ClassOut(talent_class=None, row=None, fits=False)
        policy = self.books.pinned(submitted.policy_version).policy
        fits = class_fits(policy, submitted.scheme, submitted.channel, found.talent_class)
        return ClassOut(talent_class=found.talent_class, row=found.row, fits=fits)


def reviews_router(api: ReviewApi) -> APIRouter:
    """Routes under `/api/subsidy/reviews`."""
    decisions = DeskRoutes(api.cases, api.files, pointer_of)
    router = desk_router(decisions, "/api/subsidy/reviews", REVIEWERS)
    add = router.add_api_route
    add("", api.worklist, methods=["GET"], response_model=PageOf[CaseRow])
    add("/{id}", api.get, methods=["GET"], response_model=CaseOut)
    return router
