"""What is published of an entry of the abnormal list; others import it from `identity.events`.

One stream an entry. What follows for the account is in the talent's own stream: `TalentListed` once
it is confirmed, `ListingLifted` once it is lifted.
"""

from datetime import date, datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from shared.domain.decider import Category
from shared.domain.review.reviewer import Party
from shared.events.model import Event
from shared.events.personal import Personal

LISTING: Final = Category("listing", "identity")

AbnormalKind = Literal["registration", "business"]


class Evidence(BaseModel):
    """A file of an application that shows it."""

    model_config = ConfigDict(frozen=True)

    context: str
    application_id: str
    attachment_id: str


class ListingProposed(Event, type="identity.listing-proposed.v1"):
    """A false declaration (§3.1, §3.3.5, §3.4.5), as one person sees it. `application_id` is the
    one whose rejection said so, if any; `ends_class` where the class in force rests on it."""

    entry_id: str
    talent_id: str
    kind: AbnormalKind
    reason: Personal[str]
    evidence: tuple[Evidence, ...]
    application_id: str | None
    ends_class: bool
    by: Party
    at: datetime


class ListingConfirmed(Event, type="identity.listing-confirmed.v1"):
    """By a second person. `barred_until` is the last barred day in Asia/Shanghai, `object_until`
    the last day on which the person may object."""

    talent_id: str
    kind: AbnormalKind
    reason: Personal[str]
    ends_class: bool
    barred_until: date
    object_until: date
    by: Party
    at: datetime


class ListingDeclined(Event, type="identity.listing-declined.v1"):
    """A second person sees it otherwise."""

    words: Personal[str]
    by: Party
    at: datetime


class ListingWithdrawn(Event, type="identity.listing-withdrawn.v1"):
    """By who proposed it."""

    by: Party
    at: datetime


class ObjectionMade(Event, type="identity.objection-made.v1"):
    """By the person who was listed; once."""

    words: Personal[str]
    at: datetime


class ObjectionUpheld(Event, type="identity.objection-upheld.v1"):
    """By somebody who had no part in the entry: it is lifted."""

    talent_id: str
    words: Personal[str]
    by: Party
    at: datetime


class ObjectionDismissed(Event, type="identity.objection-dismissed.v1"):
    """The entry stays."""

    words: Personal[str]
    by: Party
    at: datetime


class EntryLifted(Event, type="identity.entry-lifted.v1"):
    """Before its time, of the authority's own accord."""

    talent_id: str
    words: Personal[str]
    by: Party
    at: datetime


ListingEvent = (
    ListingProposed
    | ListingConfirmed
    | ListingDeclined
    | ListingWithdrawn
    | ObjectionMade
    | ObjectionUpheld
    | ObjectionDismissed
    | EntryLifted
)
LISTING_EVENTS: Final[tuple[type[Event], ...]] = (
    ListingProposed, ListingConfirmed, ListingDeclined, ListingWithdrawn, ObjectionMade,
    ObjectionUpheld, ObjectionDismissed, EntryLifted,
)  # fmt: skip
