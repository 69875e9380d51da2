"""A copy while the platform runs, and the way back: whoever was erased since stays erased."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from services.identity.commands import EraseTalent
from services.identity.decider import DECIDER
from services.identity.views import ACCOUNT
from shared.events.keyring import WrongMasterKey
from shared.events.model import Metadata
from shared.testing.clock import TestClock
from talent.application import application
from talent.backup.command import bring_back
from talent.backup.manifest import BadBackup
from talent.backup.taking import Taken, take, take_keys
from talent.composition import Platform, open_platform
from talent.settings import Environment, Settings
from tests.integration.classification.conftest import City, Person

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SILENT = Console(quiet=True)


def no_bars(*_: object) -> None:
    """Nobody looks."""


class Copies:
    """Takes a copy each time, an hour after the last."""

    def __init__(self, folder: Path, data: Path) -> None:
        self.folder, self.data, self.at = folder, data, NOON

    def take(self) -> Taken:
        self.at += timedelta(hours=1)
        return take(self.data, self.folder / "data", self.folder / "keys", self.at, no_bars)


@pytest.fixture
def copies(tmp_path: Path, platform: Platform) -> Copies:
    return Copies(tmp_path / "copies", platform.settings.data)


@pytest.fixture
def city(platform: Platform, api: httpx.AsyncClient, platform_clock: TestClock) -> City:
    return City(platform, api, platform_clock)


async def back(tmp_path: Path, data: Path, keys: Path, master: Path | None = None) -> Settings:
    settings = Settings(data=tmp_path / "back", environment=Environment.DEVELOPMENT)
    master = master or tmp_path / "data/master.key"
    # The command has an event loop of its own.
    await asyncio.to_thread(bring_back, settings, data, keys, master, SILENT)
    return settings


async def erase(city: City, talent: Person) -> None:
    kernel, at = city.platform.kernel, city.clock.now()
    command = EraseTalent(today=at.date(), at=at)
    metadata = Metadata(f"erase-{talent.account}", actor="desk", subject=talent.account)
    await kernel.handler.handle(DECIDER, talent.account, command, metadata)
    await city.settled()


def on_disk(folder: Path, *words: str) -> list[str]:
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        found += [f"{path.name}: {word}" for word in words if word.encode() in content]
    return found


@pytest.fixture
async def told(city: City) -> tuple[Person, Person]:
    """Two talents, each with a file handed in."""
    talents = (await city.talent(name="姜去也"), await city.talent(name="田留下"))
    for talent in talents:
        id = (await talent.does("POST", "/applications", {}))["application_id"]
        data = b"%PDF-1.7\n" + talent.account.encode()
        assert (await talent.upload(id, "other", data)).status_code == 201
    await city.settled()
    return talents


async def test_who_was_erased_after_the_copy_is_erased_in_what_comes_back(
    tmp_path: Path, city: City, copies: Copies, told: tuple[Person, Person]
) -> None:
    gone, stays = told
    first = copies.take()
    await erase(city, gone)
    keys = take_keys(copies.data, copies.folder / "keys", copies.at.replace(minute=30), no_bars)
    await city.platform.close()
    # The views and the files of the older copy still know them.
    assert on_disk(first.data, "姜去也", f"\n{gone.account}")

    settings = await back(tmp_path, first.data, keys)
    assert on_disk(settings.data, "姜去也", f"\n{gone.account}") == []
    again = await open_platform(settings, city.clock)
    await again.host.start()
    try:
        transport = httpx.ASGITransport(application(again))
        async with httpx.AsyncClient(transport=transport, base_url="http://platform") as client:
            me = await City(again, client, city.clock).signed_in(stays.account, "talent")
            (mine,) = (await me.get("/applications"))["items"]
            (file,) = (await me.get(f"/applications/{mine['application_id']}"))["attachments"]
            address = f"/applications/{mine['application_id']}/attachments/{file['attachment_id']}"
            assert (await me.call("GET", address)).content.endswith(stays.account.encode())
            old = {"Authorization": f"Bearer {stays.token}"}
            assert (await client.get("/api/identity/me", headers=old)).status_code == 401
        types = [e.type async for e in again.kernel.store.read_all(categories=("talent",))]
        assert types.count("identity.talent-erased.v1") == 1
    finally:
        await again.close()


async def test_a_file_that_the_last_copy_has_is_linked(
    city: City, copies: Copies, told: tuple[Person, Person]
) -> None:
    def inodes(taken: Taken) -> set[int]:
        return {p.stat().st_ino for p in (taken.data / "files").rglob("*") if p.is_file()}

    first, second = copies.take(), copies.take()
    assert len(inodes(first)) == 2
    assert inodes(first) == inodes(second)


async def test_what_is_recorded_while_the_copy_is_taken_does_no_harm(
    tmp_path: Path, city: City, copies: Copies
) -> None:
    loop = asyncio.get_running_loop()

    def busy(_what: str, done: int, _total: int) -> None:
        # Before each database, and so between one and the next.
        if done == 0:
            asyncio.run_coroutine_threadsafe(city.talent(), loop).result(10)

    folders = copies.folder / "data", copies.folder / "keys"
    taken = await asyncio.to_thread(take, copies.data, *folders, NOON, busy)
    await city.platform.close()
    settings = await back(tmp_path, taken.data, taken.keys)
    again = await open_platform(settings, city.clock)
    await again.host.start()
    try:
        await again.host.settled()
        stored = await City(again, city.client, city.clock).stored(ACCOUNT)
        # The keys were copied last, and one more talent came before them.
        assert len(stored) == 2
        assert {document.name for document in stored.values()} == {"黎示范"}
    finally:
        await again.close()


async def test_a_platform_that_does_not_run_is_copied_as_well(
    city: City, copies: Copies, told: tuple[Person, Person]
) -> None:
    await city.platform.close()
    assert copies.take().position > 0


def refusals(
    tmp_path: Path, first: Taken, second: Taken
) -> Iterator[tuple[str, Path, Path, Path | None]]:
    yield "the keys are older", second.data, first.keys, None
    yield "expected a backup of data", first.keys, first.keys, None
    yield "not a whole backup", tmp_path, first.keys, None


async def test_copies_that_do_not_fit_are_refused_and_nothing_is_made(
    tmp_path: Path, city: City, copies: Copies
) -> None:
    await city.talent()
    first = copies.take()
    await city.talent()
    second = copies.take()
    await city.platform.close()
    for words, data, keys, master in refusals(tmp_path, first, second):
        with pytest.raises(BadBackup, match=words):
            await back(tmp_path, data, keys, master)
    wrong = tmp_path / "wrong.key"
    wrong.write_bytes(bytes(32))
    with pytest.raises(WrongMasterKey):
        await back(tmp_path, first.data, first.keys, wrong)
    with pytest.raises(BadBackup, match="missing"):
        bring_back(Settings(data=tmp_path / "back"), first.data, first.keys, None, SILENT)
    log = first.data / "log.db"
    log.write_bytes(log.read_bytes()[:-1] + b"!")
    with pytest.raises(BadBackup, match="damaged"):
        await back(tmp_path, first.data, first.keys)
    assert not (tmp_path / "back").exists()
    (tmp_path / "back").mkdir()
    (tmp_path / "back" / "something").touch()
    with pytest.raises(BadBackup, match="not empty"):
        await back(tmp_path, second.data, second.keys)


async def test_data_and_keys_are_kept_apart(city: City, copies: Copies) -> None:
    with pytest.raises(BadBackup, match="different folders"):
        take(copies.data, copies.folder, copies.folder, NOON, no_bars)
    taken = copies.take()
    names = {p.name for p in copies.folder.rglob("*")}
    assert "master.key" not in names
    assert not (taken.data / "keys.db").exists()
    with pytest.raises(BadBackup, match="not a data folder"):
        take(copies.folder, copies.folder / "a", copies.folder / "b", NOON, no_bars)
