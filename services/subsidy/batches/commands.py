"""What is asked of a batch, and of a part of its lines."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from services.subsidy.batches.events import Candidate, Failure, Line
from shared.domain.money import Yuan


class Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OpenBatch(Command):
    batch_id: str
    month: str
    by: str
    person: str | None
    at: datetime


class SealBatch(Command):
    chunks: int
    count: int
    total: Yuan
    digest: str
    at: datetime


class ApproveBatch(Command):
    """With the control totals that the checker saw."""

    count: int
    total: Yuan
    by: str
    person: str | None
    at: datetime


class RejectBatch(Command):
    words: str
    by: str
    person: str | None
    at: datetime


class ReopenBatch(Command):
    by: str
    at: datetime


class ReduceBatch(Command):
    struck: int
    count: int
    total: Yuan
    digest: str
    at: datetime


class ExportBatch(Command):
    by: str
    at: datetime


class AcceptResult(Command):
    """Checked against the lines already, and listed with them."""

    result_id: str
    paid_on: date
    paid_count: int
    paid_total: Yuan
    failed_count: int
    failed_total: Yuan
    by: str
    at: datetime


class SettleBatch(Command):
    at: datetime


class ReleaseBatch(Command):
    at: datetime


BatchCommand = (
    OpenBatch
    | SealBatch
    | ApproveBatch
    | RejectBatch
    | ReopenBatch
    | ReduceBatch
    | ExportBatch
    | AcceptResult
    | SettleBatch
    | ReleaseBatch
)


class ListLines(Command):
    batch_id: str
    number: int
    lines: tuple[Candidate, ...]
    at: datetime


class TakeLines(Command):
    lines: tuple[Line, ...]
    at: datetime


class StrikeLines(Command):
    lines: tuple[int, ...]
    at: datetime


class ListResult(Command):
    result_id: str
    failures: tuple[Failure, ...]
    at: datetime


ChunkCommand = ListLines | TakeLines | StrikeLines | ListResult
