"""What can be asked of a reservation."""

from datetime import date, datetime

from shared.domain.decider import Command


class ClaimReservation(Command):
    """`holder` wants the slot for `account`. `settled`: holders whose registration was abandoned;
    `replacing`: accounts of the same person, which ended. `today` is the day in Asia/Shanghai."""

    holder: str
    account: str
    settled: frozenset[str] = frozenset()
    replacing: frozenset[str] = frozenset()
    today: date
    at: datetime


class ConfirmReservation(Command):
    holder: str
    at: datetime


class ReleaseReservation(Command):
    """`by` is the holder or the account; of a slot that is neither's nothing happens."""

    by: str
    at: datetime


class PlaceBar(Command):
    entry_id: str
    account: str
    until: date
    at: datetime


class LiftBar(Command):
    entry_id: str
    at: datetime


ReservationCommand = ClaimReservation | ConfirmReservation | ReleaseReservation | PlaceBar | LiftBar
