"""Receipts over HTTP: who may hand one in, twice, too early, and what a failed one leads to."""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import httpx

from shared.testing.flaky_sms import Fault, FlakySms
from tests.integration.notifier.callers import OPERATOR, OTHER, TALENT, http
from tests.integration.notifier.conftest import SECRET, Desk, Life, registered

PATH = "/api/notifier/receipts"
CHAIN = "/api/notifier/decisions"


def of_aliyun(reference: str, *, success: bool = True) -> bytes:
    report = {
        "phone_number": "13800000001", "send_time": "2026-03-02 09:00:00", "biz_id": "b",
        "report_time": "2026-03-02 09:00:07", "success": success, "err_msg": "", "sms_size": "1",
        "err_code": "DELIVERED" if success else "MK:0001", "out_id": reference,
    }  # fmt: skip
    return json.dumps([report]).encode()


def of_tencent(sid: str) -> bytes:
    report = {
        "user_receive_time": "2026-03-02 09:00:09", "nationcode": "86", "mobile": "13800000001",
        "report_status": "SUCCESS", "errmsg": "DELIVRD", "description": "ok", "sid": sid,
    }  # fmt: skip
    return json.dumps([report]).encode()


async def posted(
    client: httpx.AsyncClient, body: bytes, provider: str = "a", key: str = SECRET
) -> httpx.Response:
    return await client.post(f"{PATH}/{provider}/{key}", content=body)


def signed(desk: Desk, body: bytes, age: float = 0.0) -> dict[str, str]:
    stamp = str(int(desk.clock.now().timestamp() - age))
    said = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Talent-Signature": f"t={stamp},v1={said}"}


async def sent(desk: Desk) -> tuple[str, str]:
    """The message's id, and the reference of its only attempt."""
    await desk.happens(registered())
    await desk.rest()
    id, message = await desk.only()
    return id, message.tried[-1].reference


async def chain(client: httpx.AsyncClient, desk: Desk, headers: Any = OPERATOR) -> Any:
    _, message = await desk.only()
    return (await client.get(f"{CHAIN}/{message.cause_id}", headers=headers)).json()


async def test_a_receipt_shows_in_the_chain_from_the_decision_however_often_it_comes(
    life: Life,
) -> None:
    async with life(FlakySms(name="a")) as desk, http(desk) as client:
        _, reference = await sent(desk)
        for _ in range(2):
            answer = await posted(client, of_aliyun(reference))
            assert (answer.status_code, answer.json()["code"]) == (200, 0)
        await desk.rest()
        decision = await chain(client, desk, TALENT)
        assert decision["type"] == "identity.talent-registered.v1"
        (message,) = decision["messages"]
        assert (message["mobile"], message["delivered"]) == ("+86138****0001", True)
        (attempt,) = message["tried"]
        assert (attempt["provider"], attempt["outcome"]) == ("a", "taken")
        assert attempt["receipt"]["code"] == "DELIVERED"
        assert attempt["receipt"]["reported_at"] == "2026-03-02T01:00:07.000000Z"
        stream, version = decision["stream"], decision["version"]
        assert (stream, version) == ("talent-t1", 1)


async def test_the_chain_is_found_by_the_decisions_version_and_hidden_from_others(
    life: Life,
) -> None:
    async with life(FlakySms(name="a")) as desk, http(desk) as client:
        await sent(desk)
        _, message = await desk.only()
        hidden = await client.get(f"{CHAIN}/{message.cause_id}", headers=OTHER)
        assert hidden.status_code == 404
        token = "dGFsZW50LXQxQDE"  # talent-t1@1
        found = await client.get(CHAIN, headers=TALENT, params={"version": token})
        assert found.json()["event_id"] == message.cause_id
        wrong = await client.get(CHAIN, headers=TALENT, params={"version": "?"})
        assert wrong.status_code == 422


async def test_only_a_signature_or_the_secret_path_from_a_listed_address_is_believed(
    life: Life,
) -> None:
    async with life(FlakySms(name="a")) as desk, http(desk) as client:
        _, reference = await sent(desk)
        body = of_aliyun(reference)
        assert (await posted(client, body, key="guess")).status_code == 403
        assert (await client.post(f"{PATH}/a", content=body)).status_code == 403
        for wrong in (
            signed(desk, b"[]"),
            signed(desk, body, age=400),
            {"X-Talent-Signature": "t"},
        ):
            answer = await client.post(f"{PATH}/a", content=body, headers=wrong)
            assert answer.json()["code"] == "receipt-not-authentic"
        good = await client.post(f"{PATH}/a", content=body, headers=signed(desk, body))
        assert good.status_code == 200
    async with life(FlakySms(name="a")) as desk, http(desk, "198.51.100.1") as client:
        assert (await posted(client, body)).status_code == 403


async def test_what_is_no_receipt_is_refused_and_what_is_not_ours_is_heard(life: Life) -> None:
    async with life(FlakySms(name="a")) as desk, http(desk) as client:
        await sent(desk)
        for body in (b"{}", b"x", b'[{"success": 1}]', of_aliyun("x").replace(b"-", b"/")):
            assert (await posted(client, body)).status_code == 422, body
        assert (await posted(client, of_aliyun("f" * 32 + "-1"))).status_code == 200
        assert (await posted(client, of_aliyun("code-123"))).status_code == 200
        assert (await posted(client, of_aliyun("x"), provider="c")).status_code == 404
        await desk.rest()
        assert (await desk.only())[1].delivered is None


async def test_a_receipt_that_says_failed_asks_the_other_provider_once(life: Life) -> None:
    a, b = FlakySms(name="a"), FlakySms(name="b")
    async with life(a, b) as desk, http(desk) as client:
        _, reference = await sent(desk)
        for _ in range(3):
            await posted(client, of_aliyun(reference, success=False))
            await desk.rest()
        (message,) = (await chain(client, desk))["messages"]
        assert [attempt["provider"] for attempt in message["tried"]] == ["a", "b"]
        assert message["state"] == "handed-over"
    assert (a.taken.total(), b.taken.total()) == (1, 1)


async def test_a_receipt_settles_an_attempt_of_unknown_outcome(life: Life) -> None:
    async with life(FlakySms([Fault.LOST_AFTER], amnesia=True, name="a")) as desk:
        async with http(desk) as client:
            _, reference = await sent(desk)
            await posted(client, of_aliyun(reference))
            await desk.rest()
        _, message = await desk.only()
    assert (message.state, message.tried[0].learnt_from) == ("handed-over", "receipt")


async def test_a_receipt_by_the_providers_own_id_waits_until_the_answer_is_known(
    life: Life,
) -> None:
    b = FlakySms([Fault.LOST_AFTER], name="b")
    async with life(b) as desk, http(desk) as client:
        _, reference = await sent(desk)
        await posted(client, of_tencent(f"p-{reference}"), provider="b")
        assert await desk.receipts.round() == 0
        desk.clock.move(timedelta(minutes=2))
        await desk.due()
        assert await desk.receipts.round() == 1
        assert await desk.receipts.round() == 0
        await desk.rest()
        _, message = await desk.only()
    assert (message.state, message.delivered) == ("handed-over", True)
