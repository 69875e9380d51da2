"""Organisations over HTTP: they register, are let in or not, and are searched."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from services.identity.codes.application import CodeFor, Purpose
from services.identity.context import Identity
from services.identity.events import OrganisationRegistered, StaffAdded
from services.identity.forms import (
    CaptchaAnswer,
    Form,
    Line,
    code_wrong,
    new_password,
    require_captcha,
)
from services.identity.limits import network_of
from services.identity.organisation.commands import ApproveOrganisation, RejectOrganisation
from services.identity.organisation.decider import DECIDER
from services.identity.organisation.founding import OrganisationFounded
from services.identity.organisation.views import ORGANISATIONS, OrganisationRow
from services.identity.registration.decider import Completed
from services.identity.rules.faults import Faults
from services.identity.rules.mobiles import parse_mobile
from services.identity.rules.names import parse_account_name, parse_real_name
from services.identity.rules.organisations import parse_organisation_name, parse_uscc
from services.identity.staff.application import NewStaff
from services.identity.staff.policies import ORGANISATION_ADMIN, ORGANISATION_DESK, PLATFORM_ADMIN
from shared.domain.masking import mask_mobile
from shared.events.personal import readable
from shared.http.caller import PUBLIC, SIGNED_IN, Access, Caller
from shared.http.client_address import client_address
from shared.http.commands import Commanding, derive_id
from shared.http.paging import Page, PageOf
from shared.http.versions import AtLeast, pending, stamp
from shared.ports.view_store import Find, Where

_DOOR: Final = Access(kinds=("government",), roles=(PLATFORM_ADMIN, ORGANISATION_DESK))
Doorkeeper = Annotated[Caller, Depends(_DOOR)]


class OrganisationIn(Form):
    """An organisation and its first administrator; the SMS code is bought for the entrance of
    `kind` with purpose `register`."""

    kind: Literal["employer", "hotel", "developer"]
    name: Line
    code: Line
    district: Line
    dispatch: bool = False
    contact_name: Line
    mobile: Line
    account_name: Line
    password: Line
    password_again: Line
    captcha: CaptchaAnswer
    sms_code: Line


class RejectIn(Form):
    reason: Line


class OrganisationOut(BaseModel):
    """`contact` is shown to who decides, with the mobile masked."""

    organisation_id: str
    kind: str
    name: str
    code: str
    district: str
    dispatch: bool
    status: str
    reason: str | None
    contact: str | None = None
    contact_mobile: str | None = None


class OrganisationChoice(BaseModel):
    """What anybody signed in may know of an approved organisation."""

    organisation_id: str
    name: str
    district: str
    dispatch: bool


class Made(BaseModel):
    organisation_id: str
    version: str


def router(identity: Identity, new_staff: NewStaff) -> APIRouter:
    """Routes under `/api/identity/organisations`."""
    routes = APIRouter(prefix="/api/identity/organisations", tags=["单位 / organisations"])

    @routes.post("", status_code=201, summary="单位注册 / register", dependencies=[Depends(PUBLIC)])
    async def register(
        body: OrganisationIn, request: Request, response: Response, ids: Commanding
    ) -> Made:
        command_id = ids.command_id(None)
        founded = await _checked(identity, body, command_id)
        account = founded.administrator.account_id
        state = await identity.registrations.state(account)
        if not isinstance(state, Completed):
            await _admit(identity, body, str(founded.administrator.mobile), client_address(request))
        written = await new_staff.found(founded, body.password, ids.metadata(None, subject=account))
        return Made(
            organisation_id=founded.organisation.organisation_id,
            version=stamp(response, written.stream, written.version),
        )

    _add_reading(routes, identity)
    _add_deciding(routes, identity)
    return routes


def _add_reading(routes: APIRouter, identity: Identity) -> None:
    @routes.get(
        "/approved", summary="选择单位 / choose one", response_model=PageOf[OrganisationChoice]
    )
    async def approved(
        page: Page,
        caller: Annotated[Caller, Depends(SIGNED_IN)],
        name: Line = "",
        dispatch: bool | None = None,
    ) -> PageOf[OrganisationChoice]:
        where = [Where("status", "approved"), Where("kind", "employer")]
        where += [Where("name", name, "prefix")] if name else []
        where += [Where("dispatch", dispatch)] if dispatch is not None else []
        view = identity.kernel.views.of(ORGANISATIONS)
        found = await view.find(Find(tuple(where), ("name",), page.cursor, page.limit))
        fields = OrganisationChoice.model_fields
        items = [OrganisationChoice(**r.model_dump(include=set(fields))) for _, r in found.items]
        return PageOf(items=items, next=found.next)

    @routes.get("", summary="待审单位 / to decide", response_model=PageOf[OrganisationOut])
    async def listed(
        page: Page,
        at_least: AtLeast,
        caller: Doorkeeper,
        status: Literal["waiting", "approved", "rejected"] = "waiting",
    ) -> PageOf[OrganisationOut] | Response:
        view = identity.kernel.views.of(ORGANISATIONS)
        if not await at_least.reached(view):
            return pending()
        where = (Where("status", status),)
        found = await view.find(Find(where, ("registered_at",), page.cursor, page.limit))
        return PageOf(items=[_out(row) for _, row in found.items], next=found.next)


def _add_deciding(routes: APIRouter, identity: Identity) -> None:
    handler = identity.kernel.handler

    @routes.post("/{organisation_id}/approve", summary="准入 / let in")
    async def approve(
        organisation_id: str, response: Response, ids: Commanding, caller: Doorkeeper
    ) -> Made:
        command = ApproveOrganisation(by=caller.account_id, at=identity.now())
        metadata = ids.metadata(caller, subject=await _contact(identity, organisation_id))
        outcome = await handler.handle(DECIDER, organisation_id, command, metadata)
        token = stamp(response, outcome.stream, outcome.version)
        return Made(organisation_id=organisation_id, version=token)

    @routes.post("/{organisation_id}/reject", summary="不予准入 / turn away")
    async def reject(
        organisation_id: str,
        body: RejectIn,
        response: Response,
        ids: Commanding,
        caller: Doorkeeper,
    ) -> Made:
        command = RejectOrganisation(reason=body.reason, by=caller.account_id, at=identity.now())
        metadata = ids.metadata(caller, subject=await _contact(identity, organisation_id))
        outcome = await handler.handle(DECIDER, organisation_id, command, metadata)
        token = stamp(response, outcome.stream, outcome.version)
        return Made(organisation_id=organisation_id, version=token)


async def _contact(identity: Identity, organisation_id: str) -> str:
    return (await identity.kernel.handler.load(DECIDER, organisation_id))[0].contact_id


async def _admit(identity: Identity, body: OrganisationIn, mobile: str, address: str) -> None:
    await require_captcha(identity.captchas, body.captcha)
    code = CodeFor(Purpose.REGISTER, body.kind, mobile)
    if not await identity.codes.use(code, body.sms_code):
        raise code_wrong("/sms_code")
    most = identity.policy().address.registrations_per_day
    await identity.limits.per_day("registrations", network_of(address), most)


async def _checked(
    identity: Identity, body: OrganisationIn, command_id: str
) -> OrganisationFounded:
    """Raises DomainError `invalid-fields` (422) with every field at fault."""
    faults = Faults()
    name = code = contact = mobile = account = ""
    with faults.at("/name"):
        name = parse_organisation_name(body.name)
    with faults.at("/code"):
        code = parse_uscc(body.code)
    with faults.at("/contact_name"):
        contact = parse_real_name(body.contact_name)
    with faults.at("/mobile"):
        mobile = parse_mobile(body.mobile)
    with faults.at("/account_name"):
        account = parse_account_name(body.account_name)
    own = (body.account_name, body.contact_name, body.mobile, body.name)
    policy = identity.policy()
    await new_password(faults, policy, "password", body.password, body.password_again, own)
    faults.raise_if_any()
    organisation_id = derive_id(command_id, "organisation")
    account_id, now = derive_id(command_id, "administrator"), identity.now()
    organisation = OrganisationRegistered(
        organisation_id=organisation_id, kind=body.kind, name=name, code=code,
        district=body.district, dispatch=body.dispatch, contact_id=account_id,
        contact_name=contact, contact_mobile=mobile, registered_at=now,
    )  # fmt: skip
    administrator = StaffAdded(
        account_id=account_id, entrance=body.kind, name=contact, mobile=mobile,
        account_name=account, person=None, organisation_id=organisation_id,
        roles=(ORGANISATION_ADMIN,), desks=(), added_by="registration", added_at=now,
    )  # fmt: skip
    return OrganisationFounded(organisation=organisation, administrator=administrator)


def _out(row: OrganisationRow) -> OrganisationOut:
    mobile = readable(row.contact_mobile)
    return OrganisationOut(
        organisation_id=row.organisation_id,
        kind=row.kind,
        name=row.name,
        code=row.code,
        district=row.district,
        dispatch=row.dispatch,
        status=row.status,
        reason=row.reason,
        contact=readable(row.contact_name),
        contact_mobile=None if mobile is None else mask_mobile(mobile),
    )
