"""`talent check payouts` over a real log: nothing is wrong, until somebody writes into it."""

from datetime import date
from typing import Any

from services.subsidy.payouts.events import SCHEDULE, PaymentMade
from shared.runtime.control import run_operation
from tests.integration.subsidy.conftest import Town
from tests.integration.subsidy.payouts import Treasury


async def checked(town: Town) -> list[dict[str, Any]]:
    operations = town.platform.operations
    return [answer async for answer in run_operation(operations, "check-payouts", {})]


async def test_a_month_agrees_and_a_falsified_log_does_not(town: Town) -> None:
    treasury = await Treasury.opened(town)
    talent = await treasury.granted()
    await treasury.goes_to(talent, 2026, 4, 10)
    failed = await treasury.sent()
    await treasury.answers(failed, {1: "bank-error"})
    batch = await treasury.sent()
    assert (await checked(town))[-1] == {
        "payments": 0, "total": "0.00", "settled": 1, "open": 1, "findings": 0,
    }  # fmt: skip
    await treasury.answers(batch)
    assert await checked(town) == [
        {"payments": 1, "total": "967.74", "settled": 2, "open": 0, "findings": 0}
    ]
    again = PaymentMade(
        period=1, amount="967.74", batch_id="another", line=1, account_id="a",
        scheme="living-allowance", paid_on=date(2026, 4, 11), retained_until=date(2056, 1, 1),
        at=town.clock.now(),
    )  # fmt: skip
    await town.record(SCHEDULE, treasury.schedule, again)
    *found, said = await checked(town)
    assert [one["finding"] for one in found] == ["period-paid-twice", "paid-without-a-line"]
    assert (said["payments"], said["findings"]) == (2, 2)
