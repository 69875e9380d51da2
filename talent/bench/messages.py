"""From acknowledged to handed over to the SMS provider, at a steady 200 commands a second."""

import asyncio
import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from services.classification import events as classification
from services.identity import events as identity
from services.notifier import events
from services.notifier.main import build
from shared.adapters.clock import SystemClock
from shared.domain.decider import Decider
from shared.events.model import Event, Metadata
from shared.events.registry import EventRegistry
from shared.ports.sms import Handover, HandoverResult, Route, Sms
from shared.runtime.host import Host
from shared.runtime.kernel import Kernel
from shared.testing.kernels import embedded_kernel
from talent.bench.report import Figure, Report, percentile

_RATE: Final = 200
_PATIENCE: Final = 120.0
_FACTS: Final[Decider[Event, None, Event]] = Decider(
    identity.TALENT, None, lambda event, _: [event], lambda state, _: None
)


class LocalProvider:
    """Takes every message at once, and notes when, by the number it is for."""

    name = "bench"
    settles_after = timedelta(seconds=5)

    def __init__(self, expected: int) -> None:
        self.taken: dict[str, float] = {}
        self.complete = asyncio.Event()
        self._expected = expected

    async def send(self, sms: Sms) -> HandoverResult:
        self.taken.setdefault(sms.mobile, time.perf_counter())
        if len(self.taken) == self._expected:
            self.complete.set()
        return HandoverResult(Handover.TAKEN, sms.reference)

    async def query(self, sms: Sms, started_at: datetime) -> HandoverResult:
        return HandoverResult(Handover.TAKEN if sms.mobile in self.taken else Handover.RETRY)


def measure(report: Report, *, quick: bool) -> None:
    """Adds the 50th and 99th percentile of the time from the answer to the provider's being
    called: reaction, request, number, attempt recorded before the call."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TALENT_BENCH_DIR")) as folder:
        times = asyncio.run(_measure(Path(folder), 400 if quick else 4_000))
    name = f"acknowledged to SMS handed over, {_RATE}/s"
    report.add(
        Figure(f"{name}, p50", "talent", percentile(times, 0.5) * 1000, "ms"),
        Figure(f"{name}, p99", "talent", percentile(times, 0.99) * 1000, "ms"),
    )


async def _measure(folder: Path, commands: int) -> list[float]:
    registry = EventRegistry(
        [*identity.CATEGORIES, *classification.CATEGORIES, *events.CATEGORIES],
        [*identity.EVENTS, *classification.EVENTS, *events.EVENTS],
    )
    provider = LocalProvider(commands)
    async with embedded_kernel(folder, registry, SystemClock()) as kernel:
        host = Host(kernel, [build(kernel, routes=[Route(provider)])])
        await host.start()
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            tasks = []
            for number in range(commands):
                await asyncio.sleep(max(0.0, began + number / _RATE - time.perf_counter()))
                tasks.append(group.create_task(_one(kernel, number)))
        async with asyncio.timeout(_PATIENCE):
            await provider.complete.wait()
        await host.stop()
        answered = dict(task.result() for task in tasks)
        return [max(0.0, provider.taken[mobile] - at) for mobile, at in answered.items()]


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
