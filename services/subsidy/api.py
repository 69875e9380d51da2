"""A talent's own applications for allowances over HTTP."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request, Response

from services.subsidy.answers import (
    ApplicationOut,
    HistoryRow,
    application_out,
    history_row,
)
from services.subsidy.applications import Applications
from services.subsidy.events import APPLICATION
from services.subsidy.profile.forms import ProfileForm
from services.subsidy.start import Asked, Starting
from services.subsidy.views import CASES
from shared.casework.answers import AttachmentAddedOut, Written, with_scans
from shared.casework.talent_routes import (
    ATalent,
    Form,
    Id,
    SubmitForm,
    add_talent_routes,
    written,
)
from shared.domain.errors import DomainError
from shared.http.commands import Commanding
from shared.http.paging import Page, PageOf
from shared.http.uploads import documented, upload_of
from shared.http.versions import AtLeast, Expected, pending, stamp
from shared.policy.subsidy import ChannelCode, SchemeCode
from shared.ports.view_store import Find, Where
from shared.runtime.views import Views


class StartForm(Form):
    """§3.4.1, §3.4.2. `first_contract`: the day of the first labour contract in Xiangyang, by
    which the allowances are told apart."""

    scheme: SchemeCode
    channel: ChannelCode
    first_contract: date


class ChannelForm(Form):
    """§3.4.2."""

    channel: ChannelCode


class StartedOut(Written):
    scheme: SchemeCode
    window: str | None
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
        asked = Asked(form.scheme, form.channel, form.first_contract)
        id, done = await self.starting.start(caller, asked, now, ids)
        started = (await self.applications.own.get(id, caller)).started
        stamped = written(id, done, response).model_dump()
        values = {name: getattr(started, name) for name in ("scheme", "window", "attempt")}
        return StartedOut(**stamped, **values)

    async def choose_channel(
        self, id: Id, form: ChannelForm, response: Response, ids: Commanding, caller: ATalent
    ) -> Written:
        """Choose another channel."""
        done = await self.applications.choose_channel(id, form.channel, caller, ids)
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
        """Upload a file into a category; a contribution record says up to which `month`."""
        upload = await upload_of(request, "month")
        attachment_id, done = await self.applications.add_attachment(id, upload, caller, ids)
        stamped = written(id, done, response)
        return AttachmentAddedOut(**stamped.model_dump(), attachment_id=attachment_id)

    async def submit(
        self, id: Id, form: SubmitForm, response: Response, ids: Commanding, caller: ATalent
    ) -> Written:
        """Submit for review; everything that is missing is named at once."""
        done = await self.applications.submit(id, form.ticked, caller, ids)
        return written(id, done, response)

    async def history(
        self, page: Page, at_least: AtLeast, caller: ATalent
    ) -> PageOf[HistoryRow] | Response:
        """One's applications, the latest first."""
        view = self.views.of(CASES)
        if not await at_least.reached(view):
            return pending()
        mine = (Where("talent_id", caller.account_id),)
        found = await view.find(Find(mine, ("-started_at",), page.cursor, page.limit))
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


def talent_router(api: TalentApi) -> APIRouter:
    """Routes under `/api/subsidy` for talents."""
    router = APIRouter(prefix="/api/subsidy", tags=["人才补贴 / subsidy"])
    add = router.add_api_route
    one = "/applications/{id}"
    add("/applications", api.start, methods=["POST"], status_code=201)
    add("/applications", api.history, methods=["GET"], response_model=PageOf[HistoryRow])
    add(one, api.get, methods=["GET"], response_model=ApplicationOut)
    add(f"{one}/channel", api.choose_channel, methods=["PUT"])
    add(f"{one}/profile", api.save_profile, methods=["PUT"])
    add(
        f"{one}/attachments", api.add_attachment, methods=["POST"], status_code=201,
        openapi_extra=documented("month"),
    )  # fmt: skip
    add(f"{one}/submit", api.submit, methods=["POST"])
    add_talent_routes(router, api.applications.own, api.applications.add_attachment)
    return router
