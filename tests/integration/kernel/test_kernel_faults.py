"""What goes wrong in one place stays there: poison, leftovers, another log, another key."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from shared.domain.errors import DomainError
from shared.events.keyring import WrongMasterKey
from shared.events.model import Event, Recorded
from shared.events.personal import ERASED, Personal
from shared.events.registry import EventRegistry
from shared.ports.feed import LogChanged, Start
from shared.ports.view_store import Index
from shared.runtime.deadlines import Deadline, instant
from shared.runtime.host import Host
from shared.runtime.kernel import Kernel, Service
from shared.runtime.projection import Projection
from shared.runtime.reactor import Dispatch, Effect
from shared.runtime.views import ViewRebuilding
from shared.testing.clock import TestClock
from shared.testing.kernels import embedded_kernel
from shared.testing.library import (
    LOAN,
    LOAN_VIEW,
    LOANS,
    REGISTRY,
    BookLent,
    Forget,
    Lend,
    Loan,
    Return,
    by,
)
from talent.adapters import open_kernel
from talent.settings import Settings

VIEWS = Service("library", projections=(LOAN_VIEW,))


async def started(kernel: Kernel, service: Service) -> Host:
    host = Host(kernel, [service], tick_every=3600)
    await host.start()
    return host


async def lent(kernel: Kernel, id: str, title: str = "红楼梦", reader: str = "王芳") -> None:
    await kernel.handler.handle(
        LOANS, id, Lend(reader=reader, title=title), by(f"lend-{id}-{title}")
    )


async def test_a_retry_asked_for_once_is_one_retry(kernel: Kernel) -> None:
    calls: list[int] = []

    async def run(recorded: Recorded[Any]) -> None:
        calls.append(recorded.version)
        raise RuntimeError

    effect = Effect("library.failing", (LOAN,), run, Start.BEGINNING)
    host = await started(kernel, Service("library", effects=(effect,)))
    await lent(kernel, "1")
    await kernel.handler.handle(LOANS, "1", Return(), by("return"))
    await host.settled()
    before = len(calls)
    await kernel.parking.ask_retry()
    await host.drained()
    assert len(calls) == before + 1
    assert [(p.event.version, p.retry) for p in await kernel.parking.listed()] == [
        (1, False), (2, False),
    ]  # fmt: skip
    await host.stop()


async def test_two_bodies_at_once_under_one_key_are_told_apart(kernel: Kernel) -> None:
    done = await asyncio.gather(
        *(
            kernel.handler.handle(
                LOANS, "1", Lend(reader="王芳", title=title), by("key", request_hash=title)
            )
            for title in ("红楼梦", "西游记")
        ),
        return_exceptions=True,
    )
    refused = [d.code for d in done if isinstance(d, DomainError)]
    assert refused == ["idempotency-key-reused"]
    (recorded,) = await kernel.codec.decode(await kernel.store.read_stream("loan-1"))
    (kept,) = [d for d in done if not isinstance(d, BaseException)]
    assert kept.events == (recorded.event,)


async def test_a_key_that_cannot_be_told_stops_its_stream_alone(kernel: Kernel) -> None:
    def key(recorded: Recorded[Any]) -> str:
        if recorded.stream == "loan-bad":
            raise KeyError("x")
        return recorded.stream

    view = Projection("library_keyed", 1, (LOAN,), Loan, LOAN_VIEW.evolve, key=key)
    host = await started(kernel, Service("library", projections=(view,)))
    await lent(kernel, "bad")
    await lent(kernel, "good")
    await host.settled()
    assert await kernel.views.of(view).get("loan-good") is not None
    assert [p.event.stream for p in await kernel.parking.listed()] == ["loan-bad"]
    await host.stop()


async def test_a_broken_unique_index_stops_its_stream_alone(kernel: Kernel) -> None:
    view = Projection(
        "library_unique",
        1,
        (LOAN,),
        Loan,
        LOAN_VIEW.evolve,
        indexes=(Index(("title",), unique=True),),
    )
    host = await started(kernel, Service("library", projections=(view,)))
    for id, title in (("1", "红楼梦"), ("2", "红楼梦"), ("3", "西游记")):
        await lent(kernel, id, title)
    await host.settled()
    assert await kernel.views.of(view).count() == 2
    assert [p.reason for p in await kernel.parking.listed()] == ["DuplicateKey"]
    await host.stop()


async def test_a_deadline_that_fails_holds_up_no_other(kernel: Kernel, clock: TestClock) -> None:
    class Due(BaseModel):
        due_at: str | None

    def fold(due: Due | None, recorded: Recorded[Any]) -> Due:
        lent_now = isinstance(recorded.event, BookLent)
        return Due(due_at=instant(recorded.recorded_at + timedelta(days=1)) if lent_now else None)

    def due(key: str, row: Due, now: Any) -> list[Dispatch]:
        if key == "0":
            raise ValueError
        return [Dispatch(LOANS, key, Return(late=True))]

    view = Projection("library_due", 1, (LOAN,), Due, fold, indexes=(Index(("due_at",)),))
    deadline = Deadline("library.overdue", view, "due_at", due)
    host = await started(kernel, Service("library", projections=(view,), deadlines=(deadline,)))
    for id in ("0", "1", "2"):
        await lent(kernel, id)
    await host.settled()
    clock.move(timedelta(days=2))
    await host.ticker.tick()
    assert [len(await kernel.store.read_stream(f"loan-{id}")) for id in "012"] == [1, 2, 2]
    await host.stop()


async def test_an_erasure_waits_for_no_parked_event(kernel: Kernel) -> None:
    host = await started(kernel, VIEWS)
    await lent(kernel, "1")
    await lent(kernel, "2", "poison")
    await host.settled()
    await kernel.handler.handle(LOANS, "2", Forget(), by("forget"))
    await host.settled()
    shown = await kernel.views.of(LOAN_VIEW).get("1")
    assert shown is not None
    assert shown.reader is ERASED
    await host.stop()


async def test_what_a_killed_rebuild_left_is_neither_trusted_nor_kept(tmp_path: Path) -> None:
    def wrong(loan: Loan | None, recorded: Recorded[Any]) -> Loan:
        return Loan(reader="?", title="WRONG")

    old: Projection[Any, Loan] = Projection("library_loan", 1, (LOAN,), Loan, wrong)
    async with embedded_kernel(tmp_path, REGISTRY, TestClock()) as kernel:
        host = await started(kernel, Service("library", projections=(old,)))
        await lent(kernel, "1")
        await host.settled()
        building = await host.build(old, 1)
        await building.joined.wait()
        await host.settled()
        await host.stop()
    async with embedded_kernel(tmp_path, REGISTRY, TestClock()) as kernel:
        host = await started(kernel, VIEWS)
        assert [p async for p in host.replay("library_loan")][-1].switched
        shown = await kernel.views.of(LOAN_VIEW).get("1")
        assert shown is not None
        assert shown.title == "红楼梦"
        await host.stop()


async def test_a_collection_that_nobody_serves_is_dropped_at_the_next_start(tmp_path: Path) -> None:
    async with embedded_kernel(tmp_path, REGISTRY, TestClock()) as kernel:
        host = await started(kernel, VIEWS)
        await lent(kernel, "1")
        await host.settled()
        assert [p async for p in host.replay("library_loan")][-1].switched
        # As if the process had died between the switch and the drop.
        await kernel.view_store.ensure(LOAN_VIEW.collection())
        await host.stop()
    async with embedded_kernel(tmp_path, REGISTRY, TestClock()) as kernel:
        host = await started(kernel, VIEWS)
        there = [c for c in await kernel.view_store.collections() if c.startswith("library_loan")]
        assert there == ["library_loan_v1_r1"]
        await host.stop()


async def test_another_log_is_said_to_be_another(tmp_path: Path) -> None:
    async with embedded_kernel(tmp_path, REGISTRY, TestClock()) as kernel:
        host = await started(kernel, VIEWS)
        await lent(kernel, "1")
        await host.settled()
        await host.stop()
    for end in ("", "-wal", "-shm"):
        (tmp_path / f"log.db{end}").unlink(missing_ok=True)
    async with embedded_kernel(tmp_path, REGISTRY, TestClock()) as kernel:
        with pytest.raises(LogChanged):
            await started(kernel, VIEWS)


async def test_another_master_key_opens_nothing(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    opened = await open_kernel(settings, REGISTRY)
    await lent(opened.kernel, "1")
    await opened.close()
    (tmp_path / "data/master.key").unlink()
    with pytest.raises(WrongMasterKey):
        await open_kernel(settings, REGISTRY)


async def test_a_document_that_the_new_version_cannot_read_is_being_rebuilt(kernel: Kernel) -> None:
    class Wider(BaseModel):
        title: str
        pages: int

    host = await started(kernel, VIEWS)
    await lent(kernel, "1")
    await host.settled()
    wider: Projection[Any, Wider] = Projection("library_loan", 2, (LOAN,), Wider, lambda d, r: d)
    with pytest.raises(ViewRebuilding):
        await kernel.views.of(wider).get("1")
    await host.stop()


async def test_a_public_text_may_look_like_anything(kernel: Kernel) -> None:
    for number, title in enumerate(("enc: 公司", "enc:gone", "enc:1:AAAA")):
        await lent(kernel, str(number), title)
        (recorded,) = await kernel.codec.decode(await kernel.store.read_stream(f"loan-{number}"))
        assert recorded.event.title == title  # type: ignore[attr-defined]


def test_a_mark_inside_a_model_is_refused_for_it_would_not_be_sealed() -> None:
    class Place(BaseModel):
        line: Personal[str]

    class Moved(Event, type="library.reader-moved.v1"):
        place: Place

    with pytest.raises(TypeError, match="mark the whole field"):
        EventRegistry([LOAN], [Moved])


async def test_an_event_that_nobody_listed_is_not_recorded(kernel: Kernel) -> None:
    class Unlisted(Event, type="library.unlisted.v1"):
        pages: int = 1

    with pytest.raises(TypeError, match="EVENTS"):
        await kernel.codec.encode("loan-1", [Unlisted()], by("c"))
