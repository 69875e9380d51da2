"""Units get a message when somebody waits for them and before it is late, over HTTP and in time."""

from collections import Counter
from typing import Any

from services.notifier.views import MESSAGE_LIST
from shared.ports.view_store import Find
from tests.integration.subsidy.conftest import BUREAU, Town


async def told(town: Town, unit: str) -> Counter[str]:
    """What was asked to be sent to a unit's contact, by text."""
    await town.settled()
    page = await town.platform.kernel.views.of(MESSAGE_LIST).find(Find(limit=500))
    return Counter(one.template for _, one in page.items if one.subject == unit)


async def test_both_units_are_told_at_once_and_the_silent_one_on_the_last_morning(
    town: Town,
) -> None:
    talent, bureau = await town.talent(), await town.officer(BUREAU)
    agency, host = await town.unit(dispatch=True), await town.unit()
    of_host = await town.clerk(host)
    id = await town.submitted_for(talent, host, dispatch=True, recruiting_unit=agency)
    assert await told(town, agency) == await told(town, host)
    assert (await told(town, host))["units-asked"] == 1
    await of_host.does("POST", f"/reviews/{id}/approve", {})
    town.later(days=7)
    await town.ticked()
    assert (await told(town, agency))["units-reminded"] == 1
    assert (await told(town, host))["units-reminded"] == 0
    bureau = await town.again(bureau)
    await bureau.does("POST", f"/reviews/{id}/remind-units")
    assert (await told(town, agency))["units-reminded"] == 1
    town.later(days=1)
    await town.ticked()
    bureau, of_host = await town.again(bureau), await town.again(of_host)
    # Late, it is the authority's to deal with as well; it may remind, return, or decide.
    case: Any = await bureau.get(f"/reviews/{id}")
    assert (case["overdue"], [desk["mine"] for desk in case["desks"]]) == (True, [True])
    await bureau.does("POST", f"/reviews/{id}/remind-units")
    assert (await told(town, agency))["units-reminded"] == 2
    assert (await of_host.refused("POST", f"/reviews/{id}/remind-units"))[0] == 403
    mine = await town.messages(await town.again(talent))
    assert (mine["units-asked"], mine["units-reminded"]) == (0, 0)
