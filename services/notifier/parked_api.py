"""Parked messages over HTTP: the list, and the redrive of some or all."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.notifier.answers import MessageOut
from services.notifier.api import OPERATOR, Desk
from services.notifier.parked import Parked
from services.notifier.views import MESSAGE_LIST
from shared.http.caller import Access, Caller
from shared.http.commands import Commanding
from shared.http.paging import Page, PageOf
from shared.http.versions import AtLeast, pending

AnOperator = Annotated[Caller, Depends(Access(kinds=("government",), roles=(OPERATOR,)))]
Why = Literal["refused", "out-of-time", "undelivered", "no-number", "unknown"]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200)]


class RedriveMany(BaseModel):
    """Those named, or with none all that are parked for `why`; without either, all but those of
    unknown outcome, which may reach the person twice and must be asked for."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason
    why: Why | None = None
    ids: Annotated[tuple[str, ...], Field(max_length=1000)] = ()


class OneOfMany(BaseModel):
    """`error`: the code of the refusal, null if it is sent again."""

    id: str
    error: str | None


class RedrivenMany(BaseModel):
    """Each with what became of it."""

    redriven: int
    refused: int
    items: tuple[OneOfMany, ...]


def router(desk: Desk, parked: Parked) -> APIRouter:
    """Routes under `/api/notifier/parked`."""
    routes = APIRouter(prefix="/api/notifier/parked", tags=["搁置的短信 / parked"])

    @routes.get("", summary="搁置的短信 / list", response_model=PageOf[MessageOut])
    async def listed(
        page: Page, at_least: AtLeast, caller: AnOperator, why: Why | None = None
    ) -> PageOf[MessageOut] | Response:
        """What waits for an operator, the longest first; `parked` says why."""
        if not await at_least.reached(desk.views.of(MESSAGE_LIST)):
            return pending()
        found = await parked.listed(why, page.cursor, page.limit)
        items = [MessageOut.of(desk.templates, id, message) for id, message in found.items]
        return PageOf(items=items, next=found.next)

    @routes.post("/redrive", summary="重发多条 / send many again")
    async def redrive(body: RedriveMany, ids: Commanding, caller: AnOperator) -> RedrivenMany:
        """Each is checked on its own."""
        wanted = body.ids or await parked.ids(body.why)
        command = ids.command_id(caller)
        done = await parked.redrive(wanted, caller.account_id, body.reason, command)
        refused = sum(one.error is not None for one in done)
        items = tuple(OneOfMany(id=one.id, error=one.error) for one in done)
        return RedrivenMany(redriven=len(done) - refused, refused=refused, items=items)

    return routes
