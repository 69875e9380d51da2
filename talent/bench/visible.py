"""From acknowledged to visible, at a steady 200 commands a second."""

import asyncio
import os
import tempfile
import time
from pathlib import Path
from typing import Any, Final, assert_never

from pydantic import BaseModel

from shared.adapters.clock import SystemClock
from shared.domain.decider import Category, Decider
from shared.events.model import Event, Metadata, Recorded
from shared.events.personal import Personal
from shared.events.registry import EventRegistry
from shared.runtime.host import Host
from shared.runtime.kernel import Kernel, Service
from shared.runtime.projection import Projection
from shared.testing.kernels import embedded_kernel
from talent.bench.report import Figure, Report, percentile

_CASE: Final = Category("benchVisible", "bench")
_RATE: Final = 200
_LOOK: Final = 0.0005


class Seen(Event, type="bench.seen.v1"):
    name: Personal[str]


class Row(BaseModel):
    name: Personal[str]


def _evolve(row: Row | None, recorded: Recorded[Seen]) -> Row | None:
    match recorded.event:
        case Seen() as seen:
            return Row(name=seen.name)
        case other:
            assert_never(other)


_CASES: Final[Decider[str, None, Seen]] = Decider(
    _CASE, None, lambda command, state: [Seen(name=command)], lambda state, event: None
)
_VIEW: Final[Projection[Any, Row]] = Projection("bench_visible", 1, (_CASE,), Row, _evolve)


def measure(report: Report, *, quick: bool) -> None:
    """Adds the 50th and 99th percentile of the time from the answer to the view showing it."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TALENT_BENCH_DIR")) as folder:
        times = asyncio.run(_measure(Path(folder), 400 if quick else 4_000))
    name = f"acknowledged to visible, {_RATE}/s"
    report.add(
        Figure(f"{name}, p50", "talent", percentile(times, 0.5) * 1000, "ms"),
        Figure(f"{name}, p99", "talent", percentile(times, 0.99) * 1000, "ms", aim="< 50"),
    )


async def _measure(folder: Path, commands: int) -> list[float]:
    async with embedded_kernel(folder, EventRegistry([_CASE], [Seen]), SystemClock()) as kernel:
        host = Host(kernel, [Service("bench", projections=(_VIEW,))])
        await host.start()
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            tasks = []
            for number in range(commands):
                await asyncio.sleep(max(0.0, began + number / _RATE - time.perf_counter()))
                tasks.append(group.create_task(_one(kernel, number)))
        await host.stop()
        return [task.result() for task in tasks]


async def _one(kernel: Kernel, number: int) -> float:
    metadata = Metadata(command_id=f"c{number}", actor="bench", subject=f"p{number % 100}")
    outcome = await kernel.handler.handle(_CASES, str(number), "王芳", metadata)
    acknowledged = time.perf_counter()
    view = kernel.views.of(_VIEW)
    while await view.position(outcome.stream) < outcome.version:
        await asyncio.sleep(_LOOK)
    return time.perf_counter() - acknowledged
