"""A schedule's commands and facts: an F-class talent of 1,000 yuan a month, approved 2026-03-16."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from services.subsidy.payouts.commands import (
    CheckPeriod,
    EndSchedule,
    Facts,
    MakeSchedule,
    PlacePayment,
    SettlePayment,
)
from services.subsidy.payouts.events import (
    PaymentMade,
    PaymentPlaced,
    PeriodFellDue,
    ScheduleEnded,
    ScheduleMade,
)
from services.subsidy.payouts.periods import Period, Terms, period

MARCH = datetime(2026, 3, 16, 2, tzinfo=UTC)
APRIL = datetime(2026, 4, 10, 2, tzinfo=UTC)
TENTH = date(2026, 4, 10)
MAY = datetime(2026, 5, 10, 2, tzinfo=UTC)
KEPT = date(2056, 12, 31)


def terms(**changes: Any) -> Terms:
    values: dict[str, Any] = {
        "amount": "1000.00", "cycle": "month", "periods": 24, "paid": "afterwards", "due_day": 10,
        "starts": date(2026, 3, 16),
    }  # fmt: skip
    return Terms(**(values | changes))


def made(**changes: Any) -> ScheduleMade:
    values: dict[str, Any] = {
        "talent_id": "t1", "scheme": "living-allowance", "window": None, "channel": "f",
        "talent_class": "F", "row": "F", "classes": ("F",), "units": ("u1",), "terms": terms(),
        "amount": "1000.00", "employed_until": date(2027, 3, 31), "policy_version": "1",
        "at": MARCH,
    }  # fmt: skip
    return ScheduleMade(**(values | changes))


MAKE = MakeSchedule(fact=made())


def facts(**changes: Any) -> Facts:
    known: dict[str, Any] = {"talent_class": "F", "barred_until": None, "account_id": "a1"}
    return Facts(**(known | changes))


def nth(number: int, **changes: Any) -> Period:
    found = period(terms(**changes), number)
    assert found is not None
    return found


def check(number: int = 1, at: datetime = APRIL, **known: Any) -> CheckPeriod:
    return CheckPeriod(period=number, facts=facts(**known), at=at)


def fell_due(number: int = 1, at: datetime = APRIL) -> PeriodFellDue:
    one = nth(number)
    return PeriodFellDue(
        period=number, starts=one.starts, ends=one.ends, due_on=one.due_on, amount=one.amount, at=at
    )


def place(number: int = 1, batch: str = "b1", line: int = 1, **known: Any) -> PlacePayment:
    return PlacePayment(period=number, batch_id=batch, line=line, facts=facts(**known), at=APRIL)


def placed(number: int = 1, batch: str = "b1", line: int = 1, account: str = "a1") -> PaymentPlaced:
    amount = nth(number).amount
    return PaymentPlaced(
        period=number, amount=amount, batch_id=batch, line=line, account_id=account, at=APRIL
    )


def settle(batch: str = "b1", line: int = 1, **more: Any) -> SettlePayment:
    values: dict[str, Any] = {"paid_on": APRIL.date(), "retained_until": KEPT, "at": APRIL}
    return SettlePayment(batch_id=batch, line=line, **(values | more))


def paid(number: int = 1, batch: str = "b1", line: int = 1) -> PaymentMade:
    return PaymentMade(
        period=number, amount=nth(number).amount, batch_id=batch, line=line, account_id="a1",
        scheme="living-allowance", paid_on=APRIL.date(), retained_until=KEPT, at=APRIL,
    )  # fmt: skip


def end(reason: str, then: str, last_day: date = TENTH) -> EndSchedule:
    values = {"reason": reason, "then": then, "last_day": last_day, "at": APRIL}
    return EndSchedule.model_validate(values)


def ended(reason: str, then: str, last_day: date = TENTH) -> ScheduleEnded:
    return ScheduleEnded(**end(reason, then, last_day).model_dump())


def yuan(text: str) -> Decimal:
    return Decimal(text)
