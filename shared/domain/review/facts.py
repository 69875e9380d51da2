"""What can happen in a review. A host subclasses each and gives it a stored type of its own."""

from datetime import datetime
from typing import Final

from shared.domain.review.plan import Desk, PinnedPlan, Value
from shared.domain.review.reviewer import Party
from shared.events.model import Event
from shared.events.personal import Personal


class Fact(Event):
    """Something happened to a case at an instant."""

    at: datetime


class RoundOpened(Fact):
    """A case was submitted, or handed in again. `standing` names the stages whose approvals still
    count."""

    round: int
    applicant: Party
    plan: PinnedPlan
    standing: tuple[str, ...] = ()


class StageOpened(Fact):
    """The case came to a stage, and is late from `due` on."""

    stage: str
    due: datetime


class DeskClaimed(Fact):
    desk: str
    by: Party


class DeskReleased(Fact):
    desk: str
    by: Party


class DeskHandedOver(Fact):
    """`by` is who handed it over, which need not be who had claimed it."""

    desk: str
    by: Party
    to: Party


class DeskApproved(Fact):
    desk: str
    by: Party
    words: Personal[str | None] = None


class CaseReturned(Fact):
    """For correction of exactly these fields (JSON pointers) and attachments."""

    desk: str
    by: Party
    fields: tuple[str, ...]
    attachments: tuple[str, ...]
    words: Personal[str]


class CaseRejected(Fact):
    """For good; `reason` is a code of the policy data."""

    desk: str
    by: Party
    reason: str
    words: Personal[str]


class DeskPassedUp(Fact):
    """A desk had nobody who may decide; a superior may now."""

    desk: str
    to: Desk


class Referral(Value):
    """A late desk, and the superior who may decide there besides its own people."""

    desk: str
    to: Desk


class StageEscalated(Fact):
    """The due date passed; `due` is the next one, None once nobody further is above."""

    stage: str
    to: tuple[Referral, ...]
    due: datetime | None


class CaseApproved(Fact):
    """Every desk of every stage approved."""


class CaseWithdrawn(Fact):
    """The applicant took it back."""


class CaseEnded(Fact):
    """It ended by no decision of a desk or of the applicant."""

    reason: str


class CaseObjected(Fact):
    """The applicant objects to the rejection; the answer is late from `due` on."""

    by: Party
    due: datetime
    words: Personal[str]


class ObjectionUpheld(Fact):
    """The rejection falls: the applicant may put everything right and hand it in again."""

    by: Party
    words: Personal[str]


class ObjectionDismissed(Fact):
    """The rejection stands, for good."""

    by: Party
    words: Personal[str]


AnyFact = (
    RoundOpened
    | StageOpened
    | DeskClaimed
    | DeskReleased
    | DeskHandedOver
    | DeskApproved
    | CaseReturned
    | CaseRejected
    | DeskPassedUp
    | StageEscalated
    | CaseApproved
    | CaseWithdrawn
    | CaseEnded
    | CaseObjected
    | ObjectionUpheld
    | ObjectionDismissed
)
FACTS: Final[tuple[type[Fact], ...]] = (
    RoundOpened, StageOpened, DeskClaimed, DeskReleased, DeskHandedOver, DeskApproved,
    CaseReturned, CaseRejected, DeskPassedUp, StageEscalated, CaseApproved, CaseWithdrawn,
    CaseEnded, CaseObjected, ObjectionUpheld, ObjectionDismissed,
)  # fmt: skip
