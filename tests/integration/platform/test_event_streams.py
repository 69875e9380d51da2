"""What data teams read: a context's public events over HTTP, in order, from a place they keep."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from services.classification.events import TALENT_CLASS, ClassEnded
from services.identity.accounts import Admission
from services.identity.main import IdentityService
from shared.domain.decider import Category
from shared.events.model import Event, Metadata
from shared.ports.event_store import NewEvent
from shared.testing.clock import TestClock
from talent.composition import Platform


async def bearer(platform: Platform, *roles: str) -> dict[str, str]:
    service = next(s for s in platform.services if isinstance(s, IdentityService))
    admission = Admission(account_id="analyst", roles=frozenset(roles))
    tokens = await service.identity.sessions.open("government", admission)
    return {"Authorization": f"Bearer {tokens.access_token}"}


async def record(platform: Platform, category: Category, id: str, *events: Event) -> None:
    kernel, stream = platform.kernel, category.stream(id)
    metadata = Metadata(command_id=f"of-{id}", actor="test", subject=id)
    version = len(await kernel.store.read_stream(stream))
    encoded = await kernel.codec.encode(stream, list(events), metadata)
    await kernel.store.append(stream, encoded, expected_version=version)


def ended(clock: TestClock) -> ClassEnded:
    return ClassEnded.model_validate(
        {"application_id": "a", "talent_class": "F", "reason": "test", "at": clock.now()}
    )


def following(answer: httpx.Response) -> str:
    found = re.fullmatch(r'<(.+)>; rel="next"', answer.headers["link"])
    assert found is not None
    return found[1]


async def pages(api: httpx.AsyncClient, address: str, headers: dict[str, str]) -> list[Any]:
    found: list[Any] = []
    while True:
        answer = await api.get(address, headers=headers)
        assert answer.status_code == 200, answer.text
        if not answer.json():
            return found
        found += answer.json()
        address = following(answer)


async def test_every_public_event_is_read_once_in_order(
    platform: Platform, api: httpx.AsyncClient, platform_clock: TestClock
) -> None:
    headers = await bearer(platform, "data_reader")
    for number in range(7):
        await record(platform, TALENT_CLASS, f"t{number}", ended(platform_clock))
    found = await pages(api, "/api/classification/events?limit=3", headers)
    assert [e["stream"] for e in found] == [f"talentClass-t{n}" for n in range(7)]
    assert found[0].items() >= {
        "specversion": "1.0", "type": "classification.class-ended.v1", "streamversion": "1",
        "source": "/classification/talentClass", "subject": "t0",
    }.items()  # fmt: skip
    assert await pages(api, "/api/subsidy/events", headers) == []


async def test_at_the_end_of_the_log_the_place_is_kept_and_the_next_event_awaited(
    platform: Platform, api: httpx.AsyncClient, platform_clock: TestClock
) -> None:
    headers = await bearer(platform, "data_reader")
    end = following(await api.get("/api/classification/events", headers=headers))
    waiting = asyncio.ensure_future(api.get(f"{end}&wait=10", headers=headers))
    await record(platform, TALENT_CLASS, "later", ended(platform_clock))
    answer = await waiting
    assert [e["stream"] for e in answer.json()] == ["talentClass-later"]


async def test_private_streams_never_leave(platform: Platform, api: httpx.AsyncClient) -> None:
    headers = await bearer(platform, "data_reader")
    private = [c.name for c in platform.kernel.registry.categories.values() if not c.public]
    assert private
    for name in private:
        event = NewEvent(id=f"secret-of-{name}", type="x", data=b"{}", metadata=b"{}")
        await platform.kernel.store.append(f"{name}-1", [event], expected_version=0)
    for context in platform.role.contexts:
        assert await pages(api, f"/api/{context}/events", headers) == []


@pytest.mark.parametrize(
    ("after", "status", "code"),
    [
        ("nonsense", 422, "invalid-fields"),
        ("another-log:5", 409, "log-changed"),
        ("x:99999999999999999999", 422, "invalid-fields"),
    ],
)
async def test_a_place_that_is_none(
    platform: Platform, api: httpx.AsyncClient, after: str, status: int, code: str
) -> None:
    headers = await bearer(platform, "data_reader")
    answer = await api.get("/api/identity/events", params={"after": after}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_only_data_readers_read(platform: Platform, api: httpx.AsyncClient) -> None:
    headers = await bearer(platform, "reviewer")
    assert (await api.get("/api/identity/events", headers=headers)).status_code == 403
