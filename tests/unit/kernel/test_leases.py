"""Of many processes one leads, and another follows it when it is gone."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from shared.adapters.sqlite.key_value import SqliteKeyValueStore
from shared.runtime.leases import Lease
from shared.testing.clock import TestClock


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
async def keys(tmp_path: Path, clock: TestClock) -> AsyncIterator[SqliteKeyValueStore]:
    keys = SqliteKeyValueStore.open(tmp_path / "keys.db", clock=clock)
    yield keys
    await keys.close()


async def test_one_leads(keys: SqliteKeyValueStore, clock: TestClock) -> None:
    one, two = Lease(keys, clock, "ticker"), Lease(keys, clock, "ticker")
    assert await one.holds()
    assert not await two.holds()
    assert await Lease(keys, clock, "relay").holds()


async def test_who_renews_stays(keys: SqliteKeyValueStore, clock: TestClock) -> None:
    one, two = Lease(keys, clock, "ticker"), Lease(keys, clock, "ticker")
    for _ in range(10):
        assert await one.holds()
        assert not await two.holds()
        clock.move(timedelta(seconds=6))


async def test_who_is_gone_is_followed(keys: SqliteKeyValueStore, clock: TestClock) -> None:
    one, two = Lease(keys, clock, "ticker"), Lease(keys, clock, "ticker")
    assert await one.holds()
    clock.move(timedelta(seconds=16))
    assert await two.holds()
    assert not await one.holds()


async def test_who_gives_up_is_followed_at_once(
    keys: SqliteKeyValueStore, clock: TestClock
) -> None:
    one, two = Lease(keys, clock, "ticker"), Lease(keys, clock, "ticker")
    assert await one.holds()
    await two.give_up()
    assert await one.holds()
    await one.give_up()
    assert await two.holds()
