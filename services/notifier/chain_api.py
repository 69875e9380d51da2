"""From a decision to what became of its messages: decision -> message -> attempts -> receipt."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from services.notifier.answers import WholeMessage
from services.notifier.api import Desk, is_operator
from services.notifier.views import MESSAGE_LIST, MessageView
from shared.domain.errors import DomainError
from shared.http.caller import SIGNED_IN, Caller
from shared.http.versions import AtLeast, parse_token, pending
from shared.ports.view_store import Find, Where

SignedIn = Annotated[Caller, Depends(SIGNED_IN)]
_MOST: Final = 200


class Decision(BaseModel):
    """A recorded fact, and the messages that it caused, oldest first."""

    event_id: str
    type: str
    stream: str
    version: int
    recorded_at: str
    messages: tuple[WholeMessage, ...]


def router(desk: Desk) -> APIRouter:
    """Routes under `/api/notifier/decisions`; a person sees their own messages alone."""
    routes = APIRouter(prefix="/api/notifier/decisions", tags=["短信 / messages"])

    @routes.get("/{event_id}", summary="一项决定的短信 / of one event", response_model=Decision)
    async def of_event(event_id: str, at_least: AtLeast, caller: SignedIn) -> Decision | Response:
        """What a fact caused, by its event id."""
        view = desk.views.of(MESSAGE_LIST)
        if not await at_least.reached(view):
            return pending()
        return await _decision(desk, caller, Where("cause_id", event_id))

    @routes.get("", summary="按版本号查询 / by version", response_model=Decision)
    async def of_version(
        at_least: AtLeast, caller: SignedIn, version: Annotated[str, Query(max_length=400)]
    ) -> Decision | Response:
        """The same by the `version` that the decision's own answer carried."""
        token = parse_token(version, "/version")
        view = desk.views.of(MESSAGE_LIST)
        if not await at_least.reached(view):
            return pending()
        where = Where("cause_stream", token.stream), Where("cause_version", token.version)
        return await _decision(desk, caller, *where)

    return routes


async def _decision(desk: Desk, caller: Caller, *where: Where) -> Decision:
    whose = () if is_operator(caller) else (Where("subject", caller.account_id),)
    find = Find((*where, *whose), ("requested_at",), limit=_MOST)
    found = (await desk.views.of(MESSAGE_LIST).find(find)).items
    if not found:
        # Whether another person's decision told anybody is nobody's business.
        raise DomainError("message-not-found", status=404)
    first: MessageView = found[0][1]
    return Decision(
        event_id=first.cause_id,
        type=first.cause_type,
        stream=first.cause_stream,
        version=first.cause_version,
        recorded_at=first.requested_at,
        messages=tuple(WholeMessage.of(desk.templates, id, message) for id, message in found),
    )
