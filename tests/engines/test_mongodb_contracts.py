"""MongoDB keeps the promises of the view store and of the key-value store."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.adapters.mongodb.key_value import MongoKeyValueStore
from shared.adapters.mongodb.view_store import MongoViewStore
from shared.ports.errors import EngineUnavailable
from shared.ports.key_value import KeyValueStore
from shared.ports.view_store import Changes, Collection, ViewStore, ViewTransaction
from shared.testing.clock import TestClock
from shared.testing.contracts.key_value import KeyValueContract
from shared.testing.contracts.view_store import ViewStoreContract
from talent.bench.ports import free_port
from tests.engines.mongodb_fixtures import database, mongodb  # noqa: F401
from tests.servers.mongodb.server import MongoServer


@pytest.fixture
def clock() -> TestClock:
    # The server removes by its own clock what has ended.
    return TestClock(datetime.now(UTC))


class TestMongoViewStore(ViewStoreContract):
    @pytest.fixture
    async def views(self, database: str) -> AsyncIterator[ViewStore]:  # noqa: F811
        views = MongoViewStore.open(database)
        yield views
        await views.close()


class TestMongoKeyValueStore(KeyValueContract):
    @pytest.fixture
    async def keys(self, database: str, clock: TestClock) -> AsyncIterator[KeyValueStore]:  # noqa: F811
        keys = await MongoKeyValueStore.open(database, clock=clock)
        yield keys
        await keys.close()

    @pytest.fixture
    async def reopen(
        self, keys: KeyValueStore, database: str, clock: TestClock  # noqa: F811
    ) -> AsyncIterator[Callable[[], Awaitable[KeyValueStore]]]:  # fmt: skip
        again: list[MongoKeyValueStore] = []

        async def reopened() -> KeyValueStore:
            await keys.close()
            again.append(await MongoKeyValueStore.open(database, clock=clock))
            return again[-1]

        yield reopened
        for one in again:
            await one.close()


async def test_a_killed_server_lost_nothing_it_acknowledged(tmp_path: Path) -> None:
    server = MongoServer(tmp_path / "storage", free_port())
    server.start()
    views = MongoViewStore.open(server.database("crash"))
    cases = Collection("case_v1")
    try:
        await views.ensure(cases)
        for round in range(3):

            async def work(tx: ViewTransaction, round: int = round) -> None:
                await tx.save(cases.name, Changes({f"k{round}": {"n": round}}, {"s-1": round + 1}))

            await views.transact(work)
            server.kill()
            server.start()
            assert await _patiently(lambda: views.position(cases.name, "s-1")) == round + 1
            assert await views.count(cases.name) == round + 1
    finally:
        await views.close()
        server.stop()


async def test_a_server_that_is_away_is_said_to_be_away() -> None:
    url = f"mongodb://127.0.0.1:{free_port()}/none?directConnection=true"
    views = MongoViewStore.open(url)
    with pytest.raises(EngineUnavailable):
        await views.get("nothing", "k")
    await views.close()
    with pytest.raises(EngineUnavailable):
        await MongoKeyValueStore.open(url, clock=TestClock())


async def test_two_processes_that_fold_one_stream_lose_nothing(database: str) -> None:  # noqa: F811
    stores = [MongoViewStore.open(database) for _ in range(2)]
    cases = Collection("case_v1")
    await stores[0].ensure(cases)

    async def work(tx: ViewTransaction) -> None:
        there = (await tx.positions(cases.name, ["s-1"])).get("s-1", 0)
        found = (await tx.load(cases.name, ["sum"])).get("sum", {"n": 0})
        await tx.save(cases.name, Changes({"sum": {"n": found["n"] + 1}}, {"s-1": there + 1}))

    await asyncio.gather(*(stores[n % 2].transact(work) for n in range(24)))
    assert await stores[0].get(cases.name, "sum") == {"n": 24}
    assert await stores[1].position(cases.name, "s-1") == 24
    for store in stores:
        await store.close()


async def _patiently(ask: Callable[[], Awaitable[int]]) -> int:
    """Across the moments in which the server comes back."""
    until = datetime.now(UTC) + timedelta(seconds=20)
    while True:
        try:
            return await ask()
        except EngineUnavailable:
            if datetime.now(UTC) > until:
                raise
