"""The night, a number's day, and the language that a person chose."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.classification.deferral import events as classification
from services.notifier import main
from services.notifier.template_file import HEARD, load_templates
from services.notifier.templates import Templates
from shared.testing.flaky_sms import Fault, FlakySms
from shared.testing.samples import sample
from tests.integration.notifier.callers import TALENT, http
from tests.integration.notifier.conftest import Life, registered

NIGHT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
PREFERENCES = "/api/notifier/preferences"
MESSAGES = "/api/notifier/messages"


def reminder() -> classification.DeferralReminded:
    data = sample(classification.DeferralReminded) | {"last_day": date(2026, 4, 1)}
    return classification.DeferralReminded.model_validate(data)


@pytest.fixture
def two_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    city = load_templates().catalogue.model_copy(update={"daily_limit": 2})
    strict = Templates(city, HEARD)
    monkeypatch.setattr(main, "load_templates", lambda: strict)


async def test_a_reminder_waits_for_the_morning_and_the_rest_goes_at_once(life: Life) -> None:
    provider = FlakySms()
    async with life(provider) as desk:
        desk.clock.move(NIGHT - desk.clock.now())
        await desk.happens(registered())
        await desk.happens_to_case(reminder())
        await desk.rest()
        messages = await desk.messages()
        assert messages["registered"].state == "handed-over"
        held = messages["deferral-reminded"]
        assert (held.state, held.why) == ("waiting", "quiet-hours")
        assert held.next_attempt_at == "2026-03-03T01:00:00.000000Z"
        desk.clock.move(timedelta(hours=9, minutes=59))
        await desk.due()
        assert len(provider.sent) == 1
        desk.clock.move(timedelta(minutes=1))
        await desk.due()
    assert [sms.template for sms in provider.sent] == ["registered", "deferral-reminded"]


@pytest.mark.usefixtures("two_a_day")
async def test_a_number_that_had_enough_gets_the_rest_on_the_next_days_and_none_is_lost(
    life: Life,
) -> None:
    provider = FlakySms([Fault.RETRY])
    async with life(provider) as desk:
        for n in range(5):
            await desk.happens(registered(), f"t{n}")
        await desk.rest()
        desk.clock.move(timedelta(minutes=1))
        await desk.due()
        assert len(provider.sent) == 2
    # The day's count outlives the process.
    async with life(provider) as desk:
        await desk.happens(registered(), "t9")
        await desk.rest()
        assert len(provider.sent) == 2
        for count in (4, 6):
            desk.clock.move(timedelta(days=1))
            await desk.due()
            assert len(provider.sent) == count
    assert set(provider.taken.values()) == {1}


async def test_a_person_who_chose_english_is_told_in_english_from_then_on(life: Life) -> None:
    provider = FlakySms([Fault.NONE, Fault.RETRY])
    async with life(provider) as desk, http(desk) as client:
        await desk.happens(registered())
        await desk.rest()
        before = await client.get(PREFERENCES, headers=TALENT)
        assert before.json()["language"] == "zh"
        choice = {"language": "en", "email": "wang@example.com"}
        for _ in range(2):
            chosen = await client.put(PREFERENCES, headers=TALENT, json=choice)
            assert chosen.status_code == 200
        assert (await client.get(PREFERENCES, headers=TALENT)).json()["email"] == choice["email"]
        wrong = await client.put(PREFERENCES, headers=TALENT, json={"email": "wang"})
        assert wrong.json()["errors"][0]["pointer"] == "/email"
        await desk.rest()
        await desk.happens_to_case(reminder())
        await desk.rest()
        desk.clock.move(timedelta(seconds=6))
        await desk.due()
        attempts = (await desk.messages())["deferral-reminded"].tried
        items = (await client.get(MESSAGES, headers=TALENT)).json()["items"]
        newest = next(item for item in items if item["template"] == "deferral-reminded")
        shown = (await client.get(f"{MESSAGES}/{newest['id']}", headers=TALENT)).json()
    assert shown["text"].startswith("Your deferred documents are due")
    assert [a.language for a in attempts] == ["en", "en"]
    assert provider.sent[-1].template == "deferral-reminded-en"
    assert "by the end of 1 Apr 2026" in provider.sent[-1].text
    assert provider.sent[-1].params == {"last_day": "1 Apr 2026"}
