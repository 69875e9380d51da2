"""Several providers: the next one where the last certainly did not take it, and never otherwise."""

from datetime import timedelta

from shared.testing.flaky_sms import Fault, FlakySms
from tests.integration.notifier.conftest import Desk, Life, registered

_SETTLED = timedelta(seconds=6)


def pair(a: list[Fault], b: list[Fault] | None = None) -> tuple[FlakySms, FlakySms]:
    return FlakySms(a, name="a"), FlakySms(b or (), name="b")


def taken(*providers: FlakySms) -> list[int]:
    return [provider.taken.total() for provider in providers]


async def outcomes(desk: Desk) -> list[tuple[str, str]]:
    _, message = await desk.only()
    return [(attempt.provider, attempt.outcome) for attempt in message.tried]


async def test_what_one_certainly_did_not_take_goes_to_the_other_at_once(life: Life) -> None:
    for fault in (Fault.RETRY, Fault.THROTTLED, Fault.REFUSED):
        a, b = pair([fault])
        async with life(a, b) as desk:
            await desk.happens(registered(), fault.value)
            await desk.rest()
        assert taken(a, b) == [0, 1], fault


async def test_an_unknown_outcome_goes_to_nobody_until_the_records_say_not_taken(
    life: Life,
) -> None:
    a, b = pair([Fault.LOST_BEFORE])
    async with life(a, b) as desk:
        await desk.happens(registered())
        await desk.rest()
        await desk.due()
        assert taken(a, b) == [0, 0]
        desk.clock.move(timedelta(minutes=2))
        await desk.due()
        assert await outcomes(desk) == [("a", "retry"), ("b", "taken")]
    assert taken(a, b) == [0, 1]


async def test_an_unknown_outcome_that_the_records_confirm_goes_to_nobody_else(life: Life) -> None:
    a, b = pair([Fault.LOST_AFTER])
    async with life(a, b) as desk:
        await desk.happens(registered())
        await desk.rest()
        desk.clock.move(timedelta(minutes=2))
        await desk.due()
        assert await outcomes(desk) == [("a", "taken")]
    assert taken(a, b) == [1, 0]


async def test_records_that_cannot_say_keep_it_from_everybody(life: Life) -> None:
    a, b = FlakySms([Fault.LOST_BEFORE], amnesia=True, name="a"), FlakySms(name="b")
    async with life(a, b) as desk:
        await desk.happens(registered())
        await desk.rest()
        for _ in range(10):
            desk.clock.move(timedelta(hours=12))
            await desk.due()
        _, message = await desk.only()
    assert (message.state, message.parked, taken(a, b)) == ("unknown", "unknown", [0, 0])


async def test_with_both_away_it_is_tried_in_rounds_with_a_pause_between(life: Life) -> None:
    a, b = pair([Fault.RETRY], [Fault.THROTTLED])
    async with life(a, b) as desk:
        await desk.happens(registered())
        await desk.rest()
        await desk.due()
        assert await outcomes(desk) == [("a", "retry"), ("b", "throttled")]
        desk.clock.move(_SETTLED)
        await desk.due()
        _, message = await desk.only()
    assert (message.state, message.attempts, sum(taken(a, b))) == ("handed-over", 3, 1)


async def test_refused_by_all_is_parked_with_the_reason(life: Life) -> None:
    a, b = pair([Fault.REFUSED], [Fault.REFUSED])
    async with life(a, b) as desk:
        await desk.happens(registered())
        await desk.rest()
        _, message = await desk.only()
    assert (message.state, message.why, message.parked) == ("given-up", "bad-template", "refused")


async def test_a_provider_that_fails_is_left_alone_and_comes_back(life: Life) -> None:
    a, b = pair([Fault.RETRY] * 8)
    async with life(a, b) as desk:
        for n in range(40):
            await desk.happens(registered(f"+86138{n:08}"), f"t{n}")
        await desk.rest()
        assert taken(a, b) == [0, 40]
        assert len(a.faults) >= 2
        a.faults.clear()
        desk.clock.move(timedelta(minutes=30))
        for n in range(40, 80):
            await desk.happens(registered(f"+86138{n:08}"), f"t{n}")
        await desk.rest()
    assert taken(a, b)[0] >= 15
    assert sum(taken(a, b)) == 80
