"""Messages over HTTP: one's own, and an operator's view of all with the redrive."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from services.notifier.answers import MessageOut, WholeMessage
from services.notifier.parked import Parked
from services.notifier.templates import Templates
from services.notifier.views import MESSAGE_LIST, MessageState
from shared.domain.errors import DomainError
from shared.http.caller import SIGNED_IN, Access, Caller
from shared.http.commands import Commanding
from shared.http.paging import Page, PageOf
from shared.http.versions import AtLeast, pending, stamp
from shared.ports.clock import Clock
from shared.ports.view_store import Find, Where
from shared.runtime.command_handler import CommandHandler
from shared.runtime.views import Views

OPERATOR: Final = "platform_admin"
SignedIn = Annotated[Caller, Depends(SIGNED_IN)]
AnOperator = Annotated[Caller, Depends(Access(kinds=("government",), roles=(OPERATOR,)))]


class RedriveIn(BaseModel):
    """Why it may be sent once more: the operator answers for it."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200)]


class Redriven(BaseModel):
    id: str
    version: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What the routes need."""

    handler: CommandHandler
    views: Views
    clock: Clock
    templates: Templates


def router(desk: Desk) -> APIRouter:
    """Routes under `/api/notifier/messages`."""
    routes = APIRouter(prefix="/api/notifier/messages", tags=["短信 / messages"])
    _add_lists(routes, desk)
    _add_redrive(routes, desk)
    return routes


def _add_lists(routes: APIRouter, desk: Desk) -> None:
    @routes.get("", summary="短信列表 / list", response_model=PageOf[MessageOut])
    async def listed(
        page: Page,
        at_least: AtLeast,
        caller: SignedIn,
        state: MessageState | None = None,
        subject: Annotated[str | None, Query(max_length=64)] = None,
    ) -> PageOf[MessageOut] | Response:
        """One's own; an operator sees everybody's, or those of one `subject`."""
        view = desk.views.of(MESSAGE_LIST)
        if not await at_least.reached(view):
            return pending()
        whose = subject if is_operator(caller) else caller.account_id
        where = [Where("state", state)] if state else []
        where += [Where("subject", whose)] if whose else []
        find = Find(tuple(where), ("-requested_at",), page.cursor, page.limit)
        found = await view.find(find)
        items = [MessageOut.of(desk.templates, id, message) for id, message in found.items]
        return PageOf(items=items, next=found.next)

    @routes.get("/{id}", summary="短信详情 / one", response_model=WholeMessage)
    async def one(id: str, at_least: AtLeast, caller: SignedIn) -> WholeMessage | Response:
        view = desk.views.of(MESSAGE_LIST)
        if not await at_least.reached(view):
            return pending()
        message = await view.get(id)
        own = message is not None and message.subject == caller.account_id
        if message is None or not (own or is_operator(caller)):
            # Whether another person's message exists is nobody's business.
            raise DomainError("message-not-found", status=404)
        return WholeMessage.of(desk.templates, id, message)


def _add_redrive(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/{id}/redrive", summary="重发 / send again")
    async def redrive(
        id: str, body: RedriveIn, response: Response, ids: Commanding, caller: AnOperator
    ) -> Redriven:
        """Of what was given up, not sent for want of a number, or of unknown outcome: the last may
        reach the person twice, and the reason is recorded."""
        redriving = Parked(desk.handler, desk.views, desk.clock)
        outcome = await redriving.one(id, caller.account_id, body.reason, ids.metadata(caller))
        return Redriven(id=id, version=stamp(response, outcome.stream, outcome.version))


def is_operator(caller: Caller) -> bool:
    """Who sees everybody's messages."""
    return caller.kind == "government" and OPERATOR in caller.roles
