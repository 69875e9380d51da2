"""A talent who leaves a unit and works for another, over HTTP: payments stop, and go on."""

from typing import Any

from tests.integration.subsidy.conftest import Town
from tests.integration.subsidy.payouts import Treasury


async def test_payments_stop_with_the_old_unit_and_go_on_with_the_new(town: Town) -> None:
    treasury = await Treasury.opened(town)
    talent = await treasury.granted()
    path, old = f"/payouts/{treasury.schedule}", treasury.of_unit
    await treasury.goes_to(talent, 2026, 4, 10)
    await treasury.answers(await treasury.sent())
    assert (await treasury.payment(talent))["state"] == "paid"
    old = await town.again(old)
    await old.does("POST", f"{path}/employment", {"last_day": "2026-04-09"})
    await town.settled()
    (schedule,) = (await talent.get("/payouts"))["schedules"]
    assert schedule["ended"]["code"] == "employment-ended"

    new = await town.unit()
    of_new = await town.clerk(new)
    move: dict[str, Any] = {"dispatch": False, "host_unit": new, "since": "2026-04-10"}
    await talent.does("POST", f"{path}/unit-change", move)
    await town.settled()
    (row,) = (await of_new.get("/payouts/unit-changes"))["items"]
    assert (row["name"], row["since"]) == ("黎示范", "2026-04-10")
    # The unit before has no word in it, and sees nothing of it.
    assert (await old.get("/payouts/unit-changes"))["items"] == []
    assert (await old.refused("POST", f"{path}/unit-change/confirm"))[0] == 404
    await of_new.does("POST", f"{path}/unit-change/confirm")
    await town.settled()
    assert (await of_new.get("/payouts/unit-changes"))["items"] == []
    (schedule,) = (await talent.get("/payouts"))["schedules"]
    assert (schedule["ended"], schedule["coming"]["due_on"]) == (None, "2026-06-10")
    assert [one["name"] for one in (await of_new.get("/payouts/employment"))["items"]] == ["黎示范"]
    assert (await old.get("/payouts/employment"))["items"] == []
    assert (await town.messages(talent))["units-changed"] == 1

    await treasury.goes_to(talent, 2026, 6, 10)
    paid = await treasury.sent("2026-06")
    assert (await treasury.answers(paid)).status_code == 200
    assert (await treasury.payment(talent, 0))["state"] == "paid"


async def test_a_move_that_is_disputed_is_told_to_the_talent(town: Town) -> None:
    treasury = await Treasury.opened(town)
    talent = await treasury.granted()
    path, new = f"/payouts/{treasury.schedule}", await town.unit()
    of_new = await town.clerk(new)
    move: dict[str, Any] = {"dispatch": False, "host_unit": new, "since": "2026-03-02"}
    await talent.does("POST", f"{path}/unit-change", move)
    await of_new.does("POST", f"{path}/unit-change/dispute", {"words": "查无此人。"})
    assert (await town.messages(talent))["unit-change-disputed"] == 1
    (schedule,) = (await talent.get("/payouts"))["schedules"]
    assert (schedule["ended"], schedule["moving_on"]) == (None, None)


async def test_what_is_refused_of_a_move(town: Town) -> None:
    treasury = await Treasury.opened(town)
    talent, other = await treasury.granted(), await town.talent()
    path = f"/payouts/{treasury.schedule}/unit-change"
    shut = await town.unit(approved=False)
    move: dict[str, Any] = {"dispatch": False, "host_unit": shut, "since": "2026-03-02"}
    assert await talent.refused("POST", path, move) == (422, "invalid-fields", ["/host_unit"])
    both = move | {"dispatch": True, "host_unit": treasury.unit}
    assert (await talent.refused("POST", path, both))[2] == ["/recruiting_unit"]
    same = move | {"host_unit": treasury.unit}
    assert (await talent.refused("POST", path, same))[:2] == (409, "unit-unchanged")
    future = move | {"host_unit": await town.unit(), "since": "2026-03-03"}
    assert (await talent.refused("POST", path, future))[2] == ["/since"]
    assert (await other.refused("POST", path, future))[0] == 404
    missing = await talent.refused("POST", path, {"dispatch": False})
    assert (missing[0], set(missing[2])) == (422, {"/host_unit", "/since"})
