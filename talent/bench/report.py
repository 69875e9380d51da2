"""What a measurement says, as a table or as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import orjson
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one side. `ratio` is this side over the other one named by `against`."""

    measure: str
    side: str
    value: float
    unit: str
    ratio: float | None = None
    against: str = ""
    aim: str = ""


@dataclass(slots=True)
class Report:
    """All figures of a run, and what should be known about it."""

    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *figures: Figure) -> None:
        self.figures += figures

    def print(self, console: Console) -> None:
        table = Table("测量 / measure", "对象 / side", "数值 / value", "比 / ratio", "目标 / aim")
        for f in self.figures:
            ratio = "" if f.ratio is None else f"{f.ratio:.2f} × {f.against}"
            table.add_row(f.measure, f.side, f"{f.value:,.1f} {f.unit}", ratio, f.aim)
        console.print(table)
        for note in self.notes:
            console.print(f"· {note}")

    def json(self) -> str:
        return orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2).decode()


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; `share` from 0 to 1."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
