"""Reservations, registrations, credentials and revoked access, as their deciders have it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.identity.access.commands import RevokeAccess
from services.identity.access.decider import DECIDER as ACCESS
from services.identity.credentials.commands import CloseCredentials, HoldSlots, SetPassword
from services.identity.credentials.decider import DECIDER as CREDENTIALS
from services.identity.events import AccessRevoked
from services.identity.private_events import (
    BarLifted,
    BarPlaced,
    CredentialsClosed,
    PasswordSet,
    RegistrationAbandoned,
    RegistrationCompleted,
    RegistrationStarted,
    ReservationClaimed,
    ReservationConfirmed,
    ReservationReleased,
    SlotsHeld,
)
from services.identity.registration.commands import (
    AbandonRegistration,
    BeginRegistration,
    CompleteRegistration,
)
from services.identity.registration.decider import DECIDER as REGISTRATION
from services.identity.reservation.commands import (
    ClaimReservation,
    ConfirmReservation,
    LiftBar,
    PlaceBar,
    ReleaseReservation,
)
from services.identity.reservation.decider import DECIDER as RESERVATION
from shared.events.personal import ERASED
from shared.testing.scenario import given

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)


def claim(who: str, **more: frozenset[str]) -> ClaimReservation:
    return ClaimReservation(holder=who, account=who, today=TODAY, at=NOW, **more)


def claimed(who: str) -> ReservationClaimed:
    return ReservationClaimed(holder=who, account=who, claimed_at=NOW)


def confirmed(who: str) -> ReservationConfirmed:
    return ReservationConfirmed(holder=who, confirmed_at=NOW)


def released(who: str) -> ReservationReleased:
    return ReservationReleased(holder=who, released_at=NOW)


def barred(until: date) -> BarPlaced:
    return BarPlaced(entry_id="e1", account="a", until=until, placed_at=NOW)


def test_a_free_slot_is_claimed_once() -> None:
    given(RESERVATION).when(claim("a")).then(claimed("a"))
    given(RESERVATION, claimed("a")).when(claim("a")).then_nothing()
    given(RESERVATION, claimed("a"), released("a")).when(claim("b")).then(claimed("b"))


def test_an_unconfirmed_slot_yields_only_once_its_holder_is_settled() -> None:
    given(RESERVATION, claimed("a")).when(claim("b")).then_rejected("reservation-unsettled")
    settled = claim("b", settled=frozenset({"a"}))
    given(RESERVATION, claimed("a")).when(settled).then(claimed("b"))
    given(RESERVATION, claimed("c")).when(settled).then_rejected("reservation-unsettled")


def test_a_confirmed_slot_is_taken_whatever_was_settled() -> None:
    history = claimed("a"), confirmed("a")
    settled = claim("b", settled=frozenset({"a"}))
    given(RESERVATION, *history).when(settled).then_rejected("reservation-taken")
    replacing = claim("b", replacing=frozenset({"a"}))
    given(RESERVATION, *history).when(replacing).then(claimed("b"))


def test_only_the_holder_confirms_and_gives_back() -> None:
    confirm = ConfirmReservation(holder="a", at=NOW)
    given(RESERVATION, claimed("a")).when(confirm).then(confirmed("a"))
    given(RESERVATION, claimed("a"), confirmed("a")).when(confirm).then_nothing()
    given(RESERVATION, claimed("b")).when(confirm).then_rejected("registration-overtaken")
    given(RESERVATION, claimed("b")).when(ReleaseReservation(by="a", at=NOW)).then_nothing()
    given(RESERVATION, claimed("a")).when(ReleaseReservation(by="a", at=NOW)).then(released("a"))


@pytest.mark.parametrize("freed", [True, False])
def test_a_bar_keeps_everybody_out_until_its_last_day_is_over(freed: bool) -> None:
    history = (claimed("a"), confirmed("a"), barred(TODAY), *([released("a")] if freed else []))
    refusal = given(RESERVATION, *history).when(claim("b")).then_rejected("registration-barred")
    assert refusal.params == {"until": "2026-03-02"}


def test_who_served_a_bar_takes_over_from_the_account_that_ended() -> None:
    history = claimed("a"), confirmed("a"), barred(date(2026, 3, 1))
    after = given(RESERVATION, *history).when(claim("b")).then(claimed("b"))
    assert after.state.returning() == frozenset({"a"})


def test_a_lifted_bar_leaves_the_account_its_slot() -> None:
    place = PlaceBar(entry_id="e1", account="a", until=TODAY, at=NOW)
    lift, lifted = LiftBar(entry_id="e1", at=NOW), BarLifted(entry_id="e1", lifted_at=NOW)
    history = claimed("a"), confirmed("a")
    given(RESERVATION, *history).when(place).then(barred(TODAY))
    given(RESERVATION, *history, barred(TODAY)).when(place).then_nothing()
    given(RESERVATION, *history).when(lift).then_nothing()
    given(RESERVATION, *history, barred(TODAY)).when(lift).then(lifted)
    after = given(RESERVATION, *history, barred(TODAY), lifted)
    after.when(claim("b")).then_rejected("reservation-taken")


STARTED = RegistrationStarted(kind="talent", account="a", started_at=NOW)
COMPLETED = RegistrationCompleted(
    fact_type="t", fact="{}", password_hash="h", slots=("s",), policy_version="1", completed_at=NOW
)
ABANDONED = RegistrationAbandoned(abandoned_at=NOW)
BEGIN = BeginRegistration(kind="talent", account="a", at=NOW)
COMPLETE = CompleteRegistration(
    fact_type="t", fact="{}", password_hash="h", slots=("s",), policy_version="1", at=NOW
)
ABANDON = AbandonRegistration(at=NOW)


def test_a_registration_is_completed_or_abandoned_and_never_both() -> None:
    given(REGISTRATION).when(BEGIN).then(STARTED)
    given(REGISTRATION, STARTED).when(BEGIN).then_nothing()
    given(REGISTRATION, STARTED).when(COMPLETE).then(COMPLETED)
    given(REGISTRATION, STARTED, COMPLETED).when(COMPLETE).then_nothing()
    given(REGISTRATION, STARTED, COMPLETED).when(ABANDON).then_nothing()
    given(REGISTRATION, STARTED).when(ABANDON).then(ABANDONED)
    given(REGISTRATION, STARTED, ABANDONED).when(ABANDON).then_nothing()
    given(REGISTRATION, STARTED, ABANDONED).when(COMPLETE).then_rejected("registration-overtaken")
    given(REGISTRATION, ABANDONED).when(BEGIN).then_rejected("registration-overtaken")
    given(REGISTRATION).when(COMPLETE).then_rejected("registration-not-started")


SLOTS = SlotsHeld(slots=("s1", "s2"), held_at=NOW)
CLOSED = CredentialsClosed(closed_at=NOW)


def password(hashed: str) -> PasswordSet:
    return PasswordSet(password_hash=hashed, why="registered", set_at=NOW)


def test_credentials_are_set_kept_and_closed() -> None:
    set_it = SetPassword(password_hash="h", why="registered", at=NOW)
    hold = HoldSlots(slots=("s1", "s2"), at=NOW)
    close = CloseCredentials(at=NOW)
    given(CREDENTIALS).when(set_it).then(password("h"))
    given(CREDENTIALS, password("h")).when(set_it).then_nothing()
    given(CREDENTIALS, password("h")).when(hold).then(SLOTS)
    given(CREDENTIALS, SLOTS).when(hold).then_nothing()
    given(CREDENTIALS, password("h"), SLOTS).when(close).then(CLOSED)
    given(CREDENTIALS, CLOSED).when(close).then_nothing()
    given(CREDENTIALS, CLOSED).when(set_it).then_rejected("account-closed")


def test_an_erased_hash_opens_nothing_and_the_slots_are_still_known() -> None:
    erased = PasswordSet(password_hash=ERASED, why="registered", set_at=NOW)
    state = given(CREDENTIALS, erased, SLOTS).state
    assert (state.password_hash, state.slots) == (None, ("s1", "s2"))


def revoked(session: str | None, at: datetime) -> AccessRevoked:
    return AccessRevoked(account_id="a", session_id=session, not_before=at)


def revoke(session: str | None, at: datetime) -> RevokeAccess:
    return RevokeAccess(account_id="a", session_id=session, not_before=at)


def test_a_session_is_revoked_once_and_an_account_whenever_it_is_later() -> None:
    later = NOW + timedelta(seconds=1)
    given(ACCESS).when(revoke("s", NOW)).then(revoked("s", NOW))
    given(ACCESS, revoked("s", NOW)).when(revoke("s", later)).then_nothing()
    given(ACCESS, revoked(None, NOW)).when(revoke(None, later)).then(revoked(None, later))
    given(ACCESS, revoked(None, later)).when(revoke(None, NOW)).then_nothing()
