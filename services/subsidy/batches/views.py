"""A batch as clerks see it."""

from datetime import date
from typing import Any, Final, assert_never

from pydantic import BaseModel, ConfigDict

from services.subsidy.batches.decider import Status
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
from shared.domain.money import NOTHING, Yuan
from shared.events.model import Recorded
from shared.events.personal import Personal
from shared.ports.view_store import Index
from shared.runtime.deadlines import instant
from shared.runtime.projection import Projection


class BatchView(BaseModel):
    """`made_by`, `checked_by` are account ids; sums in yuan."""

    model_config = ConfigDict(frozen=True)

    batch_id: str
    month: str
    status: Status
    made_by: str
    made_at: str
    chunks: int = 0
    count: int = 0
    total: Yuan = NOTHING
    digest: str | None = None
    struck: int = 0
    checked_by: str | None = None
    checked_at: str | None = None
    words: Personal[str | None] = None
    sent_at: str | None = None
    paid_on: date | None = None
    paid_count: int | None = None
    paid_total: Yuan | None = None
    failed_count: int | None = None
    failed_total: Yuan | None = None
    result_id: str | None = None


def evolve(view: BatchView | None, recorded: Recorded[Any]) -> BatchView | None:
    event: BatchEvent = recorded.event
    if isinstance(event, BatchOpened):
        return BatchView(
            batch_id=event.batch_id, month=event.month, status="collecting", made_by=event.by,
            made_at=instant(event.at),
        )  # fmt: skip
    return None if view is None else BatchView(**(dict(view) | _changes(view, event)))


def _changes(view: BatchView, event: BatchEvent) -> dict[str, Any]:
    match event:
        case BatchOpened():
            return {}
        case BatchSealed():
            return _totals(event) | {"chunks": event.chunks}
        case BatchReduced(struck=struck):
            return _totals(event) | {"struck": view.struck + struck}
        case BatchApproved(by=by, at=at):
            return {"status": "approved", "checked_by": by, "checked_at": instant(at)}
        case BatchRejected(by=by, at=at, words=words):
            checked = {"checked_by": by, "checked_at": instant(at)}
            return {"status": "rejected", "words": words} | checked
        case BatchReopened():
            return {"status": "reducing", "checked_by": None, "checked_at": None}
        case BatchExported(at=at):
            return {"status": "sent", "sent_at": instant(at)}
        case ResultAccepted():
            return {"status": "answered"} | event.model_dump(exclude={"at", "by"})
        case BatchSettled():
            return {"status": "settled"}
        case BatchReleased():
            return {"status": "released"}
        case _:
            assert_never(event)


def _totals(event: BatchSealed | BatchReduced) -> dict[str, Any]:
    status: Status = "to-check" if event.count else "empty"
    return {
        "status": status, "count": event.count, "total": event.total, "digest": event.digest,
    }  # fmt: skip


BATCHES: Final[Projection[BatchView, BatchView]] = Projection(
    name="subsidy_batch",
    version=1,
    categories=(BATCH,),
    document=BatchView,
    evolve=evolve,
    indexes=(Index(("made_at",)), Index(("status", "made_at"))),
)
