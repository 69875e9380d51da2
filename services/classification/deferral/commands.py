"""What can be asked of a deferral; the request itself comes with the submission."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, InstanceOf

from services.classification.rulebook import Rulebook
from shared.domain.decider import Command
from shared.domain.review.reviewer import Reviewer


class DeferralRequest(BaseModel):
    """Which categories are missing, for how many days from the grant, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    categories: tuple[str, ...]
    days: int
    reason: str


class DeferralIntention(Command):
    """Of an application's deferral."""

    at: datetime


class GrantDeferral(DeferralIntention):
    """`categories`: all or some of those asked for; the others are returned for. `desk` is open,
    `round` the one that the reviewer was looking at."""

    desk: str
    by: Reviewer
    round: int | None = None
    categories: tuple[str, ...]
    days: int
    words: str | None
    book: InstanceOf[Rulebook]


class DeclineDeferral(DeferralIntention):
    desk: str
    by: Reviewer
    round: int | None = None
    words: str
    book: InstanceOf[Rulebook]


class ExtendDeferral(DeferralIntention):
    by: Reviewer
    last_day: date
    words: str
    book: InstanceOf[Rulebook]


class SubmitSupplement(DeferralIntention):
    """Manual §3.3.6. By the talent, once every outstanding category has a file."""

    book: InstanceOf[Rulebook]


class AcceptSupplement(DeferralIntention):
    by: Reviewer
    words: str | None


class ReturnSupplement(DeferralIntention):
    """`faulty`: the categories at fault."""

    by: Reviewer
    faulty: tuple[str, ...]
    words: str
    book: InstanceOf[Rulebook]


class ObserveDeferral(DeferralIntention):
    """The clock: remind, or end what was missed. Before its time, or twice, it does nothing."""


class CloseDeferral(DeferralIntention):
    """The class that it was granted for is no more, or another took its place."""

    reason: str


DeferralCommand = (
    GrantDeferral
    | DeclineDeferral
    | ExtendDeferral
    | SubmitSupplement
    | AcceptSupplement
    | ReturnSupplement
    | ObserveDeferral
    | CloseDeferral
)


class RecordOutstanding(Command):
    """Of a talent's own stream: what is outstanding for the class that an application brought."""

    application_id: str
    last_day: date | None
    at: datetime


class CompleteMaterials(Command):
    """Nothing is outstanding any more."""

    application_id: str
    at: datetime


class LapseClass(Command):
    """The class that an application brought ends, because its deferral was missed; harmless where
    another took its place."""

    application_id: str
    at: datetime


MaterialsCommand = RecordOutstanding | CompleteMaterials | LapseClass
