"""Messages handed over a second, and from event to hand-over with one of two providers down.

The providers are reached over real HTTP in processes of their own.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from services.classification import events as classification
from services.identity import events as identity
from services.notifier import events
from services.notifier.main import build
from shared.adapters.clock import SystemClock
from shared.adapters.sms.http_inbox import HttpInboxSms
from shared.domain.decider import Decider
from shared.events.model import Event, Metadata
from shared.events.registry import EventRegistry
from shared.ports.sms import Handover, HandoverResult, Route, Sms
from shared.runtime.host import Host
from shared.runtime.kernel import Kernel
from shared.testing.kernels import embedded_kernel
from talent.bench.ports import free_port
from talent.bench.report import Figure, Report, percentile

_RATE: Final = 50
_PATIENCE: Final = 180.0
_AT_ONCE: Final = 200
_FACTS: Final[Decider[Event, None, Event]] = Decider(
    identity.TALENT, None, lambda event, _: [event], lambda state, _: None
)
_REGISTRY: Final = EventRegistry(
    [*identity.CATEGORIES, *classification.CATEGORIES, *events.CATEGORIES],
    [*identity.EVENTS, *classification.EVENTS, *events.EVENTS],
)


class Book:
    """When each number's message was taken, by the first provider that said so."""

    def __init__(self, expected: int) -> None:
        self.taken: dict[str, float] = {}
        self.complete = asyncio.Event()
        self._expected = expected

    def enter(self, mobile: str) -> None:
        self.taken.setdefault(mobile, time.perf_counter())
        if len(self.taken) == self._expected:
            self.complete.set()


class Noted:
    """A provider whose hand-overs are entered in the book."""

    settles_after = timedelta(seconds=5)

    def __init__(self, name: str, url: str, book: Book) -> None:
        self.name, self._book = name, book
        self._inner = HttpInboxSms(url, name=name)

    async def send(self, sms: Sms) -> HandoverResult:
        return self._entered(sms, await self._inner.send(sms))

    async def query(self, sms: Sms, started_at: datetime) -> HandoverResult:
        return self._entered(sms, await self._inner.query(sms, started_at))

    async def close(self) -> None:
        await self._inner.close()

    def _entered(self, sms: Sms, result: HandoverResult) -> HandoverResult:
        if result.handover is Handover.TAKEN:
            self._book.enter(sms.mobile)
        return result


def measure(report: Report, *, quick: bool) -> None:
    """Adds the rate over a backlog, and p50 and p99 at a steady 50 messages a second: with the
    other provider's port closed, and with one that takes connections and never answers."""
    backlog, seconds = (1_000, 4) if quick else (5_000, 30)
    with _provider("takes") as fine, _provider("hangs") as hanging:
        rate = asyncio.run(_backlog([fine], backlog))
        report.add(Figure("SMS handed over, a backlog", "talent", rate, "messages/s", aim=">= 500"))
        closed = f"http://127.0.0.1:{free_port()}"
        for name, other in (("down", closed), ("hanging", hanging)):
            times = asyncio.run(_steady([other, fine], _RATE * seconds))
            what = f"event to hand-over, {_RATE}/s, one of two providers {name}"
            aim = "< 1000" if name == "down" else ""
            report.add(
                Figure(f"{what}, p50", "talent", percentile(times, 0.5) * 1000, "ms"),
                Figure(f"{what}, p99", "talent", percentile(times, 0.99) * 1000, "ms", aim=aim),
            )
    report.notes.append(f"SMS: {backlog:,} in the backlog; {seconds} s at {_RATE}/s; HTTP")


@contextmanager
def _provider(how: str) -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "talent.bench.sms_server", str(port), how],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        process.stdout.readline()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


async def _backlog(urls: Sequence[str], count: int) -> float:
    """Messages a second, from the start of a process that finds the facts recorded."""
    book = Book(count)
    with _folder() as folder:
        async with _running(folder, urls, book):
            pass
        async with embedded_kernel(folder, _REGISTRY, SystemClock()) as kernel:
            for first in range(0, count, _AT_ONCE):
                numbers = range(first, min(first + _AT_ONCE, count))
                await asyncio.gather(*(_one(kernel, number) for number in numbers))
        began = time.perf_counter()
        async with _running(folder, urls, book), asyncio.timeout(_PATIENCE):
            await book.complete.wait()
        return count / (max(book.taken.values()) - began)


async def _steady(urls: Sequence[str], count: int) -> list[float]:
    """Seconds from the answer to the command to the provider's taking its message."""
    book = Book(count)
    with _folder() as folder:
        async with _running(folder, urls, book) as kernel, asyncio.TaskGroup() as group:
            began, tasks = time.perf_counter(), []
            for number in range(count):
                await asyncio.sleep(max(0.0, began + number / _RATE - time.perf_counter()))
                tasks.append(group.create_task(_one(kernel, number)))
            async with asyncio.timeout(_PATIENCE):
                await book.complete.wait()
        answered = dict(task.result() for task in tasks)
        return [max(0.0, book.taken[mobile] - at) for mobile, at in answered.items()]


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=os.environ.get("TALENT_BENCH_DIR")) as folder:
        yield Path(folder)


@asynccontextmanager
async def _running(folder: Path, urls: Sequence[str], book: Book) -> AsyncIterator[Kernel]:
    providers = [Noted(f"p{n}", url, book) for n, url in enumerate(urls)]
    async with embedded_kernel(folder, _REGISTRY, SystemClock()) as kernel:
        host = Host(kernel, [build(kernel, routes=[Route(p) for p in providers])])
        await host.start()
        try:
            yield kernel
        finally:
            await host.stop()
            for provider in providers:
                await provider.close()


async def _one(kernel: Kernel, number: int) -> tuple[str, float]:
    mobile, talent = f"+86138{number:08}", f"bench-{number}"
    registered = identity.TalentRegistered(
        talent_id=talent, person=talent, document_type="id-card", document_number="420600",
        name="王芳", birth_date=None, sex=None, mobile=mobile, account_name=talent,
        commitment_version="1", verified=False, registered_at=datetime.now(UTC),
    )  # fmt: skip
    metadata = Metadata(command_id=f"c{number}", actor="bench", subject=talent)
    await kernel.handler.handle(_FACTS, talent, registered, metadata)
    return mobile, time.perf_counter()
