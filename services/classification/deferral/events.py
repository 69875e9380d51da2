"""What classification publishes of a deferral.

An application's stream holds what was asked, granted, handed in and decided; the talent's own
(`talentClass`) what is outstanding for the class in force. A `last_day` is a date in Shanghai and
ends at 24:00; categories are codes of the policy data.
"""

from datetime import date, datetime

from shared.domain.review.reviewer import Party
from shared.events.model import Event
from shared.events.personal import Personal


class Deferring(Event):
    """Something happened to an application's deferral at an instant."""

    at: datetime


class DeferralAsked(Deferring, type="classification.deferral-asked.v1"):
    """With a submission: what is missing, for how many days from the grant, and why."""

    categories: tuple[str, ...]
    days: int
    reason: Personal[str]


class DeferralGranted(Deferring, type="classification.deferral-granted.v1"):
    """Review goes on without `categories` until `last_day`; `refused` are those that were asked
    for too. `reminder_days` before the last one, at `reminder_hour`, the talent is reminded."""

    desk: str
    by: Party
    categories: tuple[str, ...]
    refused: tuple[str, ...]
    days: int
    last_day: date
    reminder_days: tuple[int, ...]
    reminder_hour: int
    words: Personal[str | None]


class DeferralDeclined(Deferring, type="classification.deferral-declined.v1"):
    """The application is returned for what is missing."""

    desk: str
    by: Party
    categories: tuple[str, ...]
    words: Personal[str]


class DeferralExtended(Deferring, type="classification.deferral-extended.v1"):
    """By a reviewer, who says why."""

    desk: str
    by: Party
    categories: tuple[str, ...]
    last_day: date
    words: Personal[str]


class DeferralReminded(Deferring, type="classification.deferral-reminded.v1"):
    """The last day comes near; `days_left` 0 on the day itself."""

    days_left: int
    last_day: date


class SupplementSubmitted(Deferring, type="classification.supplement-submitted.v1"):
    """Everything outstanding was handed in, for the `number`-th time (1, 2, …); the clock stands
    while it is reviewed, which is late from `due` on."""

    categories: tuple[str, ...]
    number: int
    due: datetime


class SupplementEscalated(Deferring, type="classification.supplement-escalated.v1"):
    """What was handed in waits longer than it should; `due` is when it was to be reviewed."""

    categories: tuple[str, ...]
    due: datetime


class SupplementAccepted(Deferring, type="classification.supplement-accepted.v1"):
    """The deferral is lifted."""

    desk: str
    by: Party
    categories: tuple[str, ...]
    words: Personal[str | None]


class SupplementReturned(Deferring, type="classification.supplement-returned.v1"):
    """`faulty` are the categories at fault; the clock runs on, to `last_day`."""

    desk: str
    by: Party
    categories: tuple[str, ...]
    faulty: tuple[str, ...]
    last_day: date
    words: Personal[str]


class DeferralMissed(Deferring, type="classification.deferral-missed.v1"):
    """The last day passed. `approved`: the class ends; else the application does."""

    categories: tuple[str, ...]
    last_day: date
    approved: bool


class DeferralClosed(Deferring, type="classification.deferral-closed.v1"):
    """Nothing is waited for any more: `reason` is `superseded` by another class, or
    `class-ended`."""

    reason: str


class MaterialsOutstanding(Event, type="classification.materials-outstanding.v1"):
    """The class in force lacks these materials until `last_day`; None while what was handed in is
    reviewed. Said again whenever it changes."""

    application_id: str
    categories: tuple[str, ...]
    last_day: date | None
    at: datetime


class MaterialsCompleted(Event, type="classification.materials-completed.v1"):
    """Nothing is outstanding any more: the deferral was lifted."""

    application_id: str
    at: datetime


class MaterialsReleased(Event, type="classification.materials-released.v1"):
    """What was outstanding went with its class: `reason` is `superseded` or `class-ended`."""

    application_id: str
    reason: str
    at: datetime


DeferralEvent = (
    DeferralAsked
    | DeferralGranted
    | DeferralDeclined
    | DeferralExtended
    | DeferralReminded
    | SupplementSubmitted
    | SupplementEscalated
    | SupplementAccepted
    | SupplementReturned
    | DeferralMissed
    | DeferralClosed
)
MaterialsEvent = MaterialsOutstanding | MaterialsCompleted | MaterialsReleased
DEFERRAL_EVENTS: tuple[type[Event], ...] = (
    DeferralAsked, DeferralGranted, DeferralDeclined, DeferralExtended, DeferralReminded,
    SupplementSubmitted, SupplementEscalated, SupplementAccepted, SupplementReturned,
    DeferralMissed, DeferralClosed,
)  # fmt: skip
MATERIALS_EVENTS: tuple[type[Event], ...] = (
    MaterialsOutstanding, MaterialsCompleted, MaterialsReleased,
)  # fmt: skip
