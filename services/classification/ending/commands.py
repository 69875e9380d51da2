"""What is asked of a class in force."""

from datetime import datetime

from shared.domain.decider import Command
from shared.domain.review.reviewer import Party


class ProposeEnding(Command):
    """`reason` is a code of the policy data."""

    reason: str
    words: str
    by: Party
    at: datetime


class ConfirmEnding(Command):
    by: Party
    at: datetime


class DeclineEnding(Command):
    """By a second person, or by who proposed it."""

    words: str
    by: Party
    at: datetime


class RestoreClass(Command):
    """What ended it (`reference`) was wrong."""

    reference: str
    at: datetime


EndingCommand = ProposeEnding | ConfirmEnding | DeclineEnding
