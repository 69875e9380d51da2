"""A change of units over HTTP."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from services.subsidy.moving.application import Moving, NewUnits
from services.subsidy.payouts.answers import ScheduleWritten
from services.subsidy.payouts.api import ATalent, AUnit, Form, Id, written
from services.subsidy.payouts.views import PAYOUTS
from shared.casework.forms import Words
from shared.events.personal import readable
from shared.http.commands import Commanding
from shared.http.paging import Page, PageOf
from shared.http.versions import AtLeast, pending
from shared.ports.view_store import Find, Where

UnitId = Annotated[str, Field(min_length=1, max_length=64)]


class UnitChangeForm(Form):
    """`since`: the first day there. The dispatched name the agency and where they work."""

    dispatch: bool
    recruiting_unit: UnitId | None = None
    host_unit: UnitId
    since: date


class DisputeForm(Form):
    words: Words


class ChangeRow(BaseModel):
    """Somebody who says that they work for the unit now."""

    schedule_id: str
    name: str | None
    scheme: str
    since: date | None


@dataclass(frozen=True)
class MovingApi:
    moving: Moving

    async def record(
        self, id: Id, form: UnitChangeForm, response: Response, ids: Commanding, caller: ATalent
    ) -> ScheduleWritten:
        """Say for which unit one works now; it is in force once that confirms."""
        units = NewUnits(form.dispatch, form.recruiting_unit, form.host_unit)
        return written(id, await self.moving.record(id, units, form.since, caller, ids), response)

    async def waiting(
        self, page: Page, at_least: AtLeast, caller: AUnit
    ) -> PageOf[ChangeRow] | Response:
        """Who says so, and waits for the unit's word."""
        paying = self.moving.paying
        view = paying.directory.views.of(PAYOUTS)
        if not await at_least.reached(view):
            return pending()
        unit = caller.organisation_id or ""
        mine = (Where("asked_units", [unit], "has"),)
        found = await view.find(Find(mine, ("talent_id",), page.cursor, page.limit))
        rows = []
        for talent_id, person in found.items:
            name = readable((await paying.directory.person(talent_id)).name)
            rows += [
                ChangeRow(
                    schedule_id=one.schedule_id, name=name, scheme=one.scheme, since=one.moving_on
                )
                for one in person.schedules
                if unit in one.asked_units
            ]
        return PageOf(items=rows, next=found.next)

    async def confirm(
        self, id: Id, response: Response, ids: Commanding, caller: AUnit
    ) -> ScheduleWritten:
        """They do work here."""
        return written(id, await self.moving.answer(id, "", caller, ids, confirmed=True), response)

    async def dispute(
        self, id: Id, form: DisputeForm, response: Response, ids: Commanding, caller: AUnit
    ) -> ScheduleWritten:
        """They do not; the talent reads why."""
        done = await self.moving.answer(id, form.words, caller, ids, confirmed=False)
        return written(id, done, response)


def moving_router(api: MovingApi) -> APIRouter:
    """Routes under `/api/subsidy/payouts`."""
    router = APIRouter(prefix="/api/subsidy/payouts", tags=["发放 / payouts"])
    add, one = router.add_api_route, "/{id}/unit-change"
    add("/unit-changes", api.waiting, methods=["GET"], response_model=PageOf[ChangeRow])
    add(one, api.record, methods=["POST"], status_code=201)
    add(f"{one}/confirm", api.confirm, methods=["POST"])
    add(f"{one}/dispute", api.dispute, methods=["POST"])
    return router
