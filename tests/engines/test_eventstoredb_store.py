"""What the EventStoreDB adapter does beside its contract: retries, crashes and cancellations."""
# ruff: noqa: F811

import asyncio
import socket
from collections.abc import Callable

import pytest

from shared.adapters.eventstoredb.connection import Client, Connection, RecordedEvent, read_whole
from shared.adapters.eventstoredb.names import Names
from shared.adapters.eventstoredb.store import EventStoreDbStore
from shared.ports.errors import EngineUnavailable
from shared.ports.event_store import WrongExpectedVersion
from shared.testing.contracts.event_store import event
from talent.bench.ports import free_port
from tests.engines.eventstoredb_fixtures import (  # noqa: F401
    eventstoredb,
    log_url,
    opened,
    patiently,
    server,
    store,
)
from tests.servers.eventstoredb.server import StandIn

DEADLINE = 12.0


async def test_of_two_clients_with_the_same_expected_version_one_wins(log_url: str) -> None:
    async with opened(log_url) as one, opened(log_url) as other:
        for version in range(5):
            answers = await asyncio.gather(
                *(
                    client.append("probe-1", [event()], expected_version=version)
                    for client in (one, other) * 4
                ),
                return_exceptions=True,
            )
            won = [answer for answer in answers if not isinstance(answer, BaseException)]
            assert won == [version + 1]
            assert sum(isinstance(answer, WrongExpectedVersion) for answer in answers) == 7


async def test_a_stream_of_five_thousand_is_read_whole(store: EventStoreDbStore) -> None:
    for start in range(0, 5_000, 500):
        await store.append("probe-1", [event() for _ in range(500)], expected_version=start)
    assert [e.version for e in await store.read_stream("probe-1")] == list(range(1, 5_001))
    assert [e.version for e in await store.read_stream("probe-1", after=4_998)] == [4_999, 5_000]
    assert len(await store.read_stream("probe-1", limit=2_500)) == 2_500
    assert [e.version async for e in store.read_all()] == list(range(1, 5_001))


async def test_several_categories_are_each_matched_whole(store: EventStoreDbStore) -> None:
    streams = ("probe-1", "other-1", "xprobe-1", "otherx-1", "another-1", "a-probe-1", "probe")
    for stream in streams:
        await store.append(stream, [event()], expected_version=0)
    chosen = [e.stream async for e in store.read_all(categories=["probe", "other"])]
    assert chosen == ["probe-1", "other-1", "probe"]
    assert [e.stream async for e in store.read_all()] == list(streams)


async def test_what_the_server_will_never_take_is_an_error_of_the_caller(
    store: EventStoreDbStore,
) -> None:
    with pytest.raises(ValueError, match="refuses"):
        await store.append("probe-1", [event("x" * 1_100_000)], expected_version=0)
    assert await store.append("probe-1", [event()], expected_version=0) == 1


async def test_two_openers_know_the_log_by_one_id(
    eventstoredb: Callable[[str], str], log_url: str
) -> None:  # fmt: skip
    async with opened(log_url) as one, opened(log_url) as other:
        ids = set(await asyncio.gather(one.log_id(), other.log_id(), one.log_id()))
    assert len(ids) == 1
    async with opened(f"{log_url.replace('?', 'x?')}") as elsewhere:
        assert await elsewhere.log_id() not in ids
        assert await elsewhere.head() == 0
        assert [e async for e in elsewhere.read_all()] == []


async def test_a_log_without_a_namespace_shows_no_stream_of_the_servers_own(
    server: StandIn,
) -> None:
    async with opened(server.url()) as store, opened(server.url("elsewhere")) as other:
        assert await store.log_id() != await other.log_id()
        assert await store.head() == 0
        await other.append("probe-1", [event()], expected_version=0)
        await store.append("probe-2", [event()], expected_version=0)
        assert [e.stream async for e in store.read_all()] == ["probe-2"]
        assert [e.stream async for e in store.read_all(categories=["probe"])] == ["probe-2"]
        assert [e.stream async for e in other.read_all()] == ["probe-1"]


async def test_a_kill_in_the_middle_of_appends_loses_nothing_acknowledged(
    server: StandIn,
) -> None:
    acknowledged: dict[str, int] = {}
    async with opened(server.url()) as store:

        async def write(stream: str) -> None:
            for version in range(40):
                one = event()
                await patiently(lambda: store.append(stream, [one], expected_version=version))  # noqa: B023
                acknowledged[stream] = version + 1

        writers = [asyncio.create_task(write(f"probe-{n}")) for n in range(8)]
        for kills in range(1, 4):
            while sum(acknowledged.values()) < kills * 60:
                await asyncio.sleep(0.01)
            before = dict(acknowledged)
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            for stream, version in before.items():
                found = await patiently(lambda: store.read_stream(stream))  # noqa: B023
                assert len(found) >= version
        await asyncio.gather(*writers)
        for stream in acknowledged:
            versions = [e.version for e in await store.read_stream(stream)]
            assert versions == list(range(1, 41))
        positions = [e.position async for e in store.read_all()]
        assert len(positions) == 8 * 40
        assert positions == sorted(set(positions))


async def test_an_engine_that_is_away_is_said_to_be_away_in_time() -> None:
    async with opened(f"esdb://127.0.0.1:{free_port()}?tls=false") as store:
        for call in (
            lambda: store.append("probe-1", [event()], expected_version=0),
            lambda: store.read_stream("probe-1"),
            lambda: store.read_stream_backwards("probe-1", limit=1),
            store.head,
            store.log_id,
        ):
            async with asyncio.timeout(DEADLINE):
                with pytest.raises(EngineUnavailable):
                    await call()


@pytest.mark.parametrize("nodes", [1, 2])
async def test_an_engine_that_never_answers_is_away_until_it_does(
    server: StandIn, nodes: int
) -> None:
    server.stop()
    silent = [socket.create_server(("127.0.0.1", server.port))]
    silent += [socket.create_server(("127.0.0.1", 0)) for _ in range(nodes - 1)]
    hosts = ",".join(f"127.0.0.1:{each.getsockname()[1]}" for each in silent)
    async with opened(f"esdb://{hosts}/?tls=false") as store:
        async with asyncio.timeout(DEADLINE):
            results = await asyncio.gather(
                store.append("probe-1", [event()], expected_version=0),
                store.read_stream("probe-1"),
                return_exceptions=True,
            )
        assert [type(result) for result in results] == [EngineUnavailable] * 2
        for each in silent:
            each.close()
        server.start()
        again = [event()]
        assert await patiently(lambda: store.append("probe-1", again, expected_version=0)) == 1


async def test_a_closed_store_answers_that_it_is_closed(log_url: str) -> None:
    store = EventStoreDbStore.open(log_url)
    await store.append("probe-1", [event()], expected_version=0)
    await store.close()
    with pytest.raises(EngineUnavailable):
        await store.read_stream("probe-1")


async def test_closing_lets_appends_finish(log_url: str) -> None:
    store = EventStoreDbStore.open(log_url)
    for version in range(2):
        appends = [
            asyncio.create_task(store.append(f"probe-{n}", [event()], expected_version=version))
            for n in range(20)
        ]
        await asyncio.sleep(0)
        if version == 1:
            await store.close()
        assert await asyncio.gather(*appends) == [version + 1] * 20


async def test_a_read_that_is_cancelled_gives_no_half_stream(store: EventStoreDbStore) -> None:
    for start in range(0, 2_000, 500):
        await store.append("probe-1", [event() for _ in range(500)], expected_version=start)
    for delay in (0.0, 0.002, 0.01, 0.05, 0.1):
        read = asyncio.create_task(store.read_stream("probe-1"))
        await asyncio.sleep(delay)
        if read.cancel():
            with pytest.raises(asyncio.CancelledError):
                await read
        else:
            assert len(read.result()) == 2_000


async def test_a_read_that_anothers_reconnection_cuts_is_read_again(
    store: EventStoreDbStore, log_url: str
) -> None:
    for start in range(0, 2_000, 500):
        await store.append("probe-1", [event() for _ in range(500)], expected_version=start)
    connection = Connection(log_url)
    name = Names.of_url(log_url).stored("probe-1")
    begun: list[int] = []

    async def read(client: Client) -> list[RecordedEvent]:
        response = await client.read_stream(name)
        if not begun:
            begun.append((await anext(response)).stream_position)
            await client.reconnect()
        return await read_whole(response)

    assert len(await connection.run(read)) == 2_000
    assert begun == [0]
    await connection.close()
