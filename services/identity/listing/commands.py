"""What can be asked of an entry of the abnormal list."""

from datetime import date, datetime

from services.identity.listing.events import ListingProposed
from shared.domain.decider import Command
from shared.domain.review.reviewer import Party


class Propose(Command):
    fact: ListingProposed


class Confirm(Command):
    """`barred_until`, `object_until`: last days, by the policy of the day of decision."""

    barred_until: date
    object_until: date
    by: Party
    at: datetime


class Decline(Command):
    words: str
    by: Party
    at: datetime


class Withdraw(Command):
    by: Party
    at: datetime


class Object(Command):
    """`today` is the day in Asia/Shanghai."""

    talent_id: str
    words: str
    today: date
    at: datetime


class Uphold(Command):
    words: str
    by: Party
    at: datetime


class Dismiss(Command):
    words: str
    by: Party
    at: datetime


class Lift(Command):
    words: str
    by: Party
    at: datetime


ListingCommand = Propose | Confirm | Decline | Withdraw | Object | Uphold | Dismiss | Lift
