"""What an authority asks of a scheme's windows. `scheme` is the policy in force."""

from datetime import date, datetime

from shared.domain.decider import Command
from shared.domain.review.reviewer import Party
from shared.policy.subsidy import SchemePolicy


class OpenWindow(Command):
    scheme: SchemePolicy
    opens: date
    closes: date
    words: str
    by: Party
    at: datetime


class ExtendWindow(Command):
    scheme: SchemePolicy
    code: str
    closes: date
    words: str
    by: Party
    at: datetime


class CloseWindow(Command):
    scheme: SchemePolicy
    code: str
    words: str
    by: Party
    at: datetime


WindowCommand = OpenWindow | ExtendWindow | CloseWindow
