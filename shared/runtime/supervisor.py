"""Keeps workers running: one that crashes starts again, later each time it does."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import structlog

from shared.metrics import RESTARTS

log = structlog.get_logger()

_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 30.0
_HEALTHY_AFTER: Final = 60.0


class Worker(Protocol):
    async def run(self) -> None: ...
    def stop(self) -> None: ...


class Supervisor:
    """Owns the workers of a process. A worker that returns is done; one that raises is made anew
    by its factory, after a pause that doubles up to 30 s and starts over after a healthy minute."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._workers: dict[str, Worker] = {}
        self._stopping = False
        self.restarts = 0

    def start(self, name: str, factory: Callable[[], Awaitable[Worker]]) -> None:
        """Run a worker under a name that nobody else uses."""
        if name in self._tasks and not self._tasks[name].done():
            raise ValueError(f"worker {name!r} runs already")
        self._tasks[name] = asyncio.create_task(self._keep(name, factory), name=name)

    async def stop_worker(self, name: str, patience: float = 10.0) -> None:
        """Let one finish what is at hand, and end."""
        task = self._tasks.pop(name, None)
        if worker := self._workers.pop(name, None):
            worker.stop()
        if task is not None:
            await _ended(task, patience)

    async def stop(self, patience: float = 10.0) -> None:
        """Let all finish what is at hand, and end."""
        self._stopping = True
        for worker in self._workers.values():
            worker.stop()
        await asyncio.gather(*(_ended(task, patience) for task in self._tasks.values()))
        self._tasks.clear()

    async def _keep(self, name: str, factory: Callable[[], Awaitable[Worker]]) -> None:
        pause = _FIRST_PAUSE
        while not self._stopping:
            began = time.monotonic()
            try:
                worker = self._workers[name] = await factory()
                await worker.run()
                return
            except Exception:
                self.restarts += 1
                RESTARTS.labels(name).inc()
                log.exception("worker_crashed", worker=name, pause=pause)
            if time.monotonic() - began > _HEALTHY_AFTER:
                pause = _FIRST_PAUSE
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


async def _ended(task: asyncio.Task[None], patience: float) -> None:
    done, _ = await asyncio.wait({task}, timeout=patience)
    if not done:
        task.cancel()
        await asyncio.wait({task}, timeout=1)
