"""Providers that fail, hang, answer late, report twice and die in the middle of a request, and a
platform that is killed at random: never two messages for one event, and exactly one wherever the
provider can be asked.

`TALENT_SMS_EVENTS` says how many events (300 unless told; 10,000 before a release).
"""

import asyncio
import os
import random
import signal
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.identity import events as identity
from services.notifier.views import MESSAGE_LIST, MessageView
from shared.domain.decider import Decider
from shared.events.model import Event, Metadata
from shared.ports.view_store import Find
from talent.composition import Platform, open_platform
from talent.settings import Settings
from tests.e2e.conftest import Server
from tests.e2e.sms_chaos import SECRET, Clouds
from tests.servers.sms import aliyun, tencent

EVENTS = int(os.environ.get("TALENT_SMS_EVENTS", "300"))
FACTS: Decider[Event, None, Event] = Decider(
    identity.TALENT, None, lambda event, _: [event], lambda state, _: None
)
_AT_ONCE = 200
_SETTLED = {"message-handed-over", "receipt-recorded", "message-given-up", "outcome-unknown"}
_QUIET_SECONDS = 12.0
_PATIENCE = 120 + EVENTS * 0.3


@pytest.fixture
def troubled(tmp_path: Path) -> Iterator[tuple[Server, Clouds]]:
    server = Server(tmp_path / "data")
    with Clouds(server.url) as clouds:
        server.more = _settings(tmp_path, clouds)
        yield server, clouds
        server.stop(signal.SIGKILL)


def _settings(folder: Path, clouds: Clouds) -> dict[str, str]:
    texts = {"aliyun": {"code": "SMS_1"}, "tencent": {"code": "1110", "params": ["registered_at"]}}
    for name, text in texts.items():
        approved = {"sign": aliyun.SIGN, "texts": {"registered": text}}
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(approved, allow_unicode=True))
    urls = [
        f"{name}-sms+{url}?texts={folder}/{name}.yaml&settles=3&weight={weight}{more}"
        for name, url, weight, more in (
            ("aliyun", clouds.aliyun.url, 3, ""),
            ("tencent", clouds.tencent.url, 1, f"&app={tencent.APP}"),
        )
    ]
    return {
        "TALENT_SMS_URL": " ".join(urls),
        "TALENT_ALIYUN_ACCESS_KEY_ID": aliyun.KEY_ID,
        "TALENT_ALIYUN_ACCESS_KEY_SECRET": aliyun.KEY_SECRET,
        "TALENT_TENCENT_SECRET_ID": tencent.KEY_ID,
        "TALENT_TENCENT_SECRET_KEY": tencent.KEY_SECRET,
        "TALENT_SMS_RECEIPT_SECRET": SECRET,
        "TALENT_SMS_RECEIPT_NETWORKS": '["127.0.0.0/8"]',
        "TALENT_LOG_LEVEL": "WARNING",
    }


def test_no_event_is_told_twice_and_every_one_once_whatever_fails(
    troubled: tuple[Server, Clouds], capsys: pytest.CaptureFixture[str]
) -> None:
    server, clouds = troubled
    server.start()
    server.stop()
    asyncio.run(_happens(server.settings))
    kills = _killed_until_settled(server)
    clouds.reported(within=60)
    time.sleep(1)
    server.stop()
    messages = asyncio.run(_messages(server.settings))
    figures = _judged(messages, clouds) | {"kills": kills}
    with capsys.disabled():
        print(f"\n{figures}")  # noqa: T201 - the run's figures are what it is run for


async def _happens(settings: Settings) -> None:
    """So many facts, each about a person and a number of their own."""
    platform = await open_platform(settings)
    try:
        for first in range(0, EVENTS, _AT_ONCE):
            numbers = range(first, min(first + _AT_ONCE, EVENTS))
            await asyncio.gather(*(_one(platform, number) for number in numbers))
    finally:
        await platform.close()


async def _one(platform: Platform, number: int) -> None:
    talent = f"t{number}"
    fact = identity.TalentRegistered(
        talent_id=talent, person=talent, document_type="id-card", document_number="420600",
        name="王芳", birth_date=None, sex=None, mobile=f"+86138{number:08}", account_name=talent,
        commitment_version="1", verified=False, registered_at=datetime.now(UTC),
    )  # fmt: skip
    metadata = Metadata(command_id=f"c{number}", actor="test", subject=talent)
    await platform.kernel.handler.handle(FACTS, talent, fact, metadata)


def _killed_until_settled(server: Server) -> int:
    """Kill it at random until nine in ten are through, then let it finish; returns the kills."""
    chance, kills, until = random.Random(3), 0, time.monotonic() + _PATIENCE
    log = server.settings.data / "log.db"
    while _through(log) < 0.9 * EVENTS:
        assert time.monotonic() < until, _states(log)
        server.start()
        time.sleep(chance.uniform(0.2, 3.0))
        server.stop(signal.SIGKILL)
        kills += 1
    server.start()
    seen, since = _states(log), time.monotonic()
    while not set(seen) <= _SETTLED or time.monotonic() - since < _QUIET_SECONDS:
        assert time.monotonic() < until, seen
        time.sleep(0.5)
        now = _states(log)
        if now != seen:
            seen, since = now, time.monotonic()
    return kills


def _states(log: Path) -> dict[str, int]:
    """How many messages there are by the last thing that happened to them."""
    with sqlite3.connect(f"file:{log}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT type, count(*) FROM (SELECT stream, type, max(version) FROM events"
            " WHERE stream >= 'message-' AND stream < 'message.' GROUP BY stream) GROUP BY type"
        ).fetchall()
    return {type.split(".")[1]: count for type, count in rows}


def _through(log: Path) -> int:
    states = _states(log)
    return sum(states.get(word, 0) for word in _SETTLED)


async def _messages(settings: Settings) -> Mapping[str, MessageView]:
    """Every message by its id."""
    platform = await open_platform(settings)
    try:
        await platform.host.start()
        await platform.host.settled()
        found: dict[str, MessageView] = {}
        after: str | None = None
        while True:
            find = Find(sort=("requested_at",), after=after, limit=1000)
            page = await platform.kernel.views.of(MESSAGE_LIST).find(find)
            found |= dict(page.items)
            after = page.next
            if after is None:
                return found
    finally:
        await platform.close()


def _judged(messages: Mapping[str, MessageView], clouds: Clouds) -> dict[str, Any]:
    taken, lost = clouds.taken, clouds.reports.lost
    assert set(taken.values()) == {1}, "a provider was given one attempt twice"
    arrived: dict[str, int] = defaultdict(int)
    for reference in taken:
        arrived[reference.rpartition("-")[0]] += reference not in lost
    assert len(messages) == EVENTS
    assert set(arrived) <= set(messages)
    assert max(arrived.values()) == 1, "somebody was told twice"
    cannot_say = 0
    for id, message in messages.items():
        if message.state == "unknown":
            # Tencent's records never say "not taken": the operator decides, and nobody else.
            assert (message.tried[-1].provider, arrived[id]) == ("tencent", 0)
            cannot_say += 1
        elif message.state == "given-up":
            assert message.why == "undelivered" or message.parked == "undelivered"
            assert arrived[id] == 0
        else:
            assert message.state == "handed-over"
            assert arrived[id] == 1 or message.tried[-1].reference in lost
    return {
        "events": EVENTS,
        "states": dict(Counter(m.state for m in messages.values())),
        "attempts": sum(m.attempts for m in messages.values()),
        "outcomes": dict(
            Counter(f"{a.provider} {a.outcome}" for m in messages.values() for a in m.tried)
        ),
        "taken by": {"aliyun": len(clouds.aliyun.taken), "tencent": len(clouds.tencent.taken)},
        "told exactly once": sum(count == 1 for count in arrived.values()),
        "left to an operator": cannot_say,
        "reported lost": len(lost),
        "receipts posted": clouds.reports.posted,
    }
