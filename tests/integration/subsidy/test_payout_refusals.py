"""Bad input around payments: a clear problem each, and nothing half done."""

import asyncio

import pytest

from services.subsidy.payouts.views import PAYOUTS
from tests.integration.subsidy.conftest import Town
from tests.integration.subsidy.payouts import CARD, OTHER_CARD, Treasury


@pytest.fixture
async def treasury(town: Town) -> Treasury:
    return await Treasury.opened(town)


async def test_an_account_is_ones_own_and_everything_wrong_is_said_at_once(
    treasury: Treasury, town: Town
) -> None:
    talent = await town.talent()
    wrong = {"number": "6222020200112233445", "holder": "李四"}
    assert await talent.refused("PUT", "/payouts/account", wrong) == (
        422, "invalid-fields", ["/number", "/holder"],
    )  # fmt: skip
    foreign = {"number": "4111111111111111", "holder": "黎示范"}
    assert (await talent.refused("PUT", "/payouts/account", foreign))[2] == ["/number"]
    answer = await talent.call("PUT", "/payouts/account", json=wrong)
    assert "6222020200112233445" not in answer.text
    assert (await talent.get("/payouts"))["account"] is None


async def test_the_number_is_stored_encrypted_and_shown_masked(
    treasury: Treasury, town: Town
) -> None:
    talent = await town.talent()
    done = await treasury.enters(talent, "6222 0202 0011 2233 446")
    assert done["masked"] == "中国工商银行 **** 3446"
    stream = await town.platform.kernel.store.read_stream(f"payoutAccount-{talent.account}")
    assert [CARD.encode() in event.data for event in stream] == [False]
    await treasury.enters(talent, CARD)
    assert len(await town.platform.kernel.store.read_stream(stream[0].stream)) == 1


async def test_a_batch_is_not_checked_by_its_maker_nor_by_the_same_person(
    treasury: Treasury, town: Town
) -> None:
    talent = await treasury.granted()
    await treasury.goes_to(talent, 2026, 4, 10)
    both = await town.officer(roles=("finance_clerk", "finance_checker"), person="one-person")
    other = await town.officer(roles=("finance_checker",), person="one-person")
    made = await both.does("POST", "/batches", {"month": "2026-04"})
    await town.settled()
    batch = await treasury.seen(made["batch_id"])
    path, body = f"/batches/{batch['batch_id']}", {"count": 1, "total": "967.74"}
    for officer in (both, other):
        assert (await officer.refused("POST", f"{path}/approve", body))[:2] == (
            403, "batch-own-check",
        )  # fmt: skip
        words = {"words": "有误"}
        assert (await officer.refused("POST", f"{path}/reject", words))[1] == "batch-own-check"
    assert (await treasury.clerk.refused("POST", f"{path}/approve", body))[0] == 403
    assert (await both.refused("POST", f"{path}/export"))[:2] == (409, "batch-not-there")
    assert (await both.refused("GET", f"{path}/file"))[1] == "batch-not-there"
    await treasury.approves(batch)


async def test_the_checker_says_the_control_totals_they_saw(treasury: Treasury) -> None:
    talent = await treasury.granted()
    await treasury.goes_to(talent, 2026, 4, 10)
    batch = await treasury.batch()
    path = f"/batches/{batch['batch_id']}/approve"
    wrong = {"count": 2, "total": "967.75"}
    refused = await treasury.checker.refused("POST", path, wrong)
    assert refused == (409, "batch-totals-differ", ["/count", "/total"])
    refused = await treasury.checker.refused("POST", path, {"count": 1, "total": 967.74})
    assert refused[0] == 422


async def test_a_rejected_batch_gives_everything_back(treasury: Treasury) -> None:
    talent = await treasury.granted()
    await treasury.goes_to(talent, 2026, 4, 10)
    batch = await treasury.batch()
    await treasury.checker.does("POST", f"/batches/{batch['batch_id']}/reject", {"words": "重做"})
    await treasury.town.settled()
    rejected = await treasury.seen(batch["batch_id"])
    assert (rejected["status"], rejected["words"]) == ("released", "重做")
    again = await treasury.batch()
    assert (again["status"], again["count"]) == ("to-check", 1)


async def test_of_two_batches_at_once_one_has_the_period(treasury: Treasury, town: Town) -> None:
    talents = [await treasury.granted() for _ in range(3)]
    await treasury.goes_to(talents[0], 2026, 4, 10)
    month = {"month": "2026-04"}
    made = await asyncio.gather(*(treasury.clerk.does("POST", "/batches", month) for _ in range(3)))
    await town.settled()
    batches = [await treasury.seen(one["batch_id"]) for one in made]
    assert sum(one["count"] for one in batches) == 3
    placed = await town.events("payoutSchedule")
    assert placed.count("subsidy.payment-placed.v1") == 3


async def test_a_class_revoked_before_the_file_is_made_stops_the_batch_until_its_line_is_out(
    treasury: Treasury, town: Town
) -> None:
    stays = await treasury.granted()
    loses = await treasury.granted()
    await treasury.goes_to(stays, 2026, 4, 10)
    batch = await treasury.batch()
    id = batch["batch_id"]
    assert (batch["count"], batch["total"]) == (2, "1935.48")
    await town.unclassed(loses)
    body = {"count": 2, "total": "1935.48"}
    refused = await treasury.checker.refused("POST", f"/batches/{id}/approve", body)
    assert refused[:2] == (409, "batch-lines-gone")
    await treasury.clerk.does("POST", f"/batches/{id}/strike")
    await town.settled()
    reduced = await treasury.seen(id)
    assert (reduced["status"], reduced["count"], reduced["total"], reduced["struck"]) == (
        "to-check", 1, "967.74", 1,
    )  # fmt: skip
    await treasury.approves(reduced)
    await town.unclassed(stays)
    assert (await treasury.clerk.refused("POST", f"/batches/{id}/export"))[1] == (
        "batch-lines-gone"
    )
    await treasury.clerk.does("POST", f"/batches/{id}/strike")
    await town.settled()
    assert (await treasury.seen(id))["status"] == "empty"
    assert (await town.events("payoutSchedule")).count("subsidy.payment-released.v1") == 2


async def test_a_class_revoked_after_the_file_was_made_is_paid_or_claimed(
    treasury: Treasury, town: Town
) -> None:
    talent = await treasury.granted()
    await treasury.goes_to(talent, 2026, 4, 10)
    batch = await treasury.sent()
    await town.unclassed(talent, reason="false-declaration")
    strike = await treasury.clerk.refused("POST", f"/batches/{batch['batch_id']}/strike")
    assert strike[:2] == (409, "batch-not-there")
    await treasury.answers(batch)
    (claim,) = (await treasury.clerk.get("/payouts/claims"))["items"]
    assert claim["claimed"] == "967.74"


async def test_an_altered_result_is_refused_as_a_whole_with_every_fault(
    treasury: Treasury, town: Town
) -> None:
    talents = [await treasury.granted() for _ in range(3)]
    await treasury.goes_to(talents[0], 2026, 4, 10)
    batch = await treasury.sent()
    id = batch["batch_id"]
    good = treasury.result(id, await treasury.rows(id), {2: "bank-error"})
    head, *rows = good.split("\n")
    one = rows[0].replace("967.74", "9677.40")
    two = rows[1].replace("bank-error", "moon").replace(CARD, OTHER_CARD)
    altered = "\n".join([head, one, two, two, "99," + rows[2].partition(",")[2]])
    answer = await treasury.uploads(id, altered)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "result-file-refused")
    assert {e["code"] for e in problem["errors"]} == {
        "result-totals-differ", "result-amount-altered", "result-account-altered",
        "result-reason-unknown", "result-line-twice", "result-line-unknown", "result-line-missing",
    }  # fmt: skip
    assert CARD not in answer.text
    assert OTHER_CARD not in answer.text
    for broken in ("", "x", "R,1\n", good.replace("967.74", "967.740"), good.replace(",S,", ",?,")):
        assert (await treasury.uploads(id, broken)).json()["code"] == "result-file-refused"
    other = await treasury.uploads(id, good.replace(id, "f" * 32))
    assert [e["code"] for e in other.json()["errors"]] == ["result-of-other-batch"]
    assert (await treasury.seen(id))["status"] == "sent"
    events = await town.events("payoutSchedule")
    assert "subsidy.payment-made.v1" not in events

    assert (await treasury.uploads(id, good)).status_code == 200
    settled = await treasury.seen(id)
    assert (settled["status"], settled["paid_count"], settled["failed_count"]) == ("settled", 2, 1)
    another = treasury.result(id, await treasury.rows(id), {})
    assert (await treasury.uploads(id, another)).json()["code"] == "batch-answered-already"
    events = await town.events("payoutSchedule")
    assert events.count("subsidy.payment-made.v1") == 2


async def test_what_ended_its_class_is_ended_with_the_reason_that_the_talent_sees(
    treasury: Treasury, town: Town
) -> None:
    talent = await treasury.granted()
    await treasury.goes_to(talent, 2026, 4, 10)
    await town.unclassed(talent)
    (schedule,) = (await talent.get("/payouts"))["schedules"]
    assert schedule["ended"] == {"code": "deferral-missed", "message": "容缺材料逾期未补齐"}
    assert [one["state"] for one in schedule["payments"]] == ["cancelled"]
    assert (await treasury.batch())["status"] == "empty"


async def test_another_class_changes_the_amount_from_the_next_period(
    treasury: Treasury, town: Town
) -> None:
    talent = await treasury.granted()
    await treasury.goes_to(talent, 2026, 4, 10)
    await town.classed(talent, "E", "E2")
    (schedule,) = (await talent.get("/payouts"))["schedules"]
    assert schedule["payments"][0]["amount"] == "967.74"
    assert schedule["coming"]["amount"] == "1500.00"
    await treasury.goes_to(talent, 2026, 5, 10)
    assert (await treasury.payment(talent, 0))["amount"] == "1500.00"


async def test_nobody_sees_anothers_payments(treasury: Treasury, town: Town) -> None:
    await treasury.granted()
    other = await town.talent()
    assert await other.get("/payouts") == {"account": None, "schedules": []}
    stored = await town.stored(PAYOUTS)
    assert len(stored) == 1
