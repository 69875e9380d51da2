"""The reviewers' worklist and cases over HTTP; what they decide is casework's."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from services.subsidy.books import Books
from services.subsidy.case_answers import CaseOut, CaseRow, ClassOut, case_out, case_row
from services.subsidy.events import APPLICATION
from services.subsidy.people.directory import Directory
from services.subsidy.policies import class_fits
from services.subsidy.review_forms import Worklist
from services.subsidy.review_tables import COLUMNS
from services.subsidy.state import Application
from services.subsidy.views import CASES, CaseView
from shared.casework.answers import Written, desks_out, with_scans
from shared.casework.daily import Daily
from shared.casework.daily_routes import DailyRoutes, add_daily_routes
from shared.casework.desk_routes import AReviewer, DeskRoutes, Id, desk_router
from shared.http.caller import Access
from shared.http.commands import Commanding
from shared.http.paging import Page, PageOf
from shared.http.sheets import SHEET, Format, table
from shared.http.versions import AtLeast, pending, stamp

REVIEWERS: Final = Access(
    kinds=("government", "employer"),
    roles=("reviewer", "hr_bureau", "talent_office", "organisation_admin", "organisation_staff"),
)


@dataclass(frozen=True)
class ReviewApi:
    daily: Daily[Application, CaseView]
    desks: DeskRoutes[Application]
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
        if not await at_least.reached(self.daily.views.of(CASES)):
            return pending()
        cases, following = await self.daily.page(asked, caller, page.cursor, page.limit)
        return PageOf(items=[case_row(case) for case in cases], next=following)

    async def export(
        self, asked: Annotated[Worklist, Query()], caller: AReviewer, format: Format = "xlsx"
    ) -> Response:
        """The same list as a table, for a spreadsheet."""
        cases = [case async for case in self.daily.all(asked, caller)]
        rows = [[column(case) or "" for column in COLUMNS.values()] for case in cases]
        return table(format, "审核列表", tuple(COLUMNS), rows)

    async def take_next(
        self,
        asked: Annotated[Worklist, Query()],
        response: Response,
        ids: Commanding,
        caller: AReviewer,
    ) -> Written | None:
        """Claim the next case that nobody has taken, by the order asked for; null without any."""
        taken = await self.daily.take_next(asked, caller, ids)
        if taken is None:
            return None
        id, done = taken
        return Written(application_id=id, version=stamp(response, done.stream, done.version))

    async def get(
        self, id: Id, at_least: AtLeast, response: Response, caller: AReviewer
    ) -> CaseOut | Response:
        """One case with every step, internal ones too."""
        view = self.daily.views.of(CASES)
        if not await at_least.reached(view):
            return pending()
        application, case = await self.desks.cases.seen(id, caller), await view.get(id)
        if case is None:
            return pending()
        stream = APPLICATION.stream(id)
        stamp(response, stream, await view.position(stream))
        reviewer = await self.desks.cases.colleagues.reviewer(caller.account_id)
        desks = desks_out(application.review, reviewer)
        out = case_out(case, desks, await self._class_now(application))
        return await with_scans(out, self.desks.scanning)

    async def _class_now(self, application: Application) -> ClassOut:
        known = await self.directory.class_of(application.talent_id)
        found = known.in_force
        submitted = application.submitted
        if found is None or submitted is None:
            return ClassOut(talent_class=None, row=None, fits=False)
        policy = self.books.pinned(submitted.policy_version).policy
        fits = class_fits(policy, submitted.scheme, submitted.channel, found.talent_class)
        return ClassOut(
            talent_class=found.talent_class, row=found.row, fits=fits, outstanding=known.outstanding
        )


def reviews_router(api: ReviewApi, daily: DailyRoutes) -> APIRouter:
    """Routes under `/api/subsidy/reviews`."""
    router = desk_router(api.desks, "/api/subsidy/reviews", REVIEWERS)
    add = router.add_api_route
    add_daily_routes(router, daily)
    add("/next", api.take_next, methods=["POST"])
    add("/export", api.export, methods=["GET"], **SHEET)
    add("", api.worklist, methods=["GET"], response_model=PageOf[CaseRow])
    add("/{id}", api.get, methods=["GET"], response_model=CaseOut)
    return router
