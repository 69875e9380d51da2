"""Durable deadlines: a view of what is due, and a ticker that issues the command."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog

from shared.events.model import Metadata
from shared.metrics import DEADLINES, TICKS
from shared.ports.clock import Clock
from shared.ports.errors import EngineUnavailable
from shared.ports.event_store import WrongExpectedVersion
from shared.ports.view_store import Document, Find, Where
from shared.runtime.leases import Lease
from shared.runtime.periodic import Periodic
from shared.runtime.projection import SUBJECT, Projection
from shared.runtime.projector import reason_of
from shared.runtime.reactor import Dispatch, Dispatcher
from shared.runtime.views import Views

log = structlog.get_logger()

_PAGE: Final = 200
_PATIENCE: Final = timedelta(seconds=30)
"""How long a view may take to follow before what is due is issued once more."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """`projection`'s documents have an indexed `field` with an instant (ISO 8601, UTC) or null;
    once it has passed, `due` says which commands it causes. The commands must move the instant or
    remove it, and are harmless twice."""

    name: str
    projection: Projection[Any, Any]
    field: str
    due: Callable[[str, Any, datetime], Sequence[Dispatch]]


class Ticker(Periodic):
    """Issues what is due. Its command ids derive from the deadline, the document and the due time,
    so two tickers at once, or one killed in the middle, cause one fact."""

    def __init__(
        self, deadlines: Sequence[Deadline], views: Views, dispatcher: Dispatcher, clock: Clock,
        *, every: float = 1.0, leader: Lease | None = None,
    ) -> None:  # fmt: skip
        self._deadlines, self._views = tuple(deadlines), views
        super().__init__("ticker", every=every)
        self._dispatcher, self._clock = dispatcher, clock
        self._leader = leader
        self._issued: dict[str, datetime] = {}

    async def round(self) -> int:
        return await self.tick()

    async def tick(self) -> int:
        """Issue everything due by now; returns how many documents were due. Who does not lead
        issues nothing: harmless if two did, and a waste."""
        if self._leader is not None and not await self._leader.holds():
            # What it saw while it led is nobody's business any more.
            DEADLINES.clear()
            return 0
        now, total = self._clock.now(), 0
        self._issued = {k: at for k, at in self._issued.items() if now - at < _PATIENCE}
        TICKS.inc()
        for deadline in self._deadlines:
            due = await self._tick_one(deadline, now)
            DEADLINES.labels(deadline.name).set(due)
            total += due
        return total

    async def _tick_one(self, deadline: Deadline, now: datetime) -> int:
        view = self._views.of(deadline.projection)
        count, after = 0, None
        while True:
            due = Where(deadline.field, instant(now), "lte")
            page = await view.raw(Find((due,), (deadline.field,), after=after, limit=_PAGE))
            count += len(page.items)
            # Documents are no business of one another's: a page of them shares its commits.
            done = await asyncio.gather(
                *(self._issue(deadline, key, stored, now) for key, stored in page.items),
                return_exceptions=True,
            )
            for failure in done:
                if failure is not None:
                    raise failure
            if page.next is None:
                return count
            after = page.next

    async def _issue(self, deadline: Deadline, key: str, stored: Document, now: datetime) -> None:
        """One document's commands; one that fails is told of, and holds up no other."""
        at = str(stored[deadline.field])
        mark = f"{deadline.name}/{key}@{at}"
        if mark in self._issued:
            # The view is on its way: of many that are due at once, most would be issued again.
            return
        base = Metadata(command_id="", actor=deadline.name, subject=stored.get(SUBJECT))
        try:
            dispatches = deadline.due(key, deadline.projection.model(stored), now)
            await self._dispatcher.carry_out(deadline.name, f"{key}@{at}", dispatches, base)
            self._issued[mark] = now
        except WrongExpectedVersion:
            log.info("deadline_contended", deadline=deadline.name)
        except EngineUnavailable:
            raise
        except Exception as failure:
            log.error("deadline_failed", deadline=deadline.name, key=key, error=reason_of(failure))


def instant(at: datetime) -> str:
    """The one spelling of an instant in views, so that strings compare as times do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
