"""From a granted allowance to money paid, over HTTP."""

import io
import zipfile

import pytest

from tests.integration.subsidy.conftest import Town
from tests.integration.subsidy.payouts import CARD, OTHER_CARD, Treasury


@pytest.fixture
async def treasury(town: Town) -> Treasury:
    return await Treasury.opened(town)


async def test_an_allowance_is_scheduled_falls_due_is_checked_sent_and_paid(
    treasury: Treasury, town: Town
) -> None:
    talent = await treasury.granted()
    mine = await talent.get("/payouts")
    assert mine["account"]["masked"] == "中国工商银行 **** 3446"
    (schedule,) = mine["schedules"]
    assert (schedule["amount"], schedule["starts"], schedule["payments"]) == (
        "1000.00", "2026-03-02", [],
    )  # fmt: skip
    assert schedule["coming"] == {"period": 1, "due_on": "2026-04-10", "amount": "967.74"}

    await treasury.goes_to(talent, 2026, 4, 9)
    assert (await talent.get("/payouts"))["schedules"][0]["payments"] == []
    await treasury.goes_to(talent, 2026, 4, 10)
    assert (await treasury.payment(talent))["state"] == "due"

    batch = await treasury.batch()
    assert (batch["status"], batch["count"], batch["total"]) == ("to-check", 1, "967.74")
    lines = (await treasury.checker.get(f"/batches/{batch['batch_id']}/lines"))["items"]
    assert [(one["holder"], one["account"], one["amount"]) for one in lines] == [
        ("黎示范", "中国工商银行 **** 3446", "967.74")
    ]
    await treasury.approves(batch)
    await treasury.clerk.does("POST", f"/batches/{batch['batch_id']}/export")
    await town.settled()
    rows = await treasury.rows(batch["batch_id"])
    assert [row[:5] for row in rows] == [["1", "黎示范", CARD, "中国工商银行", "967.74"]]

    answer = await treasury.answers(batch)
    assert answer.status_code == 200, answer.text
    seen = await treasury.seen(batch["batch_id"])
    assert (seen["status"], seen["paid_count"], seen["paid_total"], seen["failed_count"]) == (
        "settled", 1, "967.74", 0,
    )  # fmt: skip
    paid = await treasury.payment(talent)
    assert (paid["state"], paid["paid_on"], paid["account"]) == (
        "paid", "2026-04-10", "中国工商银行 **** 3446",
    )  # fmt: skip
    sent = await town.messages(talent)
    assert {k: n for k, n in sent.items() if k.startswith("payout")} == {
        "payout-scheduled": 1, "payout-paid": 1,
    }  # fmt: skip
    again = await treasury.answers(batch)
    assert again.status_code == 200
    assert (await treasury.batch())["status"] == "empty"


async def test_a_file_for_excel_has_the_same_rows_and_no_formula(treasury: Treasury) -> None:
    talent = await treasury.granted()
    await treasury.goes_to(talent, 2026, 4, 10)
    batch = await treasury.sent()
    path = f"/batches/{batch['batch_id']}/file"
    files = [
        (await treasury.clerk.call("GET", path, params={"format": "xlsx"})).content
        for _ in range(2)
    ]
    assert files[0] == files[1]
    with zipfile.ZipFile(io.BytesIO(files[0])) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert CARD in sheet
    assert "967.74" in sheet
    assert (await treasury.clerk.refused("GET", f"{path}?format=pdf"))[1] == (
        "payment-format-unknown"
    )


async def test_what_the_bank_could_not_do_goes_into_a_later_batch(
    treasury: Treasury, town: Town
) -> None:
    talent = await treasury.granted()
    await treasury.goes_to(talent, 2026, 4, 10)
    batch = await treasury.sent()
    assert (await treasury.answers(batch, {1: "bank-error"})).status_code == 200
    failed = await treasury.payment(talent)
    assert (failed["state"], failed["failure"]) == ("due", "银行系统处理失败")
    again = await treasury.sent()
    assert (again["count"], again["total"]) == (1, "967.74")
    await treasury.answers(again)
    assert (await treasury.payment(talent))["state"] == "paid"
    sent = await town.messages(talent)
    assert (sent["payout-failed"], sent["payout-paid"]) == (1, 1)


async def test_what_failed_for_the_account_waits_for_another_account(
    treasury: Treasury, town: Town
) -> None:
    talent = await treasury.granted()
    await treasury.goes_to(talent, 2026, 4, 10)
    await treasury.answers(await treasury.sent(), {1: "name-mismatch"})
    assert (await treasury.batch())["status"] == "empty"
    await treasury.enters(talent, OTHER_CARD)
    again = await treasury.sent()
    rows = await treasury.rows(again["batch_id"])
    assert [row[2] for row in rows] == [OTHER_CARD]
    await treasury.answers(again)
    paid = await treasury.payment(talent)
    assert (paid["state"], paid["account"]) == ("paid", "中国建设银行 **** 0004")
    assert (await town.messages(talent))["payout-failed-account"] == 1


async def test_without_an_account_it_is_held_and_goes_on_once_there_is_one(
    treasury: Treasury, town: Town
) -> None:
    talent = await treasury.granted(account=None)
    await treasury.goes_to(talent, 2026, 4, 10)
    assert await treasury.held(talent) == ["no-account"]
    await treasury.ticks()
    assert (await town.messages(talent))["payout-held"] == 1
    await treasury.enters(talent, CARD)
    await treasury.ticks()
    assert (await treasury.payment(talent))["state"] == "due"
    assert await treasury.held(talent) == []


async def test_on_the_abnormal_list_it_is_held_until_the_bar_is_over(
    treasury: Treasury, town: Town
) -> None:
    talent = await treasury.granted()
    await town.listed(talent)
    await treasury.goes_to(talent, 2026, 4, 10)
    assert await treasury.held(talent) == ["barred"]
    await treasury.goes_to(talent, 2027, 3, 2)
    assert await treasury.held(talent) == ["barred"]
    await treasury.goes_to(talent, 2027, 3, 3)
    assert (await treasury.payment(talent))["state"] == "due"


async def test_old_evidence_of_employment_holds_it_until_the_unit_or_a_record_says_so(
    treasury: Treasury,
) -> None:
    talent = await treasury.granted()
    await treasury.goes_to(talent, 2027, 5, 11)
    for _ in range(14):
        await treasury.ticks()
    assert await treasury.held(talent) == ["employment-unconfirmed"]
    (row,) = (await treasury.of_unit.get("/payouts/employment"))["items"]
    assert (row["name"], row["employed_until"]) == ("黎示范", "2027-03-31")
    path = f"/payouts/{treasury.schedule}"
    await treasury.of_unit.does("POST", f"{path}/employment", {"last_day": None})
    await treasury.town.settled()
    await treasury.ticks()
    assert await treasury.held(talent) == []
    record = {"month": "2027-06"}
    refused = await treasury.clerk.refused("POST", f"{path}/contribution-record", record)
    assert refused == (422, "invalid-fields", ["/month"])
    await treasury.clerk.does("POST", f"{path}/contribution-record", {"month": "2027-05"})
    stranger = await treasury.town.clerk(await treasury.town.unit())
    refused = await stranger.refused("POST", f"{path}/employment", {"last_day": None})
    assert refused[:2] == (404, "schedule-not-found")


async def test_who_left_is_paid_up_to_the_last_day(treasury: Treasury, town: Town) -> None:
    talent = await treasury.granted()
    await treasury.goes_to(talent, 2026, 4, 20)
    path = f"/payouts/{treasury.schedule}/employment"
    refused = await treasury.of_unit.refused("POST", path, {"last_day": "2026-04-21"})
    assert refused == (422, "invalid-fields", ["/last_day"])
    await treasury.of_unit.does("POST", path, {"last_day": "2026-04-15"})
    await town.settled()
    await treasury.goes_to(talent, 2026, 5, 10)
    payments = (await talent.get("/payouts"))["schedules"][0]["payments"]
    assert [(p["amount"], p["ends"]) for p in payments] == [
        ("500.00", "2026-04-15"), ("967.74", "2026-03-31"),
    ]  # fmt: skip
    await treasury.answers(await treasury.sent("2026-05"))
    (schedule,) = (await talent.get("/payouts"))["schedules"]
    assert (schedule["completed"], schedule["ended"]["code"]) == (True, "employment-ended")
    assert (await town.messages(talent))["payout-ended-employment"] == 1


async def test_what_was_paid_on_a_false_declaration_is_claimed_back_and_repaid(
    treasury: Treasury, town: Town
) -> None:
    talent = await treasury.granted()
    await treasury.goes_to(talent, 2026, 4, 10)
    await treasury.answers(await treasury.sent())
    await town.unclassed(talent, reason="false-declaration")
    (claim,) = (await treasury.clerk.get("/payouts/claims"))["items"]
    assert (claim["claimed"], claim["repaid"], claim["reason"]) == (
        "967.74", "0.00", "false-declaration",
    )  # fmt: skip
    path = f"/payouts/{treasury.schedule}/repayments"
    money = {"amount": "900.00", "received_on": "2026-04-10", "reference": "收据 17"}
    await treasury.clerk.does("POST", path, money)
    refused = await treasury.clerk.refused("POST", path, money | {"amount": "67.75"})
    assert refused[:2] == (409, "repayment-exceeds-claim")
    refused = await treasury.clerk.refused("POST", path, money | {"amount": 67.74})
    assert refused[0] == 422
    await treasury.clerk.does("POST", path, money | {"amount": "67.74"})
    await town.settled()
    assert (await treasury.clerk.get("/payouts/claims"))["items"] == []
    assert (await town.messages(talent))["payout-clawback"] == 1
