"""Periods and what they bring, to the fen (pro rata rules: policies/subsidy/payouts.yaml)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from services.subsidy.payouts.periods import Terms, all_periods
from shared.domain.money import Yuan, share
from shared.policy.loader import load_policies
from tests.unit.subsidy.payout_cases import nth, terms

YUAN = TypeAdapter(Yuan)


def test_a_month_that_begins_late_is_paid_by_its_days_and_the_last_one_pays_the_rest() -> None:
    every = all_periods(terms())
    assert len(every) == 25
    first, second, last = every[0], every[1], every[-1]
    assert (first.starts, first.ends) == (date(2026, 3, 16), date(2026, 3, 31))
    assert first.amount == Decimal("516.13")  # 16 of 31 days
    assert (second.starts, second.amount) == (date(2026, 4, 1), Decimal("1000.00"))
    assert (last.starts, last.ends) == (date(2028, 3, 1), date(2028, 3, 15))
    assert last.amount == Decimal("483.87")


def test_from_the_first_of_a_month_every_month_is_whole() -> None:
    every = all_periods(terms(starts=date(2026, 3, 1)))
    assert [p.amount for p in every] == [Decimal("1000.00")] * 24


def test_a_month_falls_due_on_its_day_of_the_next_one_at_midnight_in_shanghai() -> None:
    assert nth(1).due_on == date(2026, 4, 10)
    assert nth(1).due == datetime(2026, 4, 9, 16, tzinfo=UTC)
    assert nth(10).due_on == date(2027, 1, 10)


def test_a_year_is_paid_whole_in_the_month_after_its_first_day() -> None:
    yearly = {"cycle": "year", "periods": 5, "paid": "in-advance", "due_day": 20}
    starts = date(2024, 2, 29)
    every = all_periods(terms(starts=starts, **yearly))
    assert [p.due_on for p in every[:2]] == [date(2024, 3, 20), date(2025, 3, 20)]
    assert [p.ends for p in every[:2]] == [date(2025, 2, 27), date(2026, 2, 27)]
    assert {p.amount for p in every} == {Decimal("1000.00")}


def test_a_period_is_cut_off_at_a_last_day() -> None:
    april = nth(2)
    cut = april.until(date(2026, 4, 10))
    assert cut is not None
    assert (cut.ends, cut.amount) == (date(2026, 4, 10), Decimal("333.33"))
    assert april.until(date(2026, 4, 30)) == april
    assert april.until(date(2026, 3, 31)) is None


@given(
    amount=st.decimals("0.01", "300000.00", places=2),
    periods=st.integers(1, 60),
    starts=st.dates(date(2022, 7, 10), date(2040, 12, 31)),
    cycle=st.sampled_from(["month", "year"]),
)
def test_all_periods_together_are_exactly_the_whole_amounts_and_every_day_once(
    amount: Decimal, periods: int, starts: date, cycle: str
) -> None:
    made = Terms.model_validate({
        "amount": amount, "cycle": cycle, "periods": periods, "paid": "afterwards", "due_day": 10,
        "starts": starts,
    })  # fmt: skip
    every = all_periods(made)
    assert sum(p.amount for p in every) == amount * periods
    assert every[0].starts == starts
    for before, after in pairwise(every):
        assert (after.starts - before.ends).days == 1
        assert after.due_on > before.due_on


@given(amount=st.decimals("0.01", "300000.00", places=2), part=st.integers(0, 31))
def test_a_share_and_the_rest_lose_no_fen(amount: Decimal, part: int) -> None:
    assert share(amount, part, 31) + (amount - share(amount, part, 31)) == amount
    assert abs(share(amount, part, 31) - amount * part / 31) <= Decimal("0.005")


@pytest.mark.parametrize("value", [1000.0, 0.1, 1, "1e3", "0.001", "-1.00", "", " 1", "１", None])
def test_an_amount_is_never_a_float_a_sign_or_a_fraction_of_a_fen(value: object) -> None:
    with pytest.raises(ValidationError):
        YUAN.validate_python(value)


def test_an_amount_is_written_as_text_with_its_fen() -> None:
    assert YUAN.dump_json(Decimal("1000")) == b'"1000.00"'
    assert YUAN.validate_json('"7.5"') == Decimal("7.50")


def test_every_class_of_every_scheme_has_an_amount_and_the_degree_counts() -> None:
    policy = load_policies().subsidy.versions[-1]
    for scheme in policy.schemes:
        for letter in scheme.classes:
            assert policy.payouts.amount(scheme.code, letter, letter, None, None)
    paid = policy.payouts.amount
    graduate = paid("living-allowance", "F", "F", "21", True)
    technician = paid("living-allowance", "F", "F", "47", None)
    assert graduate is not None
    assert technician is not None
    assert graduate.amount > technician.amount
    assert all(r.source == "illustrative" for r in policy.payouts.amounts)
