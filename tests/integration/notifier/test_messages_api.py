"""Messages over HTTP: one's own, an operator's, and the redrive."""

from datetime import timedelta

from shared.testing.flaky_sms import Fault, FlakySms
from tests.integration.notifier.callers import OPERATOR, OTHER, REVIEWER, TALENT, http
from tests.integration.notifier.conftest import Life, registered

PATH = "/api/notifier/messages"


async def test_a_talent_sees_their_own_messages_with_the_number_masked(life: Life) -> None:
    async with life(FlakySms()) as desk, http(desk) as client:
        await desk.happens(registered())
        await desk.happens(registered(), "t2")
        await desk.rest()
        (item,) = (await client.get(PATH, headers=TALENT)).json()["items"]
        assert item["label"] == "注册成功"
        assert (item["mobile"], item["state_label"]) == ("+86138****0001", "已送出")
        one = await client.get(f"{PATH}/{item['id']}", headers=TALENT)
        assert one.json()["text"].startswith("您已于2026年3月2日")
        hidden = await client.get(f"{PATH}/{item['id']}", headers=OTHER)
        assert (hidden.status_code, hidden.json()["code"]) == (404, "message-not-found")
        asked = await client.get(PATH, headers=TALENT, params={"subject": "t2"})
        assert [i["id"] for i in asked.json()["items"]] == [item["id"]]


async def test_an_operator_finds_messages_by_state_and_a_reviewer_only_their_own(
    life: Life,
) -> None:
    async with life(FlakySms([Fault.REFUSED])) as desk, http(desk) as client:
        await desk.happens(registered())
        await desk.rest()
        await desk.happens(registered(), "t2")
        await desk.rest()
        everything = await client.get(PATH, headers=OPERATOR)
        assert len(everything.json()["items"]) == 2
        given_up = await client.get(PATH, headers=OPERATOR, params={"state": "given-up"})
        (item,) = given_up.json()["items"]
        assert item["why"] == "bad-template"
        assert (await client.get(PATH, headers=REVIEWER)).json()["items"] == []


async def test_an_unknown_outcome_is_sent_again_by_an_operator_with_a_reason(life: Life) -> None:
    provider = FlakySms([Fault.LOST_BEFORE], amnesia=True)
    async with life(provider) as desk, http(desk) as client:
        await desk.happens(registered())
        await desk.rest()
        id, _ = await desk.only()
        path = f"{PATH}/{id}/redrive"
        reason = {"reason": "与本人电话确认未收到"}
        assert (await client.post(path, headers=TALENT, json=reason)).status_code == 403
        assert (await client.post(path, headers=OPERATOR, json={})).status_code == 422
        again = OPERATOR | {"Idempotency-Key": "k1"}
        first = await client.post(path, headers=again, json=reason)
        await desk.rest()
        repeated = await client.post(path, headers=again, json=reason)
        assert first.json() == repeated.json()
        desk.clock.move(timedelta(minutes=10))
        await desk.due()
        refused = await client.post(path, headers=OPERATOR, json=reason)
        assert refused.json()["code"] == "message-not-redrivable"
        _, message = await desk.only()
    assert (message.state, message.attempts) == ("handed-over", 2)
    assert len(provider.sent) == 1


async def test_a_message_nobody_requested_is_not_there(life: Life) -> None:
    async with life(FlakySms()) as desk, http(desk) as client:
        answer = await client.post(
            f"{PATH}/none/redrive", headers=OPERATOR, json={"reason": "再发一次"}
        )
        assert answer.status_code == 404
        assert (await client.get(PATH)).status_code == 401
