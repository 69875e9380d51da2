"""A reservation: one document, mobile or account name, held by one registration at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, assert_never

from services.identity.private_events import (
    RESERVATION,
    BarLifted,
    BarPlaced,
    ReservationClaimed,
    ReservationConfirmed,
    ReservationEvent,
    ReservationReleased,
)
from services.identity.reservation.commands import (
    ClaimReservation,
    ConfirmReservation,
    LiftBar,
    PlaceBar,
    ReleaseReservation,
    ReservationCommand,
)
from shared.domain.decider import Decider
from shared.domain.errors import DomainError

TAKEN: Final = "reservation-taken"
UNSETTLED: Final = "reservation-unsettled"
BARRED: Final = "registration-barred"


@dataclass(frozen=True, slots=True)
class Bar:
    entry_id: str
    account: str
    until: date


@dataclass(frozen=True, slots=True)
class Reservation:
    """`former` are the accounts that held it before a return after a bar."""

    holder: str | None = None
    account: str | None = None
    confirmed: bool = False
    former: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()

    def barred_until(self, today: date) -> date | None:
        """The last barred day, if today is barred."""
        return max((b.until for b in self.bars if b.until >= today), default=None)

    def returning(self) -> frozenset[str]:
        """Accounts of the same person that ended with a bar: a new one takes over from them."""
        if not self.bars:
            return frozenset()
        served = frozenset(b.account for b in self.bars if b.account == self.account)
        return served | frozenset(self.former)


def decide(command: ReservationCommand, state: Reservation) -> Sequence[ReservationEvent]:
    match command:
        case ClaimReservation():
            return _claim(command, state)
        case ConfirmReservation(holder=holder, at=at):
            if state.holder != holder:
                raise DomainError("registration-overtaken")
            return [] if state.confirmed else [ReservationConfirmed(holder=holder, confirmed_at=at)]
        case ReleaseReservation(by=by, at=at):
            if state.holder is None or by not in (state.holder, state.account):
                return []
            return [ReservationReleased(holder=state.holder, released_at=at)]
        case PlaceBar(entry_id=entry, account=account, until=until, at=at):
            bar = BarPlaced(entry_id=entry, account=account, until=until, placed_at=at)
            return [] if any(b.entry_id == entry for b in state.bars) else [bar]
        case LiftBar(entry_id=entry, at=at):
            lifted = [BarLifted(entry_id=entry, lifted_at=at)]
            return lifted if any(b.entry_id == entry for b in state.bars) else []
        case _:
            assert_never(command)


def _claim(command: ClaimReservation, state: Reservation) -> Sequence[ReservationEvent]:
    if (until := state.barred_until(command.today)) is not None:
        raise DomainError(BARRED, params={"until": until.isoformat()})
    if state.holder == command.holder:
        return []
    if state.holder is not None and not _yields(command, state):
        raise DomainError(TAKEN if state.confirmed else UNSETTLED)
    return [
        ReservationClaimed(holder=command.holder, account=command.account, claimed_at=command.at)
    ]


def _yields(command: ClaimReservation, state: Reservation) -> bool:
    if not state.confirmed:
        return state.holder in command.settled
    return state.account in state.returning() | command.replacing


def evolve(state: Reservation, event: ReservationEvent) -> Reservation:
    match event:
        case ReservationClaimed(holder=holder, account=account):
            former = state.former
            if state.confirmed and state.account is not None:
                former = (*former, state.account)
            return Reservation(holder, account, False, former, state.bars)
        case ReservationConfirmed():
            return replace(state, confirmed=True)
        case ReservationReleased():
            return Reservation(former=state.former, bars=state.bars)
        case BarPlaced(entry_id=entry, account=account, until=until):
            return replace(state, bars=(*state.bars, Bar(entry, account, until)))
        case BarLifted(entry_id=entry):
            return replace(state, bars=tuple(b for b in state.bars if b.entry_id != entry))
        case _:
            assert_never(event)


DECIDER: Final = Decider(RESERVATION, Reservation(), decide, evolve)
