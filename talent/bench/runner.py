"""Chooses the measurements and prints the report."""

import os
from collections.abc import Sequence
from typing import Final, Protocol

from rich.console import Console

from shared.runtime.garbage import settle
from talent.bench import (
    appends,
    commands,
    messages,
    notifier,
    rebuild,
    startup,
    streams,
    subsidy,
    visible,
)
from talent.bench.report import Report


class Measure(Protocol):
    def __call__(self, report: Report, *, quick: bool) -> None: ...


MEASURES: Final[dict[str, Measure]] = {
    "appends": appends.measure,
    "commands": commands.measure,
    "rebuild": rebuild.measure,
    "visible": visible.measure,
    "messages": messages.measure,
    "notifier": notifier.measure,
    "streams": streams.measure,
    "subsidy": subsidy.measure,
    "startup": startup.measure,
}


def main(names: Sequence[str], *, as_json: bool, quick: bool) -> int:
    """Run the named measurements, or all; returns the exit code."""
    console, progress = Console(), Console(stderr=True)
    unknown = [n for n in names if n not in MEASURES]
    if unknown:
        progress.print(f"没有 / no such measurement: {', '.join(unknown)}; {', '.join(MEASURES)}")
        return 2
    report = Report()
    report.notes.append(f"{os.cpu_count()} cores, load average before {os.getloadavg()[0]:.1f}")
    settle()  # as the served process does
    for name in names or MEASURES:
        with progress.status(f"测量 / measuring {name} …"):
            MEASURES[name](report, quick=quick)
    if as_json:
        console.print_json(report.json())
    else:
        report.print(console)
    return 0
