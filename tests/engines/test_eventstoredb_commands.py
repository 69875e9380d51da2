"""Commands of several processes over EventStoreDB: every command id ends in one fact."""
# ruff: noqa: F811

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from shared.domain.errors import DomainError
from shared.runtime.command_handler import CommandHandler
from shared.testing.clock import TestClock
from shared.testing.kernels import embedded_kernel
from shared.testing.library import LOANS, REGISTRY, BookLent, Lend, Return, by
from tests.engines.eventstoredb_fixtures import (  # noqa: F401
    eventstoredb,
    log_url,
    opened,
    patiently,
    server,
)
from tests.servers.eventstoredb.server import StandIn

LEND = Lend(reader="王芳", title="红楼梦")
CLOCK = TestClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))


async def test_the_same_command_in_two_processes_is_one_fact(tmp_path: Path, log_url: str) -> None:
    async with (
        embedded_kernel(tmp_path, REGISTRY, CLOCK) as kernel,
        opened(log_url) as one,
        opened(log_url) as other,
    ):
        handlers = [CommandHandler(store, kernel.codec) for store in (one, other)] * 5
        outcomes = await asyncio.gather(*(h.handle(LOANS, "1", LEND, by("c1")) for h in handlers))
        assert {(o.version, o.events) for o in outcomes} == {
            (1, (BookLent(reader="王芳", title="红楼梦"),))
        }
        await handlers[0].handle(LOANS, "1", Return(), by("c2"))
        again = await handlers[1].handle(LOANS, "1", LEND, by("c1"))
        assert (again.version, again.events) == (outcomes[0].version, outcomes[0].events)
        assert len(await one.read_stream("loan-1")) == 2


async def test_of_two_processes_commands_one_wins_and_the_others_see_it(
    tmp_path: Path, log_url: str
) -> None:
    async with (
        embedded_kernel(tmp_path, REGISTRY, CLOCK) as kernel,
        opened(log_url) as one,
        opened(log_url) as other,
    ):
        handlers = [CommandHandler(store, kernel.codec) for store in (one, other)] * 5
        results = await asyncio.gather(
            *(h.handle(LOANS, "1", LEND, by(f"c{n}")) for n, h in enumerate(handlers)),
            return_exceptions=True,
        )
        refusals = [r for r in results if isinstance(r, DomainError) and r.code == "already-lent"]
        assert len(refusals) == 9
        assert len(await one.read_stream("loan-1")) == 1


async def test_commands_repeated_across_kills_are_one_fact_each(
    tmp_path: Path, server: StandIn
) -> None:
    async with embedded_kernel(tmp_path, REGISTRY, CLOCK) as kernel, opened(server.url()) as store:
        handler = CommandHandler(store, kernel.codec)
        done = asyncio.Queue[str]()

        async def lend_and_return(loan: str) -> None:
            for turn in range(10):
                for name, command in (("lend", LEND), ("return", Return())):
                    about = by(f"{loan}-{turn}-{name}")
                    await patiently(
                        lambda: handler.handle(LOANS, loan, command, about)  # noqa: B023
                    )
                    done.put_nowait(name)

        readers = [asyncio.create_task(lend_and_return(str(n))) for n in range(6)]
        for _ in range(3):
            for _ in range(25):
                await done.get()
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
        await asyncio.gather(*readers)
        for loan in range(6):
            assert (await handler.load(LOANS, str(loan))) == ("free", 20)
