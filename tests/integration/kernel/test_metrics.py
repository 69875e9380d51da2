"""What an alert or a dashboard asks for is really counted."""

from datetime import timedelta
from typing import Any

from prometheus_client import REGISTRY as METRICS
from pydantic import BaseModel

from shared.events.model import Recorded
from shared.ports.view_store import Index
from shared.runtime.deadlines import Deadline, instant
from shared.runtime.host import Host
from shared.runtime.kernel import Kernel, Service
from shared.runtime.projection import Projection
from shared.testing.clock import TestClock
from shared.testing.library import LOAN, LOANS, Lend, by


class Row(BaseModel):
    due_at: str | None


def _row(row: Row | None, recorded: Recorded[Any]) -> Row | None:
    return Row(due_at=instant(recorded.recorded_at))


VIEW = Projection("library_refused", 1, (LOAN,), Row, _row, indexes=(Index(("due_at",)),))
DEADLINE = Deadline("library.refused", VIEW, "due_at", lambda key, row, now: [])


def value(name: str, **labels: str) -> float | None:
    return METRICS.get_sample_value(name, labels)


async def test_appends_lag_parked_events_and_deadlines_are_measured(
    kernel: Kernel, clock: TestClock
) -> None:
    appended = value("talent_appends_total", category=LOAN.name) or 0
    ticks = value("talent_deadline_ticks_total") or 0
    host = Host(kernel, [Service("library", (VIEW,), deadlines=(DEADLINE,))], tick_every=3600)
    await host.start()
    try:
        await kernel.handler.handle(LOANS, "1", Lend(reader="王芳", title="红楼梦"), by("c1"))
        await host.settled()
        clock.move(timedelta(days=1))
        await host.ticker.tick()
    finally:
        await host.stop()
    assert value("talent_appends_total", category=LOAN.name) == appended + 1
    group = VIEW.collection(0).name
    assert value("talent_consumer_lag_events", group=group) == 0
    assert value("talent_parked_events", group=group) == 0
    assert value("talent_deadlines_due", deadline=DEADLINE.name) == 1
    assert (value("talent_deadline_ticks_total") or 0) > ticks
