"""What identity records for itself alone: reservations, registrations under way, credentials."""

from datetime import date, datetime
from typing import Final, Literal

from shared.domain.decider import Category
from shared.events.model import Event
from shared.events.personal import Personal
from shared.events.registry import Upcaster

RESERVATION: Final = Category("reservation", "identity", public=False)
REGISTRATION: Final = Category("registration", "identity", public=False)
CREDENTIALS: Final = Category("credentials", "identity", public=False)


class ReservationClaimed(Event, type="identity.reservation-claimed.v1", private=True):
    """`holder` is the registration that arbitrates, `account` whom the slot leads to."""

    holder: str
    account: str
    claimed_at: datetime


class ReservationConfirmed(Event, type="identity.reservation-confirmed.v1", private=True):
    holder: str
    confirmed_at: datetime


class ReservationReleased(Event, type="identity.reservation-released.v1", private=True):
    """The slot is free; bars on it stay."""

    holder: str
    released_at: datetime


class BarPlaced(Event, type="identity.bar-placed.v1", private=True):
    """The document's holder may not register; `until` is the last barred day in Asia/Shanghai."""

    entry_id: str
    account: str
    until: date
    placed_at: datetime


class BarLifted(Event, type="identity.bar-lifted.v1", private=True):
    entry_id: str
    lifted_at: datetime


class RegistrationStarted(Event, type="identity.registration-started.v1", private=True):
    """Captcha and code were right: from here on the same request may be repeated. `kind` says who
    finishes it."""

    kind: str
    account: str
    started_at: datetime


class RegistrationCompleted(Event, type="identity.registration-completed.v1", private=True):
    """The decision. `fact` is the public event in JSON, of stored type `fact_type`; recording it
    in its own stream, and confirming the `slots`, may be repeated until they have happened."""

    fact_type: str
    fact: Personal[str]
    password_hash: Personal[str | None]
    slots: tuple[str, ...]
    policy_version: str | None
    completed_at: datetime


class RegistrationAbandoned(Event, type="identity.registration-abandoned.v1", private=True):
    """Somebody else needed what it held before it was completed, or it was refused."""

    abandoned_at: datetime


class PasswordSet(Event, type="identity.password-set.v1", private=True):
    """`password_hash` is Argon2id in PHC format (RFC 9106)."""

    password_hash: Personal[str]
    why: Literal["registered", "changed", "forgotten", "assisted", "rehashed"]
    set_at: datetime


class SlotsHeld(Event, type="identity.slots-held.v1", private=True):
    """The whole of the reservations that lead to the account: what erasing it releases."""

    slots: tuple[str, ...]
    held_at: datetime


class CredentialsClosed(Event, type="identity.credentials-closed.v1", private=True):
    """Nothing opens the account any more."""

    closed_at: datetime


ReservationEvent = (
    ReservationClaimed | ReservationConfirmed | ReservationReleased | BarPlaced | BarLifted
)
RegistrationEvent = RegistrationStarted | RegistrationCompleted | RegistrationAbandoned
CredentialsEvent = PasswordSet | SlotsHeld | CredentialsClosed

CATEGORIES: Final = (RESERVATION, REGISTRATION, CREDENTIALS)
EVENTS: Final[tuple[type[Event], ...]] = (
    ReservationClaimed,
    ReservationConfirmed,
    ReservationReleased,
    BarPlaced,
    BarLifted,
    RegistrationStarted,
    RegistrationCompleted,
    RegistrationAbandoned,
    PasswordSet,
    SlotsHeld,
    CredentialsClosed,
)
UPCASTERS: Final[tuple[Upcaster, ...]] = ()
