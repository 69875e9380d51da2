"""A talent changes units: the new one confirms, and the payments go on as policy says."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.subsidy.moving.commands import AnswerUnitChange, RecordUnitChange
from services.subsidy.moving.decider import resumption
from services.subsidy.moving.events import (
    UnitChangeConfirmed,
    UnitChangeDisputed,
    UnitChangeRecorded,
    UnitsChanged,
)
from services.subsidy.payouts.decider import DECIDER
from services.subsidy.payouts.periods import months_later
from shared.testing.scenario import given as given_of
from tests.unit.subsidy.payout_cases import (
    MAKE,
    MAY,
    check,
    end,
    fell_due,
    made,
    paid,
    place,
    placed,
)

LEFT = date(2026, 4, 9)
SINCE = date(2026, 4, 20)
SIX_MONTHS = date(2026, 10, 9)
UNTIL = date(2027, 4, 30)


def given(*events: Any) -> Any:
    return given_of(DECIDER, *events)


def ended(reason: str = "employment-ended", then: str = "pro-rata", last: date = LEFT) -> Any:
    (event, *_) = DECIDER.decide(end(reason, then, last), state_after(made()))
    return event


def state_after(*events: Any) -> Any:
    return given(*events).state


def record(since: date = SINCE, units: tuple[str, ...] = ("u2",), **more: Any) -> RecordUnitChange:
    values: dict[str, Any] = {"resume_until": None, "today": date(2026, 5, 10), "at": MAY}
    return RecordUnitChange(units=units, since=since, **(values | more))


def recorded(since: date = SINCE, units: tuple[str, ...] = ("u2",)) -> UnitChangeRecorded:
    return UnitChangeRecorded(units=units, since=since, at=MAY)


def answer(unit: str = "u2", at: datetime = MAY, **more: Any) -> AnswerUnitChange:
    values: dict[str, Any] = {"confirmed": True, "until": UNTIL, "by": "clerk"}
    return AnswerUnitChange(organisation_id=unit, at=at, **(values | more))


def confirmed(unit: str = "u2") -> UnitChangeConfirmed:
    return UnitChangeConfirmed(organisation_id=unit, by="clerk", at=MAY)


def changed(**more: Any) -> UnitsChanged:
    values: dict[str, Any] = {"last_day": None, "from_period": None, "units": ("u2",)}
    return UnitsChanged(since=SINCE, employed_until=UNTIL, at=MAY, **(values | more))


RESUMED = changed(last_day=LEFT, from_period=3)


def test_without_a_gap_the_new_unit_takes_the_place_of_the_old() -> None:
    case = given(made()).when(record()).then(recorded())
    case.when(record()).then_nothing()
    after = case.when(answer()).then(confirmed(), changed())
    assert (after.state.units, after.state.employed_until) == (("u2",), UNTIL)
    after.when(answer()).then_rejected("no-unit-change")


def test_of_dispatched_labour_both_units_confirm() -> None:
    both = ("agency", "host")
    case = given(made()).when(record(units=both)).then(recorded(units=both))
    one = case.when(answer("host")).then(confirmed("host"))
    one.when(answer("host")).then_nothing()
    one.when(answer("agency")).then(confirmed("agency"), changed(units=both))


def test_who_left_is_paid_on_from_the_first_whole_period_in_the_new_unit() -> None:
    case = given(made(), ended()).when(record(resume_until=SIX_MONTHS)).then(recorded())
    after = case.when(answer()).then(confirmed(), RESUMED).state
    assert (after.ended, after.next, after.coming.starts) == (None, 3, date(2026, 5, 1))
    # April falls due no more: its days in the old unit were due with the end, or not at all.
    given(made(), ended(), recorded(), confirmed(), RESUMED).when(check(2, MAY)).then_nothing()


def test_what_fell_due_before_the_end_was_known_is_worth_the_days_worked_still() -> None:
    # The whole of March fell due; then the unit said that they had left on the 25th of March.
    history = (made(), fell_due(1), ended(last=date(2026, 3, 25)), recorded(), confirmed())
    resumed = changed(last_day=date(2026, 3, 25), from_period=3)
    state = state_after(*history, resumed)
    cut = state.worth(state.due[1])
    assert cut == Decimal("322.58")
    assert cut < state.due[1].amount
    (taken,) = given(*history, resumed).when(place()).decided()
    assert taken.amount == cut


def test_a_payment_made_is_not_made_again_after_a_change() -> None:
    history = (made(), fell_due(), placed(), paid(), ended(), recorded(), confirmed(), RESUMED)
    given(*history).when(place()).then_rejected("payment-made-already")
    given(*history).when(check(1)).then_nothing()


def test_a_unit_that_disputes_it_says_why_and_nothing_changes() -> None:
    case = given(made(), recorded())
    case.when(answer(confirmed=False)).then_rejected("invalid-fields")
    said = UnitChangeDisputed(organisation_id="u2", words="查无此人", by="clerk", at=MAY)
    after = case.when(answer(confirmed=False, words="查无此人")).then(said)
    assert after.state.units == ("u1",)
    after.when(answer()).then_rejected("no-unit-change")
    after.when(record()).then(recorded())


@pytest.mark.parametrize(
    ("since", "resume_until", "code"),
    [
        (date(2026, 5, 11), SIX_MONTHS, "date-in-future"),
        (LEFT, SIX_MONTHS, "before-last-day"),
        (date(2026, 4, 21), date(2026, 4, 20), "resumed-too-late"),
    ],
)
def test_days_that_are_refused(since: date, resume_until: date, code: str) -> None:
    refusal = (
        given(made(), ended())
        .when(record(since, resume_until=resume_until))
        .then_rejected("invalid-fields")
    )
    assert [(f.pointer, f.code) for f in refusal.fields] == [("/since", code)]


def test_what_cannot_go_on() -> None:
    given().when(record()).then_rejected("schedule-not-found")
    given(made()).when(record(units=("u1",))).then_rejected("unit-unchanged")
    # Back in the same unit: that is a change where they had left.
    given(made(), ended()).when(record(units=("u1",), resume_until=SIX_MONTHS)).then(
        recorded(units=("u1",))
    )
    other = ended("class-ended", "stop")
    given(made(), other).when(record(resume_until=SIX_MONTHS)).then_rejected("schedule-over")
    stranger = given(made(), recorded()).when(answer("u9")).then_rejected("no-unit-change")
    assert stranger.status == 404


def test_an_end_for_good_meanwhile_is_not_undone_by_a_units_word() -> None:
    history = (made(), ended(), recorded(), ended("false-declaration", "claw-back"))
    given(*history).when(answer()).then_rejected("schedule-over")


def test_periods_that_are_left() -> None:
    state = state_after(*given().when(MAKE).decided())
    first = resumption(state, date(2026, 3, 16))
    assert first is not None
    assert first.number == 1
    assert resumption(state, date(2028, 6, 1)) is None


def test_a_month_later_is_the_same_day_or_the_months_last() -> None:
    assert months_later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_later(date(2026, 4, 9), 6) == SIX_MONTHS
