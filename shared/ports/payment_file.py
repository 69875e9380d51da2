"""Files between the authority and its bank: what is to be paid, and what was."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PaymentHead:
    """Control totals: they must be those of the rows."""

    batch_id: str
    month: str
    count: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One transfer: `line` is its number in the batch, by which the bank answers."""

    line: int
    holder: str = field(repr=False)
    number: str = field(repr=False)
    bank: str
    amount: Decimal
    purpose: str


class PaymentFileFormat(Protocol):
    """A format that a bank reads. Writing the same rows again gives the same bytes."""

    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    def write(self, head: PaymentHead, rows: Sequence[PaymentRow]) -> bytes:
        """The whole file, control totals included. No cell of it is a formula, whatever a holder
        is called."""
        ...


@dataclass(frozen=True, slots=True)
class ResultRow:
    """The bank's word on a line; `failure` is a code, None where it paid. `at` is the row in the
    file, from 1."""

    at: int
    line: int
    number: str = field(repr=False)
    amount: Decimal
    failure: str | None


@dataclass(frozen=True, slots=True)
class BankResult:
    """What the bank says, and the totals that it says it with."""

    batch_id: str
    paid_on: date
    count: int
    total: Decimal
    paid_count: int
    paid_total: Decimal
    rows: tuple[ResultRow, ...]


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row of a file (from 1; 0 for the file), without its personal data."""

    at: int
    column: str
    what: str


class UnreadableResult(Exception):
    """A file that cannot be read as an answer: every fault."""

    def __init__(self, faults: Sequence[RowFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} faults")


class ResultFileFormat(Protocol):
    """A format in which a bank answers."""

    def read(self, data: bytes) -> BankResult:
        """Raises UnreadableResult. That it fits the batch is for the caller to see."""
        ...
