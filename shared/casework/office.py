"""The parts of casework, put together over an opened kernel."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from shared.casework.cases import Cases, Commanding
from shared.casework.daily import Daily
from shared.casework.daily_forms import ReasonOut
from shared.casework.daily_routes import DailyRoutes
from shared.casework.desk_routes import DeskRoutes
from shared.casework.difference import Differences
from shared.casework.forms import Worklist
from shared.casework.library import library
from shared.casework.own import Own, Reopening
from shared.casework.scanning import ScanKeeper, Scanning
from shared.casework.state import Colleagues, Standing
from shared.casework.statistics import DeskTotal
from shared.casework.view import CaseFields
from shared.domain.decider import Category, Decider
from shared.ports.scanner import VirusScanner
from shared.runtime.kernel import Kernel
from shared.runtime.projection import Projection
from shared.runtime.supervisor import Worker
from shared.runtime.tally import Tally

A = TypeVar("A", bound=Standing)
C = TypeVar("C", bound=CaseFields)


@dataclass(frozen=True)
class Casework(Generic[A, C]):
    """What a context says of its applications, once: the class of the decider's state, its view of
    cases and its statistics, the form of its worklist, how fields are called (`pointer_of`) and
    compared (`fields`)."""

    decider: Decider[Any, Any, Any]
    application: type[A]
    case_view: Projection[Any, C]
    totals: Tally[Any, DeskTotal]
    worklist: type[Worklist]
    pointer_of: Callable[[str], str]
    fields: Callable[[A], Mapping[str, Any]]


@dataclass(frozen=True)
class Office(Generic[A, C]):
    """What the context's own routes are built on, and what its service runs."""

    own: Own[A]
    cases: Cases[A]
    daily: Daily[A, C]
    desks: DeskRoutes[A]
    routes: DailyRoutes
    differences: Differences[A]
    projections: tuple[Projection[Any, Any], ...]
    workers: tuple[tuple[str, Worker], ...]


def office(
    work: Casework[A, C],
    kernel: Kernel,
    *,
    commanding: Commanding[A],
    reopening: Reopening[A],
    colleagues: Colleagues,
    reasons: Callable[[], Sequence[ReasonOut]],
    scanner: VirusScanner,
    attachments: tuple[Category, ...],
) -> Office[A, C]:
    """`attachments` are the categories of every context in which talents hand in files; `reasons`
    are those for rejecting at the time of asking."""
    decider, application, context = work.decider, work.application, work.decider.category.context
    scanning = Scanning(context, kernel.files, scanner, kernel.key_values)
    shelves = library(context, attachments)
    cases = Cases(decider, application, commanding, kernel.handler, colleagues, kernel.clock)
    daily = Daily(cases, work.case_view, kernel.views)
    desks = DeskRoutes(cases, kernel.files, scanning, work.pointer_of)
    differences = Differences(decider, application, work.fields, kernel.store, kernel.codec)
    return Office(
        own=Own(
            decider, application, kernel.handler, kernel.files, scanning, shelves, commanding,
            reopening, kernel.views, kernel.clock,
        ),
        cases=cases,
        daily=daily,
        desks=desks,
        routes=DailyRoutes(
            context, daily, desks, work.worklist, reasons, work.totals, differences,
            kernel.key_values,
        ),
        differences=differences,
        projections=(work.case_view, work.totals, shelves),
        workers=((f"{context}.scans", ScanKeeper(scanning)),),
    )  # fmt: skip
