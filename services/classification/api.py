"""A talent's own applications over HTTP."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from services.classification.answers import (
    ApplicationOut,
    HistoryRow,
    MyClassOut,
    OpenOut,
    application_out,
    history_row,
)
from services.classification.applications import Applications
from services.classification.deferral.answers import DeferralOut, deferral_out
from services.classification.deferral.forms import SubmitWithDeferralForm
from services.classification.events import APPLICATION, ApplicationKind
from services.classification.profile.forms import ProfileForm
from services.classification.start import Starting
from services.classification.talent_class.views import CLASSES, TalentClassView
from services.classification.views import CASES
from shared.casework.answers import STATUS_LABELS, AttachmentAddedOut, Written, with_scans
from shared.casework.talent_routes import (
    ATalent,
    Form,
    Id,
    add_talent_routes,
    written,
)
from shared.domain.calendar import shanghai_date
from shared.domain.errors import DomainError
from shared.http.commands import Commanding
from shared.http.paging import Page, PageOf
from shared.http.uploads import DOCUMENTED, upload_of
from shared.http.versions import AtLeast, Expected, pending, stamp
from shared.ports.view_store import Find, Where
from shared.runtime.views import Views


class StartForm(Form):
    """§3.3.1; `change` where a class is in force (§3.3.8)."""

    kind: ApplicationKind = "new"


class ClassForm(Form):
    """§3.3.2: a row of the catalogue, and the honours that are ticked."""

    row: Annotated[str, Field(max_length=8)]
    honours: Annotated[tuple[Annotated[str, Field(max_length=64)], ...], Field(max_length=100)]


class StartedOut(Written):
    kind: ApplicationKind
    attempt: int


@dataclass(frozen=True)
class TalentApi:
    applications: Applications
    starting: Starting
    views: Views

    async def start(
        self, form: StartForm, response: Response, ids: Commanding, caller: ATalent
    ) -> StartedOut:
        """Start an application; the profile begins with what is known already."""
        now = self.applications.own.clock.now()
        id, done = await self.starting.start(caller, form.kind, now, ids)
        started = (await self.applications.own.get(id, caller)).started
        stamped = written(id, done, response)
        return StartedOut(**stamped.model_dump(), kind=started.kind, attempt=started.attempt)

    async def choose_class(
        self, id: Id, form: ClassForm, response: Response, ids: Commanding, caller: ATalent
    ) -> Written:
        """Choose the class and its honours."""
        done = await self.applications.choose_class(id, form.row, form.honours, caller, ids)
        return written(id, done, response)

    async def save_profile(
        self,
        id: Id,
        form: ProfileForm,
        response: Response,
        ids: Commanding,
        expected: Expected,
        caller: ATalent,
    ) -> Written:
        """Save what is filled in so far; fields that are absent stay as they were."""
        done = await self.applications.save_profile(
            id, form, caller, ids, expected.version(APPLICATION.stream(id))
        )
        return written(id, done, response)

    async def add_attachment(
        self, id: Id, request: Request, response: Response, ids: Commanding, caller: ATalent
    ) -> AttachmentAddedOut:
        """Upload a file into a category."""
        upload = await upload_of(request)
        attachment_id, done = await self.applications.add_attachment(id, upload, caller, ids)
        stamped = written(id, done, response)
        return AttachmentAddedOut(**stamped.model_dump(), attachment_id=attachment_id)

    async def submit(
        self,
        id: Id,
        form: SubmitWithDeferralForm,
        response: Response,
        ids: Commanding,
        caller: ATalent,
    ) -> Written:
        """Submit for review; everything that is missing is named at once. What cannot be had yet
        may be asked to follow later (容缺)."""
        asked = None if form.deferral is None else form.deferral.asked
        done = await self.applications.submit(id, form.ticked, asked, caller, ids)
        return written(id, done, response)

    async def history(
        self, page: Page, at_least: AtLeast, caller: ATalent
    ) -> PageOf[HistoryRow] | Response:
        """One's applications, the latest first."""
        view = self.views.of(CASES)
        if not await at_least.reached(view):
            return pending()
        mine = (Where("talent_id", caller.account_id),)
        found = await view.find(Find(mine, ("-attempt",), page.cursor, page.limit))
        return PageOf(items=[history_row(case) for _, case in found.items], next=found.next)

    async def get(
        self, id: Id, at_least: AtLeast, response: Response, caller: ATalent
    ) -> ApplicationOut | Response:
        """One application, with every step of its review."""
        view = self.views.of(CASES)
        if not await at_least.reached(view):
            return pending()
        case = await view.get(id)
        if case is None or case.talent_id != caller.account_id:
            raise DomainError("application-not-found", status=404)
        stream = APPLICATION.stream(id)
        stamp(response, stream, await view.position(stream))
        return await with_scans(application_out(case), self.applications.own.scanning)

    async def me(self, at_least: AtLeast, caller: ATalent) -> MyClassOut | Response:
        """The class in force, and what can be done next."""
        if not await at_least.reached(self.views.of(CLASSES)):
            return pending()
        mine = await self.views.of(CLASSES).get(caller.account_id) or TalentClassView()
        barred = await self.applications.people.barred_until(caller.account_id)
        today = shanghai_date(self.applications.own.clock.now())
        bar = barred if barred is not None and barred >= today else None
        open_now = await self._open(mine)
        kind: ApplicationKind = "new" if mine.in_force is None else "change"
        return MyClassOut(
            in_force=mine.in_force,
            outstanding=await self._outstanding(mine),
            open_application=open_now,
            may_apply=None if open_now is not None or bar is not None else kind,
            barred_until=bar,
            ended=mine.ended,
            ended_at=mine.ended_at,
        )

    async def _outstanding(self, mine: TalentClassView) -> DeferralOut | None:
        lacking = mine.outstanding
        case = lacking and await self.views.of(CASES).get(lacking.application_id)
        return deferral_out(case) if case else None

    async def _open(self, mine: TalentClassView) -> OpenOut | None:
        case = mine.open_application and await self.views.of(CASES).get(mine.open_application)
        if not case:
            return None
        values = {name: getattr(case, name) for name in ("application_id", "kind", "attempt")}
        return OpenOut(
            **values,
            status=case.status,
            status_label=STATUS_LABELS[case.status],
            deferral=deferral_out(case),
        )


def talent_router(api: TalentApi) -> APIRouter:
    """Routes under `/api/classification` for talents."""
    router = APIRouter(prefix="/api/classification", tags=["人才分类认定 / classification"])
    add = router.add_api_route
    one = "/applications/{id}"
    add("/me", api.me, methods=["GET"], response_model=MyClassOut)
    add("/applications", api.start, methods=["POST"], status_code=201)
    add("/applications", api.history, methods=["GET"], response_model=PageOf[HistoryRow])
    add(one, api.get, methods=["GET"], response_model=ApplicationOut)
    add(f"{one}/class", api.choose_class, methods=["PUT"])
    add(f"{one}/profile", api.save_profile, methods=["PUT"])
    add(
        f"{one}/attachments", api.add_attachment, methods=["POST"], status_code=201,
        openapi_extra=DOCUMENTED,
    )  # fmt: skip
    add(f"{one}/submit", api.submit, methods=["POST"])
    add_talent_routes(router, api.applications.own, api.applications.add_attachment)
    return router
