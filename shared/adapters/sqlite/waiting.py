"""Who waits for a writer's thread, and how an event loop is told what came of it."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from shared.adapters.sqlite.giving_way import giving_way

Job = TypeVar("Job")
Result = TypeVar("Result")
Listener = Callable[[], None]


@dataclass(slots=True)
class Waiting(Generic[Job, Result]):
    """A job and who waits for it; `alone` is work outside any transaction instead of a job."""

    job: Job | None
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    alone: Callable[[sqlite3.Connection], Any] | None = None
    outcome: Result | BaseException | None = None


@dataclass(slots=True)
class Answers:
    """What one event loop is told in one call."""

    loop: asyncio.AbstractEventLoop
    answered: list[Waiting[Any, Any]] = field(default_factory=list)
    listeners: Sequence[Listener] = ()

    def deliver(self) -> None:
        giving_way(self.loop).ended(len(self.answered))
        for waiting in self.answered:
            if waiting.future.done():
                continue
            if isinstance(waiting.outcome, BaseException):
                waiting.future.set_exception(waiting.outcome)
            else:
                waiting.future.set_result(waiting.outcome)
        for listener in self.listeners:
            listener()
