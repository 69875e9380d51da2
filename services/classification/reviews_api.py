"""The reviewers' worklist and cases over HTTP; what they decide is casework's."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from services.classification.case_answers import (
    CaseOut,
    CaseRow,
    HolderOut,
    SimilarOut,
    case_out,
    case_row,
    similar_out,
)
from services.classification.cases import Limited
from services.classification.events import APPLICATION
from services.classification.review_forms import Worklist
from services.classification.review_tables import COLUMNS
from services.classification.state import Application
from services.classification.talent_class.views import CLASSES
from services.classification.views import CASES, CaseView
from shared.casework.answers import Written, desks_out
from shared.casework.daily import Daily
from shared.casework.daily_routes import DailyRoutes, add_daily_routes
from shared.casework.desk_routes import AReviewer, DeskRoutes, Id, desk_router
from shared.casework.difference import Change, Differences
from shared.http.caller import Access
from shared.http.commands import Commanding
from shared.http.paging import Page, PageOf
from shared.http.sheets import SHEET, Format, table
from shared.http.versions import AtLeast, pending, stamp
from shared.ports.view_store import Find, Where

REVIEWERS: Final = Access(
    kinds=("government",), roles=("reviewer", "district_talent_desk", "hr_bureau", "talent_office")
)


@dataclass(frozen=True)
class ReviewApi:
    daily: Daily[Application, CaseView]
    desks: DeskRoutes[Application]
    limited: Limited
    differences: Differences[Application]

    async def worklist(
        self,
        asked: Annotated[Worklist, Query()],
        page: Page,
        at_least: AtLeast,
        caller: AReviewer,
    ) -> PageOf[CaseRow] | Response:
        """Cases that wait at one's desks; with another `status`, those that passed them."""
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
        holders = await self.limited.holders(application)
        limited = tuple(
            HolderOut(honour=h.honour, application_id=h.application_id) for h in holders
        )
        return case_out(case, desks, limited)

    async def change(self, id: Id, caller: AReviewer) -> list[Change]:
        """What a change application says otherwise than the one by which the class in force was
        granted (§3.3.8)."""
        application = await self.desks.cases.seen(id, caller)
        mine = await self.daily.views.of(CLASSES).get(application.talent_id)
        if mine is None or mine.in_force is None or mine.in_force.application_id == id:
            return []
        return list(await self.differences.of_change(id, mine.in_force.application_id))

    async def similar(self, id: Id, caller: AReviewer) -> list[SimilarOut]:
        """How cases with the same honours were decided, the latest first."""
        application = await self.desks.cases.seen(id, caller)
        chosen = application.chosen
        if chosen is None or not chosen.honours:
            return []
        where = (
            Where("status", ("approved", "rejected"), "in"),
            Where("honours", sorted(chosen.honours), "has"),
        )
        found = await self.daily.views.of(CASES).find(Find(where, ("-decided_at",), limit=20))
        return [similar_out(case) for key, case in found.items if key != id]


def reviews_router(api: ReviewApi, daily: DailyRoutes) -> APIRouter:
    """Routes under `/api/classification/reviews`."""
    router = desk_router(api.desks, "/api/classification/reviews", REVIEWERS)
    add = router.add_api_route
    add_daily_routes(router, daily)
    add("/next", api.take_next, methods=["POST"])
    add("/export", api.export, methods=["GET"], **SHEET)
    add("/{id}/change", api.change, methods=["GET"])
    add("/{id}/similar", api.similar, methods=["GET"])
    add("", api.worklist, methods=["GET"], response_model=PageOf[CaseRow])
    add("/{id}", api.get, methods=["GET"], response_model=CaseOut)
    return router
