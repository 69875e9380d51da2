"""A worker that does something again and again until it is told to stop."""

import asyncio
from abc import ABC, abstractmethod

import structlog

from shared.ports.errors import EngineUnavailable
from shared.ports.event_store import WrongExpectedVersion

log = structlog.get_logger()


class Periodic(ABC):
    """One `round` every so many seconds. What an engine that is away, or another writer, held up
    is done in the next round; whatever else is raised ends the worker, and supervision begins it
    anew."""

    def __init__(self, name: str, *, every: float) -> None:
        self._name, self._every = name, every
        self._stopping = asyncio.Event()

    @abstractmethod
    async def round(self) -> object: ...

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        while not self.stopping:
            try:
                await self.round()
            except (EngineUnavailable, WrongExpectedVersion) as held_up:
                log.warning("engine_away", group=self._name, error=type(held_up).__name__)
            try:
                await asyncio.wait_for(self._stopping.wait(), self._every)
            except TimeoutError:
                continue
