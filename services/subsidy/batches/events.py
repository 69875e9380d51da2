"""The batches' part of what subsidy publishes; others import it from `subsidy.events`.

A batch's own stream says how far it is, and holds its control totals. Its lines are in streams of a
few hundred each (`payoutChunk`), so that a batch of any size is made of short streams and small
events. That no payment is in two batches, the schedules see to.
"""

from datetime import date, datetime
from typing import Final

from pydantic import BaseModel, ConfigDict

from shared.domain.decider import Category
from shared.domain.money import Yuan
from shared.events.model import Event
from shared.events.personal import Personal

BATCH: Final = Category("payoutBatch", "subsidy")
CHUNK: Final = Category("payoutChunk", "subsidy")


class BatchOpened(Event, type="subsidy.batch-opened.v1"):
    """Takes what falls due up to the end of `month` (`YYYY-MM`). `by` is the maker's account,
    `person` the keyed hash of their document."""

    batch_id: str
    month: str
    by: str
    person: str | None
    at: datetime


class BatchSealed(Event, type="subsidy.batch-sealed.v1"):
    """Its lines are complete. `digest` (SHA-256, hex) is of all of them in order."""

    chunks: int
    count: int
    total: Yuan
    digest: str
    at: datetime


class BatchApproved(Event, type="subsidy.batch-approved.v1"):
    """By a second person."""

    count: int
    total: Yuan
    by: str
    person: str | None
    at: datetime


class BatchRejected(Event, type="subsidy.batch-rejected.v1"):
    """By a second person: every line goes back. The words are the checker's own."""

    words: Personal[str]
    by: str
    person: str | None
    at: datetime


class BatchReopened(Event, type="subsidy.batch-reopened.v1"):
    """Lines that should not be paid any more are taken out, and any approval is void."""

    by: str
    at: datetime


class BatchReduced(Event, type="subsidy.batch-reduced.v1"):
    """They are out: new control totals, to be checked anew."""

    struck: int
    count: int
    total: Yuan
    digest: str
    at: datetime


class BatchExported(Event, type="subsidy.batch-exported.v1"):
    """The payment file was made: from now on only the bank says what was paid. `digest` is of the
    lines that are in it."""

    digest: str
    by: str
    at: datetime


class ResultAccepted(Event, type="subsidy.result-accepted.v1"):
    """The bank's word on every line. `result_id` is the file's SHA-256 in hex."""

    result_id: str
    paid_on: date
    paid_count: int
    paid_total: Yuan
    failed_count: int
    failed_total: Yuan
    by: str
    at: datetime


class BatchSettled(Event, type="subsidy.batch-settled.v1"):
    """Every schedule knows."""

    at: datetime


class BatchReleased(Event, type="subsidy.batch-released.v1"):
    """After a rejection every line has gone back."""

    at: datetime


class Candidate(BaseModel):
    """A payment that seemed ready."""

    model_config = ConfigDict(frozen=True)

    line: int
    schedule_id: str
    talent_id: str
    period: int


class Line(Candidate):
    """A payment that the batch has."""

    amount: Yuan
    account_id: str


class LinesListed(Event, type="subsidy.lines-listed.v1"):
    """Written before any of them is taken, so that whoever goes on after a crash takes the same
    ones. `line` counts over the whole batch, from 1."""

    batch_id: str
    number: int
    lines: tuple[Candidate, ...]
    at: datetime


class LinesTaken(Event, type="subsidy.lines-taken.v1"):
    """Those of them that could be had."""

    batch_id: str
    number: int
    lines: tuple[Line, ...]
    at: datetime


class LinesStruck(Event, type="subsidy.lines-struck.v1"):
    """Taken out before the file was made."""

    batch_id: str
    lines: tuple[int, ...]
    at: datetime


class Failure(BaseModel):
    """A line that the bank did not pay, and the reason's code."""

    model_config = ConfigDict(frozen=True)

    line: int
    reason: str


class ResultListed(Event, type="subsidy.result-listed.v1"):
    """The bank's word on this part, which counts once the batch accepts `result_id`: every line is
    paid but those that `failures` names."""

    batch_id: str
    result_id: str
    failures: tuple[Failure, ...]
    at: datetime


BatchEvent = (
    BatchOpened
    | BatchSealed
    | BatchApproved
    | BatchRejected
    | BatchReopened
    | BatchReduced
    | BatchExported
    | ResultAccepted
    | BatchSettled
    | BatchReleased
)
ChunkEvent = LinesListed | LinesTaken | LinesStruck | ResultListed
BATCH_EVENTS: Final[tuple[type[Event], ...]] = (
    BatchOpened, BatchSealed, BatchApproved, BatchRejected, BatchReopened, BatchReduced,
    BatchExported, ResultAccepted, BatchSettled, BatchReleased, LinesListed, LinesTaken,
    LinesStruck, ResultListed,
)  # fmt: skip
