"""What waits for an operator, sent again by one or by all; and the texts' previews."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

from services.identity import events as identity
from shared.testing.flaky_sms import Fault, FlakySms
from tests.integration.notifier.callers import OPERATOR, REVIEWER, TALENT, http
from tests.integration.notifier.conftest import Desk, Life, registered

PATH = "/api/notifier/parked"
TEXTS = "/api/notifier/templates"


async def parked_three(desk: Desk) -> None:
    """One refused, one of unknown outcome, one without a number."""
    await desk.happens(registered())
    await desk.rest()
    await desk.happens(registered(), "t2")
    await desk.rest()
    changed = identity.PasswordChanged(how="changed", changed_at=desk.clock.now())
    await desk.happens(changed, "nobody")
    await desk.rest()
    for _ in range(8):
        desk.clock.move(timedelta(hours=7))
        await desk.due()


def flaky() -> FlakySms:
    return FlakySms([Fault.REFUSED, Fault.LOST_AFTER], amnesia=True)


async def collected(answers: AsyncIterator[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [answer async for answer in answers]


async def test_parked_messages_are_listed_with_why_and_hidden_from_others(life: Life) -> None:
    async with life(flaky()) as desk, http(desk) as client:
        await parked_three(desk)
        for headers in (TALENT, REVIEWER):
            assert (await client.get(PATH, headers=headers)).status_code == 403
        items = (await client.get(PATH, headers=OPERATOR)).json()["items"]
        assert {i["parked"] for i in items} == {"refused", "unknown", "no-number"}
        one = await client.get(PATH, headers=OPERATOR, params={"why": "refused"})
        assert [i["why"] for i in one.json()["items"]] == ["bad-template"]


async def test_all_are_sent_again_but_those_that_may_reach_the_person_twice(life: Life) -> None:
    provider = flaky()
    async with life(provider) as desk, http(desk) as client:
        await parked_three(desk)
        headers = OPERATOR | {"Idempotency-Key": "k1"}
        for _ in range(2):
            body = {"reason": "服务商已恢复"}
            answer = await client.post(f"{PATH}/redrive", headers=headers, json=body)
            await desk.rest()
        assert answer.status_code == 200
        left = (await client.get(PATH, headers=OPERATOR)).json()["items"]
        assert "refused" not in [i["parked"] for i in left]
        assert "unknown" in [i["parked"] for i in left]
        body = {"reason": "本人确认未收到", "why": "unknown"}
        unknown = await client.post(f"{PATH}/redrive", headers=OPERATOR, json=body)
        assert unknown.json()["redriven"] == 1
        ids = {"reason": "再发一次", "ids": ["missing"]}
        missing = await client.post(f"{PATH}/redrive", headers=OPERATOR, json=ids)
        assert missing.json()["items"] == [{"id": "missing", "error": "message-not-found"}]


async def test_an_operators_command_lists_and_redrives_them_too(life: Life) -> None:
    provider = flaky()
    async with life(provider) as desk:
        await parked_three(desk)
        operations = desk.service.operations
        listed = await collected(operations["messages-parked"]({}))
        assert sorted(one["parked"] for one in listed) == ["no-number", "refused", "unknown"]
        asked = {"why": "refused", "reason": "模板已更正", "request": "r1"}
        done = await collected(operations["messages-redrive"](asked))
        assert [one["refused"] for one in done] == [None]
        await desk.rest()
        again = await collected(operations["messages-parked"]({"why": "refused"}))
        assert again == []
    assert provider.taken.total() == 2


async def test_a_text_is_previewed_with_its_length_segments_and_version(life: Life) -> None:
    async with life(FlakySms()) as desk, http(desk) as client:
        texts = (await client.get(TEXTS, headers=OPERATOR)).json()
        reminded = next(t for t in texts if t["key"] == "deferral-reminded")
        assert (reminded["hours"], reminded["languages"]) == ("09:00-21:00", ["zh", "en"])
        path = f"{TEXTS}/registered/preview"
        chinese = (await client.get(path, headers=OPERATOR)).json()
        assert chinese["text"].startswith("您已于2026年3月2日成功注册")
        assert (chinese["units"], chinese["segments"]) == (61, 1)
        english = (await client.get(path, headers=OPERATOR, params={"language": "en"})).json()
        assert "on 2 Mar 2026 and" in english["text"]
        assert (english["segments"], english["version"]) == (3, chinese["version"])
        missing = await client.get(f"{TEXTS}/nothing/preview", headers=OPERATOR)
        assert missing.json()["code"] == "template-not-found"
        assert (await client.get(path, headers=TALENT)).status_code == 403
