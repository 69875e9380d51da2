"""Where a review stands: folded from its facts, and what can be read off it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from shared.domain.review.plan import Desk, PinnedDesk, PinnedPlan, PinnedStage
from shared.domain.review.reviewer import Party


class Status(StrEnum):
    """`returned` waits for the applicant, `objected` for an answer to their objection; the last
    four are final."""

    OPEN = "open"
    RETURNED = "returned"
    OBJECTED = "objected"
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
class Objection:
    """`desk` rejected by `against`; `upheld` None while it waits for an answer."""

    desk: str
    against: Party
    upheld: bool | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """One case under review.

    `stage` is the index of the open (or last) stage; `decisions` are by desk and those that count
    in this round, approvals still standing from an earlier one included; `claims` are by desk of
    the open stage; `reach` is how many superiors may decide at a desk besides its own people;
    `due` is when the open stage is next escalated, or the answer to an objection is late; None when
    it no longer is. `rejected_at` is when the last rejection was; there is one `objection` at most.
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
    rejected_at: datetime | None = None
    objection: Objection | None = None

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

    @property
    def answering(self) -> tuple[Desk, ...]:
        """The desks that an objection waits for: those above the one that rejected, or that one
        where nothing is above it."""
        objection = self.objection if self.status is Status.OBJECTED else None
        desk = None if objection is None else self.plan.desk(objection.desk)
        return () if desk is None else desk.chain[1:] or desk.chain

    @property
    def awaited(self) -> frozenset[Desk]:
        """Every desk whose people may do something with it now."""
        deciding = (place for desk in self.undecided for place in self.may_decide(desk))
        return frozenset((*deciding, *self.answering))

    @property
    def rejecting(self) -> tuple[str, Decision] | None:
        """The desk that rejected it, by its name, and its decision."""
        made = self.decisions.items()
        return next((one for one in made if one[1].kind == "rejected"), None)

    def index_of(self, stage: str) -> int:
        """Where a stage of the plan stands; ValueError for a name that it does not have."""
        return [one.name for one in self.plan.stages].index(stage)
