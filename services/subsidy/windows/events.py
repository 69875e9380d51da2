"""What an authority decides about a scheme's windows; others import it from `subsidy.events`.

One stream a scheme. Days are Shanghai days, both included.
"""

from datetime import date, datetime
from typing import Final

from shared.domain.decider import Category
from shared.domain.review.reviewer import Party
from shared.events.model import Event
from shared.policy.subsidy import SchemeCode

WINDOWS: Final = Category("schemeWindows", "subsidy")


class WindowOpened(Event, type="subsidy.window-opened.v1"):
    """One more than the policy's."""

    scheme: SchemeCode
    code: str
    opens: date
    closes: date
    words: str
    by: Party
    at: datetime


class WindowExtended(Event, type="subsidy.window-extended.v1"):
    """`closes` is its last day now; it may be one of the policy's."""

    scheme: SchemeCode
    code: str
    opens: date
    closes: date
    words: str
    by: Party
    at: datetime


class WindowClosed(Event, type="subsidy.window-closed.v1"):
    """Before its time, at this instant."""

    scheme: SchemeCode
    code: str
    opens: date
    closes: date
    words: str
    by: Party
    at: datetime


WindowEvent = WindowOpened | WindowExtended | WindowClosed
WINDOW_EVENTS: Final[tuple[type[Event], ...]] = (WindowOpened, WindowExtended, WindowClosed)
