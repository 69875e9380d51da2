import asyncio

import pytest

from shared.domain.errors import DomainError
from shared.ports.event_store import WrongExpectedVersion
from shared.runtime.command_handler import CommandHandler
from shared.runtime.kernel import Kernel
from shared.testing.library import LOANS, BookLent, Lend, Return, by

LEND = Lend(reader="王芳", title="红楼梦")


async def test_a_command_records_its_events_and_answers_with_the_version(kernel: Kernel) -> None:
    outcome = await kernel.handler.handle(LOANS, "1", LEND, by("c1"))
    assert outcome.stream == "loan-1"
    assert outcome.version == 1
    assert outcome.events == (BookLent(reader="王芳", title="红楼梦"),)
    assert outcome.state == "lent"


async def test_a_repeated_command_returns_what_it_recorded(kernel: Kernel) -> None:
    first = await kernel.handler.handle(LOANS, "1", LEND, by("c1"))
    await kernel.handler.handle(LOANS, "1", Return(), by("c2"))
    again = await kernel.handler.handle(LOANS, "1", LEND, by("c1"))
    assert (again.version, again.events) == (first.version, first.events)
    assert len(await kernel.store.read_stream("loan-1")) == 2


async def test_a_repeated_command_is_recognised_after_a_restart(kernel: Kernel) -> None:
    first = await kernel.handler.handle(LOANS, "1", LEND, by("c1"))
    await kernel.handler.handle(LOANS, "1", Return(), by("c2"))
    fresh = CommandHandler(kernel.store, kernel.codec)
    again = await fresh.handle(LOANS, "1", LEND, by("c1"))
    assert (again.version, again.events) == (first.version, first.events)


async def test_a_reused_key_with_another_request_is_refused(kernel: Kernel) -> None:
    await kernel.handler.handle(LOANS, "1", LEND, by("c1", request_hash="a"))
    with pytest.raises(DomainError, match="idempotency-key-reused"):
        await kernel.handler.handle(LOANS, "1", LEND, by("c1", request_hash="b"))


async def test_what_the_rules_refuse_records_nothing(kernel: Kernel) -> None:
    await kernel.handler.handle(LOANS, "1", LEND, by("c1"))
    with pytest.raises(DomainError, match="already-lent"):
        await kernel.handler.handle(LOANS, "1", LEND, by("c2"))
    assert len(await kernel.store.read_stream("loan-1")) == 1


async def test_a_stale_version_is_refused(kernel: Kernel) -> None:
    await kernel.handler.handle(LOANS, "1", LEND, by("c1"))
    with pytest.raises(WrongExpectedVersion):
        await kernel.handler.handle(LOANS, "1", Return(), by("c2"), expected_version=0)


async def test_a_refusal_is_never_decided_on_a_cached_state(kernel: Kernel) -> None:
    elsewhere = CommandHandler(kernel.store, kernel.codec)
    await kernel.handler.handle(LOANS, "1", LEND, by("c1"))
    await elsewhere.handle(LOANS, "1", Return(), by("c2"))
    assert (await kernel.handler.handle(LOANS, "1", LEND, by("c3"))).version == 3


async def test_of_many_at_once_one_wins_and_the_others_see_it(kernel: Kernel) -> None:
    results = await asyncio.gather(
        *(kernel.handler.handle(LOANS, "1", LEND, by(f"c{i}")) for i in range(30)),
        return_exceptions=True,
    )
    refused = [r for r in results if isinstance(r, DomainError) and r.code == "already-lent"]
    assert len(refused) == 29


async def test_the_same_command_twice_at_once_is_one_fact(kernel: Kernel) -> None:
    results = await asyncio.gather(
        *(kernel.handler.handle(LOANS, "1", LEND, by("c1")) for _ in range(10))
    )
    assert {r.version for r in results} == {1}
    assert {r.state for r in results} == {"lent"}
    assert len(await kernel.store.read_stream("loan-1")) == 1


async def test_personal_data_is_unreadable_in_the_log(kernel: Kernel) -> None:
    await kernel.handler.handle(LOANS, "1", LEND, by("c1"))
    (stored,) = await kernel.store.read_stream("loan-1")
    assert "王芳" not in stored.data.decode()
    assert "红楼梦" in stored.data.decode()


async def test_an_erased_person_reads_as_erased_for_ever(kernel: Kernel) -> None:
    from shared.events.personal import ERASED

    await kernel.handler.handle(LOANS, "1", LEND, by("c1"))
    await kernel.keyring.erase("reader-1")
    (recorded,) = await kernel.codec.decode(await kernel.store.read_stream("loan-1"))
    assert recorded.event == BookLent(reader=ERASED, title="红楼梦")
    await kernel.handler.handle(LOANS, "2", LEND, by("c2"))
    (later,) = await kernel.codec.decode(await kernel.store.read_stream("loan-2"))
    assert later.event == BookLent(reader=ERASED, title="红楼梦")
