"""One message a fact, whatever is delivered again, crashes or answers badly."""

from datetime import timedelta
from pathlib import Path

from services.identity import events as identity
from services.notifier.delivery import Delivery
from services.notifier.holding import Holding
from services.notifier.template_file import load_templates
from shared.adapters.sms.inbox import DevInbox, InboxSms
from shared.ports.sms import Route
from shared.runtime.kernel import Kernel
from shared.testing.flaky_sms import Fault, FlakySms
from tests.integration.notifier.conftest import NEW, OLD, Desk, Life, registered

_SETTLED = timedelta(seconds=6)


async def test_every_fact_is_one_sms_through_redelivery_and_restarts(
    life: Life, tmp_path: Path
) -> None:
    people = [f"t{n}" for n in range(12)]
    for round_ in range(3):
        provider = InboxSms(tmp_path / "inbox.db", DevInbox())
        async with life(provider) as desk:
            for talent in people[round_ * 4 : round_ * 4 + 4]:
                await desk.happens(registered(), talent)
            await desk.deliver_again()
            await desk.rest()
            await desk.deliver_again()
            await desk.due()
            assert len(provider.references()) == 4 * (round_ + 1)
        await provider.close()


async def test_a_message_is_handed_over_without_waiting_for_a_scan(life: Life) -> None:
    provider = FlakySms()
    async with life(provider) as desk:
        await desk.happens(registered())
        await desk.rest()
        _, message = await desk.only()
    assert (message.state, message.mobile, message.attempts) == ("handed-over", OLD, 1)
    assert provider.sent[0].text.startswith("您已于2026年3月2日成功注册")


async def crashed(life: Life, provider: FlakySms) -> None:
    async with life(provider) as desk:
        await desk.happens(registered())
        await provider.hanging.wait()
        await desk.host.settled()
        await desk.crash_while_sending()
        _, message = await desk.only()
        assert message.state == "attempting"


async def test_a_crash_after_the_provider_took_it_sends_no_second_one(life: Life) -> None:
    provider = FlakySms([Fault.HANGS_AFTER])
    await crashed(life, provider)
    async with life(provider) as desk:
        await desk.due()
        assert (await desk.only())[1].state == "attempting"
        desk.clock.move(_SETTLED)
        await desk.due()
        assert (await desk.only())[1].state == "handed-over"
    assert provider.taken.total() == 1


async def test_a_crash_before_the_provider_took_it_loses_no_message(life: Life) -> None:
    provider = FlakySms([Fault.HANGS_BEFORE])
    await crashed(life, provider)
    async with life(provider) as desk:
        desk.clock.move(_SETTLED)
        await desk.due()
        assert (await desk.only())[1].state == "waiting"
        desk.clock.move(_SETTLED)
        await desk.due()
        _, message = await desk.only()
    assert (message.state, message.attempts) == ("handed-over", 2)
    assert provider.taken.total() == 1


async def test_a_lost_answer_is_settled_by_the_providers_records(life: Life) -> None:
    for fault in (Fault.LOST_AFTER, Fault.LOST_BEFORE, Fault.RAISES):
        provider = FlakySms([fault])
        async with life(provider) as desk:
            await desk.happens(registered(), fault.value)
            await desk.rest()
            for _ in range(3):
                desk.clock.move(timedelta(minutes=2))
                await desk.due()
        assert provider.taken.total() == 1, fault


async def test_what_the_records_cannot_say_stays_unknown_and_is_not_sent_again(life: Life) -> None:
    provider = FlakySms([Fault.LOST_AFTER], amnesia=True)
    async with life(provider) as desk:
        await desk.happens(registered())
        await desk.rest()
        for _ in range(10):
            desk.clock.move(timedelta(hours=12))
            await desk.deliver_again()
            await desk.due()
        _, message = await desk.only()
    assert (message.state, message.next_attempt_at) == ("unknown", None)
    assert provider.taken.total() == 1


async def test_a_provider_that_is_busy_is_tried_again_later(life: Life) -> None:
    provider = FlakySms([Fault.RETRY, Fault.RETRY])
    async with life(provider) as desk:
        await desk.happens(registered())
        await desk.rest()
        await desk.due()
        assert (await desk.only())[1].attempts == 1
        desk.clock.move(_SETTLED)
        await desk.due()
        desk.clock.move(timedelta(seconds=31))
        await desk.due()
        _, message = await desk.only()
    assert (message.state, message.attempts) == ("handed-over", 3)


async def test_a_day_without_a_provider_ends_visibly(life: Life) -> None:
    provider = FlakySms([Fault.RETRY] * 200)
    async with life(provider) as desk:
        await desk.happens(registered())
        await desk.rest()
        for _ in range(60):
            desk.clock.move(timedelta(minutes=31))
            await desk.due()
        _, message = await desk.only()
    assert (message.state, message.why) == ("given-up", "out-of-time")


def another(desk: Desk, kernel: Kernel, provider: FlakySms) -> Delivery:
    holding = Holding(load_templates(), kernel.key_values, b"secret")
    return Delivery(kernel.handler, kernel.views, desk.clock, [Route(provider)], holding)


async def test_two_workers_at_once_make_one_attempt(life: Life) -> None:
    provider = FlakySms([Fault.RETRY] * 10)
    async with life(provider) as desk:
        for n in range(10):
            await desk.happens(registered(), f"t{n}")
        await desk.rest()
        desk.clock.move(_SETTLED)
        other = another(desk, desk.kernel, provider)
        assert await other.scan() == 10
        await desk.delivery.scan()
        await other.idle()
        await desk.rest()
    assert sorted(provider.taken.values()) == [1] * 10
    assert len(provider.sent) == 10


async def test_the_number_is_the_one_at_the_time_of_sending(life: Life) -> None:
    provider = FlakySms([Fault.RETRY])
    async with life(provider) as desk:
        await desk.happens(registered())
        await desk.rest()
        changed = identity.MobileChanged(mobile=NEW, previous=OLD, changed_at=desk.clock.now())
        await desk.happens(changed)
        await desk.rest()
        desk.clock.move(_SETTLED)
        await desk.due()
    numbers = {sms.template: sms.mobile for sms in provider.sent}
    assert numbers == {"mobile-changed": NEW, "mobile-changed-from": OLD, "registered": NEW}


async def test_an_erased_person_gets_no_message_and_leaves_no_number(life: Life) -> None:
    provider = FlakySms([Fault.RETRY])
    async with life(provider) as desk:
        await desk.happens(registered())
        await desk.rest()
        await desk.happens(identity.TalentErased(talent_id="t1", erased_at=desk.clock.now()))
        await desk.rest()
        desk.clock.move(_SETTLED)
        await desk.due()
        id, message = await desk.only()
        raw = await desk.kernel.view_store.get("notifier_message_v2", id)
    assert (message.state, message.why) == ("suppressed", "erased")
    assert provider.sent == []
    assert OLD not in str(raw)


async def test_a_person_without_a_number_is_waited_for_and_then_shown(life: Life) -> None:
    provider = FlakySms()
    async with life(provider) as desk:
        changed = identity.PasswordChanged(how="changed", changed_at=desk.clock.now())
        await desk.happens(changed, "nobody")
        await desk.rest()
        assert (await desk.only())[1].state == "waiting"
        desk.clock.move(timedelta(minutes=3))
        await desk.due()
        _, message = await desk.only()
    assert (message.state, message.why) == ("suppressed", "no-number")
