"""With identity and classification stopped subsidy goes on, by what it knows already."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from talent.application import application
from talent.roles import Role
from tests.integration.subsidy.conftest import BUREAU, Town
from tests.integration.subsidy.payouts import CARD, Treasury


@pytest.fixture
async def alone(town: Town) -> AsyncIterator[httpx.AsyncClient]:
    """Subsidy's routes alone."""
    platform = town.platform
    services = tuple(one for one in platform.services if one.name == "subsidy")
    only = replace(platform, services=services, role=Role(("subsidy",)))
    transport = httpx.ASGITransport(application(only), client=("203.0.113.7", 1234))
    async with httpx.AsyncClient(transport=transport, base_url="http://subsidy") as client:
        yield client


async def stop_the_others(town: Town) -> None:
    """No view of theirs moves, nothing of theirs reacts; and nobody waits for it."""
    host = town.platform.host
    for name in [n for n in host.consumers if not n.startswith("subsidy")]:
        host.consumers.pop(name)
        await host.supervisor.stop_worker(name)


async def test_an_allowance_is_applied_for_granted_and_paid_without_the_others(
    town: Town, alone: httpx.AsyncClient
) -> None:
    treasury = await Treasury.opened(town)
    talent, bureau = await town.talent(), await town.officer(BUREAU)
    unit = await town.unit()
    clerk = await town.clerk(unit)
    await town.classed(talent)
    await town.settled()
    await stop_the_others(town)
    for person in (talent, bureau, clerk, treasury.clerk, treasury.checker):
        person.client = alone
    answer = await talent.client.get("/api/classification/catalogue")
    assert answer.status_code == 404

    id = await town.submitted_for(talent, unit)
    await clerk.does("POST", f"/reviews/{id}/approve", {})
    await bureau.does("POST", f"/reviews/{id}/approve", {})
    treasury.schedule = id
    await treasury.enters(talent, CARD)
    (schedule,) = (await talent.get("/payouts"))["schedules"]
    assert schedule["coming"] == {"period": 1, "due_on": "2026-04-10", "amount": "967.74"}
