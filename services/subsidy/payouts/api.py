"""Payments over HTTP: a talent's own, a unit's people, and what is claimed back."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from services.subsidy.accounts.events import ACCOUNT
from services.subsidy.payouts.answers import (
    AccountWritten,
    PayoutsOut,
    ReasonOut,
    ScheduleWritten,
    held_out,
    payouts_out,
)
from services.subsidy.payouts.application import Done, Paying
from services.subsidy.payouts.views import PAYOUTS
from shared.domain.money import Yuan
from shared.events.personal import readable
from shared.http.caller import TALENT, Access, Caller
from shared.http.commands import Commanding
from shared.http.paging import Page, PageOf
from shared.http.versions import AtLeast, pending, stamp
from shared.ports.view_store import Find, Where
from shared.runtime.views import Views

UNITS: Final = Access(kinds=("employer",), roles=("organisation_admin", "organisation_staff"))
SEERS: Final = Access(
    kinds=("government",), roles=("hr_bureau", "talent_office", "finance_clerk", "finance_checker")
)
CLERKS: Final = Access(kinds=("government",), roles=("finance_clerk",))
ATalent = Annotated[Caller, Depends(TALENT)]
AUnit = Annotated[Caller, Depends(UNITS)]
ASeer = Annotated[Caller, Depends(SEERS)]
AClerk = Annotated[Caller, Depends(CLERKS)]
Id = Annotated[str, Path(max_length=64)]
Month = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


class Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class AccountForm(Form):
    """A debit card's number, and in whose name it is: the talent's own."""

    number: Annotated[str, Field(min_length=1, max_length=40)]
    holder: Annotated[str, Field(min_length=1, max_length=100)]


class EmploymentForm(Form):
    """`last_day`: when they left; null while they work there still."""

    last_day: date | None


class RecordForm(Form):
    """Up to which month the contribution record reaches that was seen."""

    month: Month


class RepaymentForm(Form):
    """`reference`: the receipt's number."""

    amount: Yuan
    received_on: date
    reference: Annotated[str, Field(min_length=1, max_length=100)]


class EmployedRow(BaseModel):
    """Somebody whose allowance the unit confirms the employment of."""

    schedule_id: str
    name: str | None
    scheme: str
    employed_until: date
    held: tuple[ReasonOut, ...]


class ClaimRow(BaseModel):
    """What is to be paid back; amounts in yuan."""

    schedule_id: str
    talent_id: str
    scheme: str
    reason: str | None
    claimed: Yuan
    repaid: Yuan


@dataclass(frozen=True)
class PayoutApi:
    paying: Paying
    views: Views

    async def mine(self, at_least: AtLeast, caller: ATalent) -> PayoutsOut | Response:
        """发放记录: every allowance with its periods, amounts, states and days (§3.4.5)."""
        view = self.views.of(PAYOUTS)
        if not await at_least.reached(view):
            return pending()
        found = await view.get(caller.account_id)
        if found is None:
            return PayoutsOut(account=None, schedules=())
        return payouts_out(found, self.paying.policy)

    async def enter(
        self, form: AccountForm, response: Response, ids: Commanding, caller: ATalent
    ) -> AccountWritten:
        """Enter one's own bank account, or another in its place."""
        done = await self.paying.enter_account(form.number, form.holder, caller, ids)
        account = done.state
        ending = None if account is None else readable(account.ending)
        bank = "" if account is None else account.bank_name
        stream = ACCOUNT.stream(caller.account_id)
        version = stamp(response, stream, done.version)
        return AccountWritten(masked=f"{bank} **** {ending or '****'}", version=version)

    async def people(self, page: Page, at_least: AtLeast, caller: AUnit) -> PageOf[EmployedRow]:
        """Those whose unit may say whether they work there still."""
        view = self.views.of(PAYOUTS)
        await at_least.reached(view)
        mine = (Where("units", [caller.organisation_id or ""], "has"),)
        found = await view.find(Find(mine, ("talent_id",), page.cursor, page.limit))
        rows = []
        for talent_id, person in found.items:
            name = readable((await self.paying.directory.person(talent_id)).name)
            rows += [
                EmployedRow(
                    schedule_id=one.schedule_id, name=name, scheme=one.scheme,
                    employed_until=one.employed_until, held=tuple(held_out(one)),
                )
                for one in person.schedules
                if caller.organisation_id in one.units and not one.completed and one.ended is None
            ]  # fmt: skip
        return PageOf(items=rows, next=found.next)

    async def employment(
        self, id: Id, form: EmploymentForm, response: Response, ids: Commanding, caller: AUnit
    ) -> ScheduleWritten:
        """The unit's word: they work there still, or did until a day."""
        done = await self.paying.unit_says(id, form.last_day, caller, ids)
        return written(id, done, response)

    async def record(
        self, id: Id, form: RecordForm, response: Response, ids: Commanding, caller: ASeer
    ) -> ScheduleWritten:
        """An authority has seen a newer contribution record."""
        return written(id, await self.paying.record_seen(id, form.month, caller, ids), response)

    async def claims(self, page: Page, at_least: AtLeast, caller: ASeer) -> PageOf[ClaimRow]:
        """What is to be paid back and has not all come."""
        view = self.views.of(PAYOUTS)
        await at_least.reached(view)
        owing = (Where("owes", value=True),)
        found = await view.find(Find(owing, ("talent_id",), page.cursor, page.limit))
        rows = [
            ClaimRow(
                schedule_id=one.schedule_id, talent_id=talent_id, scheme=one.scheme,
                reason=one.ended, claimed=one.claimed, repaid=one.repaid,
            )
            for talent_id, person in found.items
            for one in person.schedules
            if one.claimed > one.repaid
        ]  # fmt: skip
        return PageOf(items=rows, next=found.next)

    async def repay(
        self, id: Id, form: RepaymentForm, response: Response, ids: Commanding, caller: AClerk
    ) -> ScheduleWritten:
        """Record that money came back."""
        done = await self.paying.repaid(
            id, form.amount, form.received_on, form.reference, caller, ids
        )
        return written(id, done, response)


def payouts_router(api: PayoutApi) -> APIRouter:
    """Routes under `/api/subsidy/payouts`."""
    router = APIRouter(prefix="/api/subsidy/payouts", tags=["补贴发放 / payouts"])
    add = router.add_api_route
    add("", api.mine, methods=["GET"], response_model=PayoutsOut)
    add("/account", api.enter, methods=["PUT"])
    add("/employment", api.people, methods=["GET"])
    add("/claims", api.claims, methods=["GET"])
    add("/{id}/employment", api.employment, methods=["POST"])
    add("/{id}/contribution-record", api.record, methods=["POST"])
    add("/{id}/repayments", api.repay, methods=["POST"])
    return router


def written(id: str, done: Done, response: Response) -> ScheduleWritten:
    return ScheduleWritten(schedule_id=id, version=stamp(response, done.stream, done.version))
