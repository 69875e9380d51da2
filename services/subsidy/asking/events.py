"""What an application's stream says to its units; others import it from `subsidy.events`."""

from datetime import date, datetime
from typing import Final

from shared.events.model import Event
from shared.policy.subsidy import SchemeCode


class UnitsAsked(Event, type="subsidy.units-asked.v1"):
    """The case came to these units (organisation ids), who are to say by the end of `last_day`
    (Shanghai); at `remind_at` those that have not are reminded."""

    units: tuple[str, ...]
    scheme: SchemeCode
    last_day: date
    remind_at: datetime | None
    at: datetime


class UnitsReminded(Event, type="subsidy.units-reminded.v1"):
    """These have not said anything yet. `by` is an officer's account id, None for the clock."""

    units: tuple[str, ...]
    scheme: SchemeCode
    last_day: date
    by: str | None
    at: datetime


AskingEvent = UnitsAsked | UnitsReminded
ASKING_EVENTS: Final[tuple[type[Event], ...]] = (UnitsAsked, UnitsReminded)
