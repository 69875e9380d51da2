"""Control totals of a batch's lines."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from services.subsidy.batches.events import Line
from shared.domain.money import NOTHING


@dataclass
class Totals:
    """How many lines, how much, and a digest (SHA-256) of all of them in order."""

    count: int = 0
    total: Decimal = NOTHING
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256, repr=False)

    def add(self, lines: Iterable[Line]) -> None:
        for one in lines:
            self.count += 1
            self.total += one.amount
            text = f"{one.line}|{one.schedule_id}|{one.period}|{one.amount}|{one.account_id}\n"
            self._digest.update(text.encode())

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()
