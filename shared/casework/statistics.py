"""Statistics of reviews: in, out, waiting, overdue, and how long desks take, counted as it happens.

A total is of a desk (`role@scope`), a month and what a context sorts its cases by. Waiting cases
are counted under the month `now`; how long a decision took is kept in whole hours, so that the
median needs no look at a case.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, cast

from pydantic import BaseModel, ConfigDict

from shared.domain.calendar import shanghai_date
from shared.domain.decider import Category
from shared.domain.review import engine, facts
from shared.domain.review.state import Review
from shared.events.model import Recorded
from shared.ports.view_store import Index
from shared.runtime.tally import Share, Tally

NOW: Final = "now"
_HOURS: Final = "hours-"
_LONGEST_HOURS: Final = 9_999
_OUT: Final = ("approved", "returned", "rejected")

Labels = Mapping[str, str]


class Pass(BaseModel):
    """One case at one desk, once: `outcome` None while it waits."""

    model_config = ConfigDict(frozen=True)

    desk: str
    name: str
    arrived: datetime
    outcome: str | None = None
    left: datetime | None = None
    overdue: bool = False


class CasePasses(BaseModel):
    """What of a case the statistics need; nothing personal."""

    model_config = ConfigDict(frozen=True)

    labels: dict[str, str]
    review: Review
    passes: tuple[Pass, ...] = ()


class DeskTotal(BaseModel):
    """`month` is `YYYY-MM` in Shanghai, or `now`; `labels` are the context's, in their order."""

    model_config = ConfigDict(frozen=True)

    desk: str
    month: str
    labels: str
    counts: dict[str, int]


def statistics(
    context: str, category: Category, labels_of: Callable[[Any], Labels]
) -> Tally[CasePasses, DeskTotal]:
    """A context's view; `labels_of` a submission says what its case is sorted by."""

    def evolve(case: CasePasses | None, recorded: Recorded[Any]) -> CasePasses | None:
        return _evolve(case, recorded.event, labels_of)

    return Tally(
        name=f"{context}_statistics",
        version=1,
        categories=(category,),
        document=DeskTotal,
        part=CasePasses,
        evolve=evolve,
        indexes=(Index(("month", "desk")),),
        shares=shares,
    )


def _evolve(
    case: CasePasses | None, event: Any, labels_of: Callable[[Any], Labels]
) -> CasePasses | None:
    if not isinstance(event, facts.Fact):
        return case
    fact = cast(facts.AnyFact, event)
    if case is None and not isinstance(fact, facts.RoundOpened):
        # A draft that was withdrawn: no desk ever had it.
        return None
    review = engine.evolve(None if case is None else case.review, fact)
    labels = dict(labels_of(event)) if isinstance(fact, facts.RoundOpened) else {}
    before = CasePasses(labels=labels, review=review) if case is None else case
    passes = tuple(_passes(before, fact, review))
    return CasePasses(labels=labels or before.labels, review=review, passes=passes)


def _passes(before: CasePasses, fact: facts.AnyFact, after: Review) -> Iterator[Pass]:
    waiting = {desk.name: str(desk.chain[0]) for desk in after.undecided}
    if isinstance(fact, facts.RoundOpened):
        # Nothing waits until its stage is opened.
        waiting = {}
    for one in before.passes:
        if one.outcome is not None:
            yield one
        elif one.name not in waiting:
            yield one.model_copy(update={"outcome": _outcome(one, fact), "left": fact.at})
        else:
            late = isinstance(fact, facts.StageEscalated)
            yield one.model_copy(update={"overdue": True}) if late else one
            del waiting[one.name]
    if isinstance(fact, facts.StageOpened):
        for name, desk in waiting.items():
            yield Pass(desk=desk, name=name, arrived=fact.at)


def _outcome(one: Pass, fact: facts.AnyFact) -> str:
    match fact:
        case facts.DeskApproved(desk=desk) if desk == one.name:
            return "approved"
        case facts.CaseReturned(desk=desk) if desk == one.name:
            return "returned"
        case facts.CaseRejected(desk=desk) if desk == one.name:
            return "rejected"
        case _:
            return "ended-elsewhere"


def shares(case: CasePasses) -> Iterable[Share]:
    """What a case adds to the totals."""
    labels = "/".join(case.labels.values())
    totals: dict[tuple[str, str], Counter[str]] = {}

    def add(desk: str, month: str, name: str) -> None:
        totals.setdefault((desk, month), Counter())[name] += 1

    for one in case.passes:
        add(one.desk, _month(one.arrived), "in")
        if one.outcome is None or one.left is None:
            add(one.desk, NOW, "waiting")
            if one.overdue:
                add(one.desk, NOW, "overdue")
            continue
        month = _month(one.left)
        add(one.desk, month, one.outcome)
        if one.overdue:
            add(one.desk, month, "late")
        if one.outcome in _OUT:
            hours = int((one.left - one.arrived).total_seconds() // 3600)
            add(one.desk, month, f"{_HOURS}{min(hours, _LONGEST_HOURS)}")
    for (desk, month), counts in sorted(totals.items()):
        yield Share((("desk", desk), ("month", month), ("labels", labels)), counts)


def _month(at: datetime) -> str:
    return f"{shanghai_date(at):%Y-%m}"


def median_hours(counts: Mapping[str, int]) -> float | None:
    """The median of the decisions that totals count, in hours; None without any."""
    taken = Counter[int]()
    for name, many in counts.items():
        if name.startswith(_HOURS):
            taken[int(name.removeprefix(_HOURS))] += many
    total, seen = sum(taken.values()), 0
    middle: list[int] = []
    for hours in sorted(taken):
        seen += taken[hours]
        # The two in the middle, or twice the one: counted from 1.
        middle += [hours] * sum(seen - taken[hours] < n <= seen for n in _middle(total))
    return sum(middle) / 2 if middle else None


def _middle(total: int) -> tuple[int, int]:
    return (total + 1) // 2, total // 2 + 1


class StatisticsOut(BaseModel):
    """A desk's figures of a month (`YYYY-MM`, or `now` for what waits); `labels` null where all
    are taken together. `late` are decisions after the due date, `median_hours` from arrival at the
    desk to its decision."""

    desk: str
    month: str
    labels: str | None
    arrived: int
    approved: int
    returned: int
    rejected: int
    ended_elsewhere: int
    late: int
    waiting: int
    overdue: int
    median_hours: float | None


def summed(totals: Iterable[DeskTotal], *, by_labels: bool) -> list[StatisticsOut]:
    """Totals as figures, in order of month and desk."""
    found: dict[tuple[str, str, str | None], Counter[str]] = {}
    for total in totals:
        key = (total.month, total.desk, total.labels if by_labels else None)
        found.setdefault(key, Counter()).update(total.counts)
    return [
        StatisticsOut(
            desk=desk,
            month=month,
            labels=labels,
            arrived=counts["in"],
            ended_elsewhere=counts["ended-elsewhere"],
            median_hours=median_hours(counts),
            **{name: counts[name] for name in (*_OUT, "late", "waiting", "overdue")},
        )
        for (month, desk, labels), counts in sorted(found.items(), key=lambda one: str(one[0]))
    ]
