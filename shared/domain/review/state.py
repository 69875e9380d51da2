"""Where a review stands: folded from its facts, and what can be read off it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from shared.domain.review.plan import Desk, PinnedDesk, PinnedPlan, PinnedStage
from shared.domain.review.reviewer import Party


class Status(StrEnum):
    """`returned` waits for the applicant; the last four are final."""

    OPEN = "open"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


FINAL: Final = frozenset({Status.APPROVED, Status.REJECTED, Status.WITHDRAWN, Status.ENDED})


@dataclass(frozen=True, slots=True)
class Decision:
    """A desk's decision, without its words: those are personal data and no rule needs them."""

    kind: Literal["approved", "returned", "rejected"]
    by: Party
    fields: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    reason: str | None = None

    def repeats(self, other: "Decision") -> bool:
        """Whether it is the same person saying the same again."""
        mine = (self.kind, self.fields, self.attachments, self.reason)
        theirs = (other.kind, other.fields, other.attachments, other.reason)
        return mine == theirs and self.by.same_as(other.by)


@dataclass(frozen=True, slots=True)
class Review:
    """One case under review.

    `stage` is the index of the open (or last) stage; `decisions` are by desk and those that count
    in this round, approvals still standing from an earlier one included; `claims` are by desk of
    the open stage; `reach` is how many superiors may decide at a desk besides its own people;
    `due` is when the open stage is next escalated, None when it no longer is.
    """

    applicant: Party
    plan: PinnedPlan
    round: int
    status: Status = Status.OPEN
    stage: int = 0
    due: datetime | None = None
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    claims: Mapping[str, Party] = field(default_factory=dict)
    reach: Mapping[str, int] = field(default_factory=dict)

    @property
    def closed(self) -> bool:
        """Whether nothing can happen to it any more."""
        return self.status in FINAL

    @property
    def open_stage(self) -> PinnedStage | None:
        """The stage that is being decided, if one is."""
        return self.plan.stages[self.stage] if self.status is Status.OPEN else None

    @property
    def undecided(self) -> tuple[PinnedDesk, ...]:
        """The desks that the case waits for."""
        stage = self.open_stage
        desks = () if stage is None else stage.desks
        return tuple(desk for desk in desks if desk.name not in self.decisions)

    def may_decide(self, desk: PinnedDesk) -> tuple[Desk, ...]:
        """The desks whose people may decide here now: its own, and the superiors in reach."""
        return desk.chain[: 1 + self.reach.get(desk.name, 0)]

    def index_of(self, stage: str) -> int:
        """Where a stage of the plan stands; ValueError for a name that it does not have."""
        return [one.name for one in self.plan.stages].index(stage)
