"""What a schedule's stream says of a change of units; others import it from `subsidy.events`."""

from datetime import date, datetime
from typing import Final

from shared.events.model import Event
from shared.events.personal import Personal


class UnitChangeRecorded(Event, type="subsidy.unit-change-recorded.v1"):
    """The talent works for `units` (organisation ids) from the day `since` on; they are to confirm
    it, all of them."""

    units: tuple[str, ...]
    since: date
    at: datetime


class UnitChangeConfirmed(Event, type="subsidy.unit-change-confirmed.v1"):
    """One of them did."""

    organisation_id: str
    by: str
    at: datetime


class UnitChangeDisputed(Event, type="subsidy.unit-change-disputed.v1"):
    """One of them says otherwise: nothing changes."""

    organisation_id: str
    words: Personal[str]
    by: str
    at: datetime


class UnitsChanged(Event, type="subsidy.units-changed.v1"):
    """All of them did. `employed_until` is up to when their word counts. Where the payments had
    ended with the last day in the unit before (`last_day`), they go on with `from_period`, the
    first that begins on or after `since`; the days between are not paid."""

    units: tuple[str, ...]
    since: date
    employed_until: date
    last_day: date | None
    from_period: int | None
    at: datetime


MovingEvent = UnitChangeRecorded | UnitChangeConfirmed | UnitChangeDisputed | UnitsChanged
MOVING_EVENTS: Final[tuple[type[Event], ...]] = (
    UnitChangeRecorded, UnitChangeConfirmed, UnitChangeDisputed, UnitsChanged,
)  # fmt: skip
