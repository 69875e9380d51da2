"""A context's public events over HTTP, for data teams without a Kafka client (CloudEvents 1.0)."""

import asyncio
import re
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from shared.domain.errors import DomainError, FieldError
from shared.events.cloudevents import structured
from shared.events.registry import EventRegistry
from shared.http.caller import Access, Caller
from shared.ports.event_store import EventStore, StoredEvent

READER: Final = "data_reader"

_BATCH: Final = "application/cloudevents-batch+json"
_MOST: Final = 1000
_LONGEST_WAIT: Final = 10
_LOOK_EVERY: Final = 0.25
_CURSOR: Final = re.compile(r"([\w-]{1,64}):(\d{1,19})", re.ASCII)

AReader = Annotated[Caller, Depends(Access(kinds=("government",), roles=(READER,)))]


@dataclass(frozen=True)
class EventStream:
    """The events of `categories`, in the order of the log."""

    store: EventStore
    categories: Sequence[str]

    async def read(
        self,
        request: Request,
        caller: AReader,
        after: Annotated[str | None, Query(max_length=100)] = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 500,
        wait: Annotated[int, Query(ge=0, le=_LONGEST_WAIT)] = 0,
    ) -> Response:
        """The events behind a place in the log as a CloudEvents batch; `Link` with `rel="next"`
        names the request for what follows, also where there was nothing. With `wait` (seconds) an
        answer at the end of the log waits for the next event. Personal fields are encrypted."""
        log = await self.store.log_id()
        position = _position(after, log)
        events, reached = await self._events(position, limit)
        for _ in range(int(wait / _LOOK_EVERY)):
            if events:
                break
            await asyncio.sleep(_LOOK_EVERY)
            events, reached = await self._events(reached, limit)
        following = f"{request.url.path}?after={log}:{reached}&limit={limit}"
        headers = {"Link": f'<{following}>; rel="next"', "Cache-Control": "private, no-store"}
        body = orjson.dumps([structured(event) for event in events])
        return Response(body, media_type=_BATCH, headers=headers)

    async def _events(self, after: int, limit: int) -> tuple[list[StoredEvent], int]:
        """And up to where the log was read: with nothing of ours there, it need not be again."""
        head = await self.store.head()
        if head <= after:
            return [], after
        found: list[StoredEvent] = []
        async with aclosing(self.store.read_all(after=after, categories=self.categories)) as read:  # type: ignore[type-var]
            async for event in read:
                found.append(event)
                if len(found) == limit:
                    return found, event.position
        return found, max(head, found[-1].position if found else 0)


def event_stream(context: str, registry: EventRegistry, store: EventStore) -> APIRouter:
    """The route `/api/<context>/events` over a context's public categories. Raises ValueError for a
    context without any: to the store, no category at all means every one."""
    public = [c.name for c in registry.categories.values() if c.context == context and c.public]
    if not public:
        raise ValueError(f"{context} publishes nothing")
    router = APIRouter(prefix=f"/api/{context}", tags=["事件流 / event streams"])
    answers: dict[int | str, dict[str, Any]] = {
        200: {"description": "CloudEvents 1.0, a batch", "content": {_BATCH: {}}}
    }
    router.add_api_route(
        "/events",
        EventStream(store, public).read,
        methods=["GET"],
        response_class=Response,
        responses=answers,
        operation_id=f"{context}_events",
    )
    return router


def _position(after: str | None, log: str) -> int:
    if after is None:
        return 0
    match = _CURSOR.fullmatch(after)
    if match is None or int(match[2]) >= 2**63:
        fault = FieldError("/after", "invalid-cursor", "应为上一次回答中 Link 给出的位置")
        raise DomainError("invalid-fields", status=422, fields=(fault,))
    if match[1] != log:
        raise DomainError("log-changed")
    return int(match[2])
