"""Messages over HTTP: one's own, and an operator's view of all with the redrive."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from services.notifier.commands import RedriveMessage
from services.notifier.decider import MESSAGES
from services.notifier.messages import STATE_LABELS
from services.notifier.states import Absent, letter_of
from services.notifier.templates import Templates
from services.notifier.views import MESSAGE_LIST, MessageState, MessageView
from shared.domain.errors import DomainError
from shared.events.personal import Erased
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


class MessageOut(BaseModel):
    """A message in a list: the mobile masked. Instants are ISO 8601, UTC."""

    id: str
    template: str
    label: str
    state: MessageState
    state_label: str
    mobile: str | None
    requested_at: str
    updated_at: str
    attempts: int
    why: str = ""
    next_attempt_at: str | None = None


class WholeMessage(MessageOut):
    """One message with its text; the number still masked."""

    text: str
    cause_type: str
    provider: str | None
    provider_id: str | None


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
        whose = subject if _is_operator(caller) else caller.account_id
        where = [Where("state", state)] if state else []
        where += [Where("subject", whose)] if whose else []
        find = Find(tuple(where), ("-requested_at",), page.cursor, page.limit)
        found = await view.find(find)
        items = [MessageOut(**_listed(desk, id, message)) for id, message in found.items]
        return PageOf(items=items, next=found.next)

    @routes.get("/{id}", summary="短信详情 / one", response_model=WholeMessage)
    async def one(id: str, at_least: AtLeast, caller: SignedIn) -> WholeMessage | Response:
        view = desk.views.of(MESSAGE_LIST)
        if not await at_least.reached(view):
            return pending()
        message = await view.get(id)
        own = message is not None and message.subject == caller.account_id
        if message is None or not (own or _is_operator(caller)):
            # Whether another person's message exists is nobody's business.
            raise DomainError("message-not-found", status=404)
        return WholeMessage(
            **_listed(desk, id, message),
            text=_plain(message.text) or "",
            cause_type=message.cause_type,
            provider=message.provider,
            provider_id=message.provider_id,
        )


def _add_redrive(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/{id}/redrive", summary="重发 / send again")
    async def redrive(
        id: str, body: RedriveIn, response: Response, ids: Commanding, caller: AnOperator
    ) -> Redriven:
        """Of what was given up, not sent for want of a number, or of unknown outcome: the last may
        reach the person twice, and the reason is recorded."""
        state, _ = await desk.handler.load(MESSAGES, id)
        if isinstance(state, Absent):
            raise DomainError("message-not-found", status=404)
        command = RedriveMessage(at=desk.clock.now(), by=caller.account_id, reason=body.reason)
        metadata = ids.metadata(caller, subject=letter_of(state).subject)
        outcome = await desk.handler.handle(MESSAGES, id, command, metadata)
        return Redriven(id=id, version=stamp(response, outcome.stream, outcome.version))


def _is_operator(caller: Caller) -> bool:
    return caller.kind == "government" and OPERATOR in caller.roles


def _listed(desk: Desk, id: str, message: MessageView) -> dict[str, object]:
    return {
        "id": id,
        "template": message.template,
        "label": desk.templates.labels.get(message.template, message.template),
        "state": message.state,
        "state_label": STATE_LABELS[message.state],
        "mobile": masked(_plain(message.mobile)),
        "requested_at": message.requested_at,
        "updated_at": message.updated_at,
        "attempts": message.attempts,
        "why": message.why,
        "next_attempt_at": message.next_attempt_at,
    }


def _plain(value: str | Erased | None) -> str | None:
    return str(value.value) if isinstance(value, Erased) else value


def masked(mobile: str | None) -> str | None:
    """`+86138****5678`; what is no number (an erased one) stays as it is."""
    if mobile is None or not mobile.startswith("+"):
        return mobile
    return f"{mobile[:-8]}****{mobile[-4:]}"
