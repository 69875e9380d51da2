"""What people and deadlines ask of a review. Time is passed in; reviewers come with their desks.

`round` on a decision is the round that the reviewer was looking at: a decision about an earlier
one is refused, since the case has changed since. None means the present one.
"""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from shared.domain.review.plan import PinnedPlan
from shared.domain.review.reviewer import Party, Reviewer


class Intention(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime


class _AtDesk(Intention):
    desk: str
    by: Reviewer
    round: int | None = None


class Claim(_AtDesk):
    """To be the only one who decides at a desk, until released or handed over."""


class Release(_AtDesk):
    """Give the case back to the desk."""


class HandOver(_AtDesk):
    """Give a desk's case to a colleague who may decide there. Whoever may decide at the desk may
    do so, also with somebody else's claim: that colleague may be ill. It is recorded who did."""

    to: Reviewer


class Approve(_AtDesk):
    words: str | None = None


class Return(_AtDesk):
    """For correction. At least one field (JSON pointer) or attachment (id or category) is named."""

    fields: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    words: str


class Reject(_AtDesk):
    """For good; `reason` is a code of the policy data."""

    reason: str
    words: str


class Resubmit(Intention):
    """The corrected case. It goes to the stage that returned it (or to an earlier one, whose
    approval turns out to be the applicant's own); with `from_start`, or with a new `plan`, because
    a unit changed, to the first, and every approval is asked for anew.

    `round` is the round that was returned; the same resubmission again records nothing.
    """

    by: Party
    round: int
    from_start: bool = False
    plan: PinnedPlan | None = None


class PassUp(Intention):
    """Let no desk wait for nobody: `staff` is everybody who sits at any desk of the plan. Put it
    whenever a stage opens, a desk decides, or staff change."""

    staff: tuple[Reviewer, ...]


class Escalate(Intention):
    """The due date has passed. Before it, or twice, it does nothing."""


class Withdraw(Intention):
    by: Party


class End(Intention):
    """The host's own rules end the case: a deferral ran out, the applicant was barred."""

    reason: str


class RaiseObjection(Intention):
    """To the rejection, once, by the applicant."""

    by: Party
    words: str


class DecideObjection(Intention):
    """By somebody above the desk that rejected, who decided nothing in the case before; where
    nobody is above it, by a colleague there."""

    by: Reviewer
    upheld: bool
    words: str


AnyDecision = Approve | Return | Reject
AnyIntention = (
    Claim
    | Release
    | HandOver
    | AnyDecision
    | Resubmit
    | PassUp
    | Escalate
    | Withdraw
    | End
    | RaiseObjection
    | DecideObjection
)
ReviewIntention = (
    Claim | Release | HandOver | AnyDecision | Escalate | PassUp | RaiseObjection | DecideObjection
)
"""What needs nothing of the host's own; the rest is the host's commands."""
