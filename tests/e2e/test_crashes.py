"""kill -9 at random moments under load: nothing acknowledged is lost, nothing is doubled.

`TALENT_CRASHES` says how many kills (8 unless told; a few hundred before a release).
"""

import asyncio
import os
import random
import signal
import sqlite3
import time
from collections import Counter
from pathlib import Path
from typing import Any

from services.classification.events import APPLICATION, ApplicationApproved
from services.classification.state import Status
from services.classification.views import CASES
from services.identity.views import ACCOUNT
from services.notifier.events import MESSAGE, MessageHandedOver
from services.notifier.reactions import CAUSES, requests
from services.notifier.template_file import load_templates
from shared.http.versions import parse_token
from shared.ports.view_store import Find
from talent.composition import Platform, open_platform
from talent.settings import Settings
from tests.e2e.load import Load

CRASHES = int(os.environ.get("TALENT_CRASHES", "8"))
TALENTS_AT_ONCE = 3


def test_no_kill_loses_or_doubles_anything(server: Any) -> None:
    load = Load(server)
    load.start(TALENTS_AT_ONCE)
    chance = random.Random(1)
    try:
        for _ in range(CRASHES):
            time.sleep(chance.uniform(0.05, 1.0))
            server.stop(signal.SIGKILL)
            server.start()
        # On a busy machine the kills may leave nobody the time to be approved.
        until = time.monotonic() + 60
        while not (load.submitted and load.approved) and time.monotonic() < until:
            time.sleep(0.2)
    finally:
        load.stop()
    server.stop()
    asyncio.run(nothing_is_lost_or_doubled(server.settings, load))


async def nothing_is_lost_or_doubled(settings: Settings, load: Load) -> None:
    platform = await open_platform(settings)
    try:
        await platform.host.start()
        await at_rest(platform)
        await nothing_acknowledged_is_lost(platform, load)
        await every_view_equals_its_rebuild(platform)
        await everybody_was_told_once(platform, settings.data)
    finally:
        await platform.close()


async def nothing_acknowledged_is_lost(platform: Platform, load: Load) -> None:
    assert load.registered
    assert load.submitted
    assert load.approved
    accounts = [row.document_number for _, row in await everything(platform, ACCOUNT)]
    assert {p.document_number for p in load.registered} <= set(accounts)
    assert len(accounts) == len(set(accounts))
    cases = dict(await everything(platform, CASES))
    assert all(cases[id].status is not Status.DRAFT for id in load.submitted)
    for _, version in load.approved:
        token = parse_token(version, "")
        assert len(await platform.kernel.store.read_stream(token.stream)) >= token.version
    facts = await recorded(platform, APPLICATION.name)
    decided = Counter(e.stream for e in facts if e.type == ApplicationApproved.stored_type)
    assert set(decided.values()) <= {1}


async def every_view_equals_its_rebuild(platform: Platform) -> None:
    assert await platform.kernel.parking.listed() == []
    for projection in [p for service in platform.services for p in service.projections]:
        served = await everything(platform, projection)
        assert [p async for p in platform.host.replay(projection.name)][-1].switched
        assert await everything(platform, projection) == served, projection.name


async def everybody_was_told_once(platform: Platform, folder: Path) -> None:
    """One message for every event that asks for one, and one SMS for every message."""
    templates = load_templates()
    react = requests(templates).react
    wanted: set[str] = set()
    for category in CAUSES:
        for event in await platform.kernel.codec.decode(await recorded(platform, category.name)):
            wanted |= {dispatch.id for dispatch in react(event)}
    made = {MESSAGE.id_of(event.stream) for event in await recorded(platform, MESSAGE.name)}
    assert made == wanted
    handed = Counter(
        MESSAGE.id_of(event.stream) for event in await recorded(platform, MESSAGE.name)
        if event.type == MessageHandedOver.stored_type
    )  # fmt: skip
    assert handed == dict.fromkeys(wanted, 1)
    with sqlite3.connect(folder / "inbox.db") as inbox:
        assert inbox.execute("SELECT count(*) FROM sms").fetchone() == (len(wanted),)


async def at_rest(platform: Platform) -> None:
    """Everything caused so far has taken effect, messages of unknown outcome settled."""
    before = -1
    async with asyncio.timeout(120):
        while True:
            await platform.host.settled()
            head = await platform.kernel.store.head()
            if head == before:
                return
            before = head
            # An attempt that a kill cut off is settled by the provider's records, after a pause.
            await asyncio.sleep(7)


async def recorded(platform: Platform, category: str) -> list[Any]:
    return [event async for event in platform.kernel.store.read_all(categories=(category,))]


async def everything(platform: Platform, projection: Any) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    after: str | None = None
    while True:
        page = await platform.kernel.views.of(projection).find(Find(after=after, limit=500))
        found += page.items
        after = page.next
        if after is None:
            return found
