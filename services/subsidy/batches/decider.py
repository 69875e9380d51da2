"""A batch is made by one person, checked by another, sent once, and answered once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal, assert_never

from services.subsidy.batches.commands import (
    AcceptResult,
    ApproveBatch,
    BatchCommand,
    ExportBatch,
    OpenBatch,
    ReduceBatch,
    RejectBatch,
    ReleaseBatch,
    ReopenBatch,
    SealBatch,
    SettleBatch,
)
from services.subsidy.batches.events import (
    BATCH,
    BatchApproved,
    BatchEvent,
    BatchExported,
    BatchOpened,
    BatchReduced,
    BatchRejected,
    BatchReleased,
    BatchReopened,
    BatchSealed,
    BatchSettled,
    ResultAccepted,
)
from shared.domain.decider import Decider
from shared.domain.errors import DomainError, FieldError
from shared.domain.money import NOTHING

Events = Sequence[BatchEvent]
Status = Literal[
    "none", "collecting", "to-check", "empty", "reducing", "approved", "rejected", "released",
    "sent", "answered", "settled",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """`digest` is of the lines that it has now; `result_id` of the bank's answer."""

    status: Status = "none"
    opened: BatchOpened | None = None
    chunks: int = 0
    count: int = 0
    total: Decimal = NOTHING
    digest: str = ""
    result: ResultAccepted | None = None


def decide(command: BatchCommand, state: Batch) -> Events:
    match command:
        case OpenBatch():
            return [] if state.opened else [BatchOpened(**command.model_dump())]
        case SealBatch():
            collecting = state.status == "collecting"
            return [BatchSealed(**command.model_dump())] if collecting else []
        case ApproveBatch():
            return _approve(command, state)
        case RejectBatch():
            _require_checker(command.by, command.person, state)
            _require(state, "to-check", "approved")
            return [BatchRejected(**command.model_dump())]
        case ReopenBatch():
            _require(state, "to-check", "approved")
            return [BatchReopened(**command.model_dump())]
        case ReduceBatch():
            reducing = state.status == "reducing"
            return [BatchReduced(**command.model_dump())] if reducing else []
        case ExportBatch():
            _require(state, "approved")
            return [BatchExported(**command.model_dump(), digest=state.digest)]
        case AcceptResult():
            return _accept(command, state)
        case SettleBatch(at=at):
            return [BatchSettled(at=at)] if state.status == "answered" else []
        case ReleaseBatch(at=at):
            return [BatchReleased(at=at)] if state.status == "rejected" else []
        case _:
            assert_never(command)


def _approve(command: ApproveBatch, state: Batch) -> Events:
    _require_checker(command.by, command.person, state)
    _require(state, "to-check")
    faults = []
    if command.count != state.count:
        message = f"本批次共 {state.count} 笔，请核对。"
        faults.append(FieldError("/count", "batch-totals-differ", message))
    if command.total != state.total:
        message = f"本批次合计 {state.total} 元，请核对。"
        faults.append(FieldError("/total", "batch-totals-differ", message))
    if faults:
        raise DomainError("batch-totals-differ", fields=tuple(faults))
    return [BatchApproved(**command.model_dump())]


def _accept(command: AcceptResult, state: Batch) -> Events:
    if state.result is not None:
        if state.result.result_id == command.result_id:
            return []
        raise DomainError("batch-answered-already")
    _require(state, "sent")
    count = command.paid_count + command.failed_count
    total = command.paid_total + command.failed_total
    if (count, total) != (state.count, state.total):
        raise DomainError("batch-totals-differ")
    return [ResultAccepted(**command.model_dump())]


def _require(state: Batch, *wanted: Status) -> None:
    if state.opened is None:
        raise DomainError("batch-not-found", status=404)
    if state.status not in wanted:
        raise DomainError("batch-not-there", params={"status": state.status})


def _require_checker(by: str, person: str | None, state: Batch) -> None:
    """Never the maker, by account or by person."""
    opened = state.opened
    if opened is None:
        raise DomainError("batch-not-found", status=404)
    if by == opened.by or (person is not None and person == opened.person):
        raise DomainError("batch-own-check", status=403)


def evolve(state: Batch, event: BatchEvent) -> Batch:
    match event:
        case BatchOpened():
            return replace(state, status="collecting", opened=event)
        case BatchSealed(chunks=chunks):
            return _totals(replace(state, chunks=chunks), event)
        case BatchReduced():
            return _totals(state, event)
        case BatchApproved():
            return replace(state, status="approved")
        case BatchRejected():
            return replace(state, status="rejected")
        case BatchReopened():
            return replace(state, status="reducing")
        case BatchExported():
            return replace(state, status="sent")
        case ResultAccepted():
            return replace(state, status="answered", result=event)
        case BatchSettled():
            return replace(state, status="settled")
        case BatchReleased():
            return replace(state, status="released")
        case _:
            assert_never(event)


def _totals(state: Batch, event: BatchSealed | BatchReduced) -> Batch:
    status: Status = "to-check" if event.count else "empty"
    return replace(state, status=status, count=event.count, total=event.total, digest=event.digest)


DECIDER: Final = Decider(BATCH, Batch(), decide, evolve)
