"""Batches over HTTP, for the authority's finance clerks."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, Field

from services.subsidy.batches.chunks.decider import DECIDER as CHUNKS
from services.subsidy.batches.chunks.decider import chunk_id
from services.subsidy.batches.desk import BatchDesk, Done, account_of
from services.subsidy.batches.events import BATCH
from services.subsidy.batches.views import BATCHES, BatchView
from services.subsidy.payouts.answers import masked
from services.subsidy.payouts.api import Form, Month
from services.subsidy.payouts.messages import BATCH_LABELS
from shared.domain.errors import DomainError
from shared.domain.money import Yuan
from shared.events.personal import readable
from shared.http.caller import Access, Caller
from shared.http.commands import Commanding
from shared.http.paging import Page, PageOf
from shared.http.uploads import documented, upload_of
from shared.http.versions import AtLeast, pending, stamp
from shared.ports.view_store import Find

MAKERS: Final = Access(kinds=("government",), roles=("finance_clerk",))
CHECKERS: Final = Access(kinds=("government",), roles=("finance_checker",))
FINANCE: Final = Access(kinds=("government",), roles=("finance_clerk", "finance_checker"))
AMaker = Annotated[Caller, Depends(MAKERS)]
AChecker = Annotated[Caller, Depends(CHECKERS)]
AClerk = Annotated[Caller, Depends(FINANCE)]
Id = Annotated[str, Path(max_length=64)]


class OpenForm(Form):
    """Everything that falls due up to the end of a month."""

    month: Month


class ApproveForm(Form):
    """The control totals that the checker saw."""

    count: Annotated[int, Field(ge=0)]
    total: Yuan


class RejectForm(Form):
    words: Annotated[str, Field(min_length=1, max_length=2000)]


class BatchWritten(BaseModel):
    """`version` is what `min_version` waits for."""

    batch_id: str
    version: str


class BatchOut(BatchView):
    status_label: str
    words: str | None


class LineOut(BaseModel):
    """A line; `account` is masked, `amount` in yuan."""

    line: int
    schedule_id: str
    period: int
    holder: str | None
    account: str | None
    amount: Yuan


@dataclass(frozen=True)
class BatchApi:
    desk: BatchDesk

    async def open(
        self, form: OpenForm, response: Response, ids: Commanding, caller: AMaker
    ) -> BatchWritten:
        """Make a batch: its lines are gathered in the background, until it is `to-check`."""
        id, done = await self.desk.open(form.month, caller, ids)
        return _written(id, done, response)

    async def listed(
        self, page: Page, at_least: AtLeast, caller: AClerk
    ) -> PageOf[BatchOut] | Response:
        """Every batch, the newest first."""
        view = self.desk.book.views.of(BATCHES)
        if not await at_least.reached(view):
            return pending()
        found = await view.find(Find((), ("-made_at",), page.cursor, page.limit))
        return PageOf(items=[_out(one) for _, one in found.items], next=found.next)

    async def get(
        self, id: Id, at_least: AtLeast, response: Response, caller: AClerk
    ) -> BatchOut | Response:
        """One batch with its control totals."""
        view = self.desk.book.views.of(BATCHES)
        if not await at_least.reached(view):
            return pending()
        found = await view.get(id)
        if found is None:
            raise DomainError("batch-not-found", status=404)
        stream = BATCH.stream(id)
        stamp(response, stream, await view.position(stream))
        return _out(found)

    async def lines(
        self,
        id: Id,
        caller: AClerk,
        chunk: Annotated[int, Query(ge=0, le=100_000)] = 0,
    ) -> PageOf[LineOut]:
        """Some hundred lines; `next` is the following `chunk`."""
        book = self.desk.book
        found, _ = await book.handler.load(CHUNKS, chunk_id(id, chunk))
        if found.listed is None:
            raise DomainError("batch-not-found", status=404)
        people = await book.people(one.talent_id for one in found.lines)
        items = []
        for one in found.lines:
            account = account_of(people, one)
            items.append(
                LineOut(
                    **one.model_dump(include={"line", "schedule_id", "period", "amount"}),
                    holder=None if account is None else readable(account.holder),
                    account=None if account is None else masked(account),
                )
            )
        after, _ = await book.handler.load(CHUNKS, chunk_id(id, chunk + 1))
        return PageOf(items=items, next=None if after.listed is None else str(chunk + 1))

    async def approve(
        self, id: Id, form: ApproveForm, response: Response, ids: Commanding, caller: AChecker
    ) -> BatchWritten:
        """A second person's yes, with the control totals that they saw."""
        done = await self.desk.approve(id, form.count, form.total, caller, ids)
        return _written(id, done, response)

    async def reject(
        self, id: Id, form: RejectForm, response: Response, ids: Commanding, caller: AChecker
    ) -> BatchWritten:
        """A second person's no: every line may be taken by a later batch."""
        return _written(id, await self.desk.reject(id, form.words, caller, ids), response)

    async def strike(
        self, id: Id, response: Response, ids: Commanding, caller: AMaker
    ) -> BatchWritten:
        """Take out what should not be paid any more; then it is checked anew."""
        return _written(id, await self.desk.strike(id, caller, ids), response)

    async def export(
        self, id: Id, response: Response, ids: Commanding, caller: AMaker
    ) -> BatchWritten:
        """Make the payment file: nothing in the batch changes any more."""
        return _written(id, await self.desk.export(id, caller, ids), response)

    async def file(
        self,
        id: Id,
        caller: AMaker,
        format: Annotated[str, Query(max_length=10)] = "csv",
    ) -> Response:
        """The payment file, `csv` or `xlsx`."""
        how, data = await self.desk.file(id, format)
        headers = {
            "Content-Disposition": f'attachment; filename="batch-{id}.{how.name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        }
        return Response(data, media_type=how.media_type, headers=headers)

    async def result(
        self, id: Id, request: Request, response: Response, ids: Commanding, caller: AMaker
    ) -> BatchWritten:
        """The bank's result file: taken as a whole, or refused with everything that is wrong."""
        upload = await upload_of(request)
        return _written(id, await self.desk.answer(id, upload.data, caller, ids), response)


_FILE: Final[dict[str, Any]] = {
    "response_class": Response,
    "responses": {200: {"description": "The file", "content": {"text/csv": {}}}},
}


def batches_router(api: BatchApi) -> APIRouter:
    """Routes under `/api/subsidy/batches`."""
    router = APIRouter(prefix="/api/subsidy/batches", tags=["发放批次 / batches"])
    add = router.add_api_route
    add("", api.open, methods=["POST"], status_code=201)
    add("", api.listed, methods=["GET"], response_model=PageOf[BatchOut])
    add("/{id}", api.get, methods=["GET"], response_model=BatchOut)
    add("/{id}/lines", api.lines, methods=["GET"])
    add("/{id}/approve", api.approve, methods=["POST"])
    add("/{id}/reject", api.reject, methods=["POST"])
    add("/{id}/strike", api.strike, methods=["POST"])
    add("/{id}/export", api.export, methods=["POST"])
    add("/{id}/file", api.file, methods=["GET"], **_FILE)
    add("/{id}/result", api.result, methods=["POST"], openapi_extra=documented())
    return router


def _written(id: str, done: Done, response: Response) -> BatchWritten:
    return BatchWritten(batch_id=id, version=stamp(response, done.stream, done.version))


def _out(view: BatchView) -> BatchOut:
    words = readable(view.words)
    return BatchOut(**(dict(view) | {"words": words}), status_label=BATCH_LABELS[view.status])
