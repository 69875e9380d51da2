"""Projections, reactions, deadlines, parking and rebuilds, as a process runs them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from shared.events.model import Recorded
from shared.events.personal import ERASED
from shared.ports.event_store import WrongExpectedVersion
from shared.ports.feed import Start
from shared.ports.view_store import Index
from shared.runtime.deadlines import Deadline, instant
from shared.runtime.host import Host, UnknownView
from shared.runtime.kernel import Kernel, Service
from shared.runtime.projection import Projection
from shared.runtime.reactor import Dispatch, Effect, Reaction
from shared.testing.clock import TestClock
from shared.testing.kernels import embedded_kernel
from shared.testing.library import (
    LOAN,
    LOAN_VIEW,
    LOANS,
    REGISTRY,
    BookLent,
    BookReturned,
    Forget,
    Lend,
    Loan,
    Return,
    by,
)


@asynccontextmanager
async def hosted(kernel: Kernel, service: Service) -> AsyncIterator[Host]:
    host = Host(kernel, [service], tick_every=3600)
    await host.start()
    try:
        yield host
    finally:
        await host.stop()


async def test_a_view_shows_what_was_recorded(kernel: Kernel) -> None:
    async with hosted(kernel, Service("library", projections=(LOAN_VIEW,))) as host:
        await kernel.handler.handle(LOANS, "1", Lend(reader="王芳", title="红楼梦"), by("c1"))
        await kernel.handler.handle(LOANS, "1", Return(), by("c2"))
        await host.settled()
        view = kernel.views.of(LOAN_VIEW)
        assert await view.get("1") == Loan(reader="王芳", title="红楼梦", state="returned")
        assert await view.position("loan-1") == 2


async def test_erasure_scrubs_the_view_and_a_rebuild_gives_the_same(kernel: Kernel) -> None:
    async with hosted(kernel, Service("library", projections=(LOAN_VIEW,))) as host:
        await kernel.handler.handle(LOANS, "1", Lend(reader="王芳", title="红楼梦"), by("c1"))
        await kernel.handler.handle(LOANS, "2", Forget(), by("c2"))
        await host.settled()
        view = kernel.views.of(LOAN_VIEW)
        scrubbed = await view.get("1")
        assert scrubbed == Loan(reader=ERASED, title="红楼梦")
        assert [p async for p in host.replay("library_loan")][-1].switched
        assert await view.get("1") == scrubbed


async def test_a_rebuild_serves_from_a_new_collection_and_goes_on(kernel: Kernel) -> None:
    async with hosted(kernel, Service("library", projections=(LOAN_VIEW,))) as host:
        for number in range(20):
            lend = Lend(reader="王芳", title=f"书{number}")
            await kernel.handler.handle(LOANS, str(number), lend, by(f"c{number}"))
        await host.settled()
        assert [p async for p in host.replay("library_loan")][-1].switched
        await kernel.handler.handle(LOANS, "3", Return(), by("later"))
        await host.settled()
        loan = await kernel.views.of(LOAN_VIEW).get("3")
        assert loan is not None
        assert loan.state == "returned"
        assert "library_loan_v1" not in await kernel.view_store.collections()


async def test_a_view_that_nobody_declared_cannot_be_rebuilt(kernel: Kernel) -> None:
    async with hosted(kernel, Service("library", projections=(LOAN_VIEW,))) as host:
        with pytest.raises(UnknownView):
            _ = [p async for p in host.replay("nothing")]


class Title(BaseModel):
    title: str


def _v2(row: Title | None, recorded: Recorded[Any]) -> Title | None:
    return (
        Title(title=f"《{recorded.event.title}》") if isinstance(recorded.event, BookLent) else row
    )


async def test_a_new_version_is_built_beside_the_old_and_then_serves(
    tmp_path: Path, clock: TestClock
) -> None:
    async with embedded_kernel(tmp_path, REGISTRY, clock) as kernel:
        async with hosted(kernel, Service("library", projections=(LOAN_VIEW,))) as host:
            await kernel.handler.handle(LOANS, "1", Lend(reader="王芳", title="红楼梦"), by("c1"))
            await host.settled()
    v2: Projection[Any, Title] = Projection("library_loan", 2, (LOAN,), Title, _v2)
    async with embedded_kernel(tmp_path, REGISTRY, clock) as kernel:
        async with hosted(kernel, Service("library", projections=(LOAN_VIEW, v2))) as host:
            await host.switched("library_loan")
            assert await kernel.views.of(v2).get("1") == Title(title="《红楼梦》")


async def test_poison_parks_its_stream_in_order_and_the_others_go_on(kernel: Kernel) -> None:
    async with hosted(kernel, Service("library", projections=(LOAN_VIEW,))) as host:
        await kernel.handler.handle(LOANS, "bad", Lend(reader="王芳", title="poison"), by("c1"))
        await kernel.handler.handle(LOANS, "bad", Return(), by("c2"))
        await kernel.handler.handle(LOANS, "good", Lend(reader="王芳", title="红楼梦"), by("c3"))
        await host.settled()
        parked = await kernel.parking.listed()
        assert [(p.event.stream, p.event.version) for p in parked] == [
            ("loan-bad", 1),
            ("loan-bad", 2),
        ]
        assert parked[0].reason == "ValueError"
        assert await kernel.views.of(LOAN_VIEW).get("good") is not None


async def test_parked_events_are_taken_in_order_once_the_cause_is_mended(
    tmp_path: Path, clock: TestClock
) -> None:
    broken = Projection("library_loan", 1, (LOAN,), Loan, _broken)
    async with embedded_kernel(tmp_path, REGISTRY, clock) as kernel:
        async with hosted(kernel, Service("library", projections=(broken,))) as host:
            await kernel.handler.handle(LOANS, "1", Lend(reader="王芳", title="红楼梦"), by("c1"))
            await kernel.handler.handle(LOANS, "1", Return(), by("c2"))
            await host.settled()
            assert len(await kernel.parking.listed()) == 2
    async with embedded_kernel(tmp_path, REGISTRY, clock) as kernel:
        async with hosted(kernel, Service("library", projections=(LOAN_VIEW,))) as host:
            await kernel.parking.ask_retry()
            await host.drained()
            loan = await kernel.views.of(LOAN_VIEW).get("1")
            assert loan is not None
            assert loan.state == "returned"


def _broken(loan: Loan | None, recorded: Recorded[Any]) -> Loan | None:
    raise RuntimeError


async def test_a_reaction_commands_once_however_often_it_is_delivered(
    tmp_path: Path, clock: TestClock
) -> None:
    def again(recorded: Recorded[Any]) -> Sequence[Dispatch]:
        if isinstance(recorded.event, BookReturned):
            return [Dispatch(LOANS, "copy", Lend(reader="李伟", title="再借"))]
        return []

    service = Service("library", reactions=(Reaction("library.again", (LOAN,), again),))
    async with (
        embedded_kernel(tmp_path, REGISTRY, clock) as kernel,
        hosted(kernel, service) as host,
    ):
        await kernel.handler.handle(LOANS, "1", Lend(reader="王芳", title="红楼梦"), by("c1"))
        await kernel.handler.handle(LOANS, "1", Return(), by("c2"))
        await host.settled()
    async with embedded_kernel(tmp_path, REGISTRY, clock) as kernel:
        await kernel.feed.forget("library.again")
        repeated = Reaction("library.again", (LOAN,), again, start=Start.BEGINNING)
        async with hosted(kernel, Service("library", reactions=(repeated,))) as host:
            await host.settled()
        assert len(await kernel.store.read_stream("loan-copy")) == 1


async def test_an_effect_that_fails_parks_and_loses_nothing(kernel: Kernel) -> None:
    seen: list[str] = []

    async def run(recorded: Recorded[Any]) -> None:
        if not seen:
            seen.append("failed")
            raise RuntimeError
        seen.append(recorded.stream)

    service = Service("library", effects=(Effect("library.effect", (LOAN,), run),))
    async with hosted(kernel, service) as host:
        await kernel.handler.handle(LOANS, "1", Lend(reader="王芳", title="红楼梦"), by("c1"))
        await host.settled()
        assert len(await kernel.parking.listed("library.effect")) == 1
        await kernel.parking.ask_retry("library.effect")
        await host.drained()
        assert seen == ["failed", "loan-1"]


async def test_an_effect_is_tried_again_when_busy_and_hears_only_what_it_asked_for(
    kernel: Kernel,
) -> None:
    seen: list[str] = []

    async def run(recorded: Recorded[Any]) -> None:
        seen.append(recorded.event.stored_type)
        if len(seen) == 1:
            raise WrongExpectedVersion("loan-1", 0, 1)

    effect = Effect("library.effect", (LOAN,), run, types=(BookReturned,))
    async with hosted(kernel, Service("library", effects=(effect,))) as host:
        await kernel.handler.handle(LOANS, "1", Lend(reader="王芳", title="红楼梦"), by("c1"))
        await kernel.handler.handle(LOANS, "1", Return(), by("c2"))
        await host.settled()
    assert seen == ["library.book-returned.v1"] * 2
    assert await kernel.parking.listed("library.effect") == []


class Due(BaseModel):
    due_at: str | None


def _due(row: Due | None, recorded: Recorded[Any]) -> Due | None:
    lent = isinstance(recorded.event, BookLent)
    return Due(due_at=instant(recorded.recorded_at + timedelta(days=30)) if lent else None)


async def test_what_is_due_is_commanded_once(kernel: Kernel, clock: TestClock) -> None:
    due = Projection("library_due", 1, (LOAN,), Due, _due, indexes=(Index(("due_at",)),))
    deadline = Deadline(
        "library.overdue",
        due,
        "due_at",
        lambda key, row, now: [Dispatch(LOANS, key, Return(late=True))],
    )
    service = Service("library", projections=(due,), deadlines=(deadline,))
    async with hosted(kernel, service) as host:
        await kernel.handler.handle(LOANS, "1", Lend(reader="王芳", title="红楼梦"), by("c1"))
        await host.settled()
        assert await host.ticker.tick() == 0
        clock.move(timedelta(days=31))
        await host.ticker.tick()
        await host.ticker.tick()
        await host.settled()
        events = await kernel.codec.decode(await kernel.store.read_stream("loan-1"))
        assert [e.event for e in events][1:] == [BookReturned(late=True)]
        assert await host.ticker.tick() == 0
