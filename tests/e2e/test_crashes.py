"""kill -9 at random moments under load: nothing acknowledged is lost, nothing is doubled.

`TALENT_CRASHES` says how many kills (8 unless told; a few hundred before a release).
"""

import asyncio
import io
import os
import random
import signal
import sqlite3
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from services.identity.views import ACCOUNT
from talent.composition import open_platform
from talent.demo.client import Browser, DemoFailed
from talent.demo.people import Person, somebody
from talent.demo.timeline import Timeline
from talent.demo.walk import register
from talent.settings import Settings

CRASHES = int(os.environ.get("TALENT_CRASHES", "8"))
TALENTS_AT_ONCE = 4


@dataclass
class Load:
    """Talents who register, one after the other in several threads, for as long as it goes on."""

    server: Any
    acknowledged: list[Person] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def run(self, seed: int) -> None:
        chance = random.Random(seed)
        timeline = Timeline(self.server.settings, Console(file=io.StringIO()))
        while not self.over.is_set():
            person = somebody(chance)
            address = f"198.51.{chance.randrange(256)}.{chance.randrange(256)}"
            headers = {"X-Forwarded-For": address}
            with suppress(httpx.TransportError, DemoFailed):
                with httpx.Client(base_url=self.server.url, timeout=5, headers=headers) as http:
                    register(Browser(http, timeline.request, timeline.wait), person)
                    self.acknowledged.append(person)


def test_no_kill_loses_or_doubles_anything(server: Any) -> None:
    load = Load(server)
    threads = [threading.Thread(target=load.run, args=(n,)) for n in range(TALENTS_AT_ONCE)]
    for thread in threads:
        thread.start()
    chance = random.Random(1)
    for _ in range(CRASHES):
        time.sleep(chance.uniform(0.05, 1.0))
        server.stop(signal.SIGKILL)
        server.start()
    time.sleep(0.5)
    load.over.set()
    for thread in threads:
        thread.join()
    assert load.acknowledged
    asyncio.run(everything_settles(server))
    server.stop()
    registered = asyncio.run(accounts(server.settings))
    assert {p.document_number for p in load.acknowledged} <= set(registered)
    assert len(registered) == len(set(registered))
    texted = welcomes(server.settings.data)
    assert len(texted) == len(set(texted)), "somebody got two SMS for one registration"
    assert set(texted) == set(asyncio.run(mobiles(server.settings)))


async def everything_settles(server: Any) -> None:
    """Wait until every registered talent has the SMS, or a message says why not."""
    async with httpx.AsyncClient(base_url=server.url) as http:
        before, same = -1, 0
        async with asyncio.timeout(60):
            while same < 8:
                now = len((await http.get("/dev/inbox.json")).json())
                before, same = now, same + 1 if now == before else 0
                await asyncio.sleep(1.0)


async def rebuilt(settings: Settings) -> list[Any]:
    """The accounts as served, which must be the accounts as rebuilt from the log."""
    platform = await open_platform(settings)
    try:
        await platform.host.start()
        await platform.host.settled()
        view = platform.kernel.views.of(ACCOUNT)
        served = [row for _, row in (await everyone(view))]
        assert [p async for p in platform.host.replay(ACCOUNT.name)][-1].switched
        assert [row for _, row in (await everyone(view))] == served
        return served
    finally:
        await platform.close()


async def everyone(view: Any) -> list[tuple[str, Any]]:
    from shared.ports.view_store import Find

    found: list[tuple[str, Any]] = []
    after: str | None = None
    while True:
        page = await view.find(Find(after=after, limit=500))
        found += page.items
        after = page.next
        if after is None:
            return found


async def accounts(settings: Settings) -> list[str]:
    return [row.document_number for row in await rebuilt(settings)]


async def mobiles(settings: Settings) -> list[str]:
    return [row.mobile for row in await rebuilt(settings)]


def welcomes(folder: Path) -> list[str]:
    """The mobiles that the local provider took a welcome for."""
    with sqlite3.connect(folder / "inbox.db") as inbox:
        return [m for (m,) in inbox.execute("SELECT mobile FROM sms WHERE text LIKE '%注册%'")]
