"""What is recorded in the talent's own stream; others import it from `classification.events`."""

from datetime import datetime
from typing import Final

from shared.domain.review.reviewer import Party
from shared.events.model import Event
from shared.events.personal import Personal


class ClassEndingProposed(Event, type="classification.class-ending-proposed.v1"):
    """`application_id` is the one by which the class was granted; `reason` is a code of the policy
    data."""

    application_id: str
    reason: str
    words: Personal[str]
    by: Party
    at: datetime


class ClassEndingConfirmed(Event, type="classification.class-ending-confirmed.v1"):
    """By a second person; the class ends with it."""

    by: Party
    at: datetime


class ClassEndingDeclined(Event, type="classification.class-ending-declined.v1"):
    """A second person sees it otherwise, or who proposed it took it back: the class stays."""

    words: Personal[str]
    by: Party
    at: datetime


EndingEvent = ClassEndingProposed | ClassEndingConfirmed | ClassEndingDeclined
ENDING_EVENTS: Final[tuple[type[Event], ...]] = (
    ClassEndingProposed, ClassEndingConfirmed, ClassEndingDeclined,
)  # fmt: skip
