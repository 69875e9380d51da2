"""Staff over HTTP: added by administrators, given roles and desks, removed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from services.identity.events import StaffAdded
from services.identity.policies import Entrance, shanghai_day
from services.identity.rules.documents import DocumentType, parse_document
from services.identity.rules.faults import Faults
from services.identity.rules.mobiles import parse_mobile
from services.identity.rules.names import parse_account_name, parse_real_name
from services.identity.rules.passwords import check_password
from services.identity.sessions.application import Sessions
from services.identity.slots import Slots
from services.identity.staff.application import NewStaff, StaffAccounts
from services.identity.staff.assist import require_own
from services.identity.staff.commands import ChangeStaffRoles, RemoveStaff, StaffCommand
from services.identity.staff.decider import DECIDER
from services.identity.staff.policies import ORGANISATION_ADMIN, PLATFORM_ADMIN, check_roles
from services.identity.staff.views import STAFF_ACCOUNTS, StaffRow
from shared.domain.errors import DomainError
from shared.domain.masking import mask_mobile
from shared.events.personal import readable
from shared.http.caller import Access, Caller
from shared.http.commands import CommandIds, Commanding, derive_id
from shared.http.paging import Page, PageOf
from shared.http.versions import AtLeast, pending, stamp
from shared.policy.models import IdentityPolicy
from shared.ports.clock import Clock
from shared.ports.view_store import Find, Where
from shared.runtime.command_handler import CommandHandler
from shared.runtime.views import Views

ADMINISTRATORS: Final = Access(roles=(PLATFORM_ADMIN, ORGANISATION_ADMIN))
Administrator = Annotated[Caller, Depends(ADMINISTRATORS)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class StaffIn(_Body):
    """`document_type` and `document_number` tell who the person is, so that nobody decides on
    their own case; reviewers must give them."""

    name: str
    mobile: str
    account_name: str
    password: str = Field(max_length=200)
    roles: tuple[str, ...] = Field(default=(), max_length=20)
    desks: tuple[str, ...] = Field(default=(), max_length=20)
    document_type: DocumentType | None = None
    document_number: str | None = Field(default=None, max_length=40)


class RolesIn(_Body):
    roles: tuple[str, ...] = Field(max_length=20)
    desks: tuple[str, ...] = Field(default=(), max_length=20)


class StaffOut(BaseModel):
    """An account; the mobile is masked."""

    account_id: str
    entrance: str
    organisation_id: str | None
    name: str | None
    mobile: str | None
    account_name: str | None
    roles: tuple[str, ...]
    desks: tuple[str, ...]
    removed: bool


class Made(BaseModel):
    account_id: str
    version: str


@dataclass(frozen=True)
class StaffParts:
    """What the routes need."""

    handler: CommandHandler
    views: Views
    clock: Clock
    new_staff: NewStaff
    accounts: StaffAccounts
    sessions: Sessions
    slots: Slots
    policy: Callable[[], IdentityPolicy]


def router(parts: StaffParts) -> APIRouter:
    """Routes under `/api/identity/staff`."""
    routes = APIRouter(prefix="/api/identity/staff", tags=["工作人员 / staff"])
    _add_adding(routes, parts)
    _add_listing(routes, parts)
    _add_changing(routes, parts)
    return routes


def _add_adding(routes: APIRouter, parts: StaffParts) -> None:
    @routes.post("", status_code=201, summary="添加工作人员 / add somebody")
    async def add(
        body: StaffIn, response: Response, ids: Commanding, caller: Administrator
    ) -> Made:
        entrance = _entrance(caller)
        check_roles(entrance, body.roles, body.desks)
        account_id = derive_id(ids.command_id(caller), "staff")
        now = parts.clock.now()
        fact = await checked(body, parts, shanghai_day(now))
        added = StaffAdded(
            account_id=account_id,
            entrance=entrance,
            organisation_id=caller.organisation_id,
            added_by=caller.account_id,
            added_at=now,
            roles=body.roles,
            desks=body.desks,
            **fact,
        )
        metadata = ids.metadata(caller, subject=account_id)
        written = await parts.new_staff.add(added, body.password, metadata)
        return Made(account_id=account_id, version=stamp(response, written.stream, written.version))


def _add_listing(routes: APIRouter, parts: StaffParts) -> None:
    @routes.get("", summary="工作人员名单 / the list", response_model=PageOf[StaffOut])
    async def listed(
        page: Page, at_least: AtLeast, caller: Administrator
    ) -> PageOf[StaffOut] | Response:
        view = parts.views.of(STAFF_ACCOUNTS)
        if not await at_least.reached(view):
            return pending()
        where = (
            Where("entrance", "government")
            if caller.organisation_id is None
            else Where("organisation_id", caller.organisation_id)
        )
        found = await view.find(Find((where,), ("added_at",), page.cursor, page.limit))
        return PageOf(items=[_out(row) for _, row in found.items], next=found.next)


def _add_changing(routes: APIRouter, parts: StaffParts) -> None:
    async def changed(
        account_id: str, command: StaffCommand, response: Response, ids: CommandIds, caller: Caller
    ) -> Made:
        await _within(parts, caller, account_id)
        metadata = ids.metadata(caller, subject=account_id)
        outcome = await parts.handler.handle(DECIDER, account_id, command, metadata)
        # What its tokens say is true no more.
        await parts.sessions.end_all(account_id)
        return Made(account_id=account_id, version=stamp(response, outcome.stream, outcome.version))

    @routes.put("/{account_id}/roles", summary="角色与岗位 / roles and desks")
    async def roles(
        account_id: str, body: RolesIn, response: Response, ids: Commanding, caller: Administrator
    ) -> Made:
        check_roles(_entrance(caller), body.roles, body.desks)
        command = ChangeStaffRoles(
            roles=body.roles, desks=body.desks, by=caller.account_id, at=parts.clock.now()
        )
        return await changed(account_id, command, response, ids, caller)

    @routes.delete("/{account_id}", summary="停用账号 / close an account")
    async def remove(
        account_id: str, response: Response, ids: Commanding, caller: Administrator
    ) -> Made:
        if account_id == caller.account_id:
            raise DomainError("not-oneself")
        command = RemoveStaff(by=caller.account_id, at=parts.clock.now())
        return await changed(account_id, command, response, ids, caller)


async def checked(body: StaffIn, parts: StaffParts, today: date) -> dict[str, str | None]:
    """The person's fields of `StaffAdded`. Raises DomainError with every field at fault."""
    faults = Faults()
    name = mobile = account_name = person = None
    with faults.at("/name"):
        name = parse_real_name(body.name)
    with faults.at("/mobile"):
        mobile = parse_mobile(body.mobile)
    with faults.at("/account_name"):
        account_name = parse_account_name(body.account_name)
    with faults.at("/password"):
        words = (body.account_name, body.name, body.mobile)
        await asyncio.to_thread(check_password, body.password, parts.policy().password, words)
    if body.document_type is not None and body.document_number is not None:
        with faults.at("/document_number"):
            document = parse_document(body.document_type, body.document_number, today)
            person = parts.slots.document(document.type, document.number)
    elif body.desks:
        faults.add("/document_number", "missing", "审核岗位须登记证件，以便回避本人的申请")
    faults.raise_if_any()
    return {"name": name, "mobile": mobile, "account_name": account_name, "person": person}


def _entrance(caller: Caller) -> Entrance:
    return caller.kind  # type: ignore[return-value]


async def _within(parts: StaffParts, caller: Caller, account_id: str) -> None:
    """An administrator's own people; anybody else's are not there."""
    require_own(await parts.accounts.state(account_id), caller)


def _out(row: StaffRow) -> StaffOut:
    mobile = readable(row.mobile)
    return StaffOut(
        account_id=row.account_id,
        entrance=row.entrance,
        organisation_id=row.organisation_id,
        name=readable(row.name),
        mobile=None if mobile is None else mask_mobile(mobile),
        account_name=readable(row.account_name),
        roles=row.roles,
        desks=row.desks,
        removed=row.removed,
    )
