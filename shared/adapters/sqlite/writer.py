"""Group commit: one thread that writes everything waiting in one transaction."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Final, Generic, TypeVar

from shared.adapters.sqlite.database import engine_errors, is_engine_failure
from shared.adapters.sqlite.giving_way import giving_way
from shared.adapters.sqlite.waiting import Answers, Job, Listener, Result, Waiting
from shared.ports.errors import EngineUnavailable

T = TypeVar("T")

_GROUP: Final = 1024


@dataclass(slots=True)
class Hooks(Generic[Job]):
    """Called in the writer's thread: `committed` before anyone is answered, `failed` after a
    rollback, `idle` between transactions."""

    committed: Callable[[], None] = lambda: None
    failed: Callable[[Sequence[Job]], None] = lambda _: None
    idle: Callable[[sqlite3.Connection], None] = lambda _: None


class GroupWriter(Generic[Job, Result]):
    """Runs jobs in the order they came, as many as wait, in one transaction with one fsync.

    `run` gets the connection, in a transaction, and the jobs; it answers with a result or an
    exception for each (an exception: this job wrote nothing). If `run` itself raises, the
    transaction is rolled back: a failure of the engine is `EngineUnavailable` for all of them;
    after any other the jobs run one by one, so that a bad one fails alone.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        run: Callable[[sqlite3.Connection, Sequence[Job]], Sequence[Result | Exception]],
        *,
        name: str,
        hooks: Hooks[Job] | None = None,
    ) -> None:
        self._connection = connection
        self._run = run
        self._hooks = hooks or Hooks[Job]()
        self._queue: SimpleQueue[list[Waiting[Job, Result]] | None] = SimpleQueue()
        self._gathering: dict[asyncio.AbstractEventLoop, list[Waiting[Job, Result]]] = {}
        self._listeners: dict[asyncio.AbstractEventLoop, tuple[Listener, ...]] = {}
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> asyncio.Future[Result]:
        """Queue a job; its future is done once it is durable. Raises `EngineUnavailable`."""
        loop = asyncio.get_running_loop()
        return self._put(Waiting(job, loop.create_future(), loop))

    async def alone(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run something in the writer's thread, outside a transaction."""
        loop = asyncio.get_running_loop()
        waiting: Waiting[Job, Result] = Waiting(None, loop.create_future(), loop, work)
        result: T = await self._put(waiting)
        return result

    def _put(self, waiting: Waiting[Job, Result]) -> asyncio.Future[Any]:
        if self._closed:
            raise EngineUnavailable("the store is closed")
        giving_way(waiting.loop).began()
        gathered = self._gathering.get(waiting.loop)
        if gathered is None:
            # Handed over together once this turn of the loop is over: a thread woken for each
            # would take the interpreter away from the requests that are still to be read.
            self._gathering[waiting.loop] = [waiting]
            waiting.loop.call_soon(self._hand_over, waiting.loop)
        else:
            gathered.append(waiting)
        return waiting.future

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        gathered = self._gathering.pop(loop, None)
        if gathered is not None:
            self._queue.put(gathered)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Have `listener` called in this event loop after every commit; returns how to stop."""
        loop = asyncio.get_running_loop()
        self._listeners[loop] = (*self._listeners.get(loop, ()), listener)

        def stop() -> None:
            left = tuple(x for x in self._listeners.get(loop, ()) if x is not listener)
            if left:
                self._listeners[loop] = left
            else:
                self._listeners.pop(loop, None)

        return stop

    async def close(self) -> None:
        """Finish what waits, then close the connection."""
        if not self._closed:
            self._closed = True
            for loop in tuple(self._gathering):
                self._hand_over(loop)
            self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        open_ = True
        while open_:
            taken, open_ = self._take()
            group: list[Waiting[Job, Result]] = []
            for waiting in taken:
                if waiting.alone is None:
                    group.append(waiting)
                    if len(group) < _GROUP:
                        continue
                self._transact(group)
                group = []
                if waiting.alone is not None:
                    self._run_alone(waiting, waiting.alone)
            self._transact(group)
        self._refuse_the_rest()
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    def _take(self) -> tuple[list[Waiting[Job, Result]], bool]:
        """Everything that waits, once there is something; and whether more may come."""
        taken: list[Waiting[Job, Result]] = []
        part = self._queue.get()
        while part is not None:
            taken += part
            try:
                part = self._queue.get_nowait()
            except Empty:
                return taken, True
        return taken, False

    def _refuse_the_rest(self) -> None:
        late: list[Waiting[Job, Result]] = []
        with contextlib.suppress(Empty):
            while True:
                for waiting in self._queue.get_nowait() or ():
                    waiting.outcome = EngineUnavailable("the store is closed")
                    late.append(waiting)
        self._answer(late, committed=False)

    def _run_alone(
        self, waiting: Waiting[Job, Result], work: Callable[[sqlite3.Connection], Any]
    ) -> None:
        try:
            with engine_errors():
                waiting.outcome = work(self._connection)
        except Exception as error:
            waiting.outcome = error
        self._answer([waiting], committed=False)

    def _transact(self, group: list[Waiting[Job, Result]]) -> None:
        if not group:
            return
        try:
            committed = self._attempt(group)
        except Exception:
            for waiting in group:
                self._attempt_one(waiting)
            committed = True
        self._answer(group, committed)
        with contextlib.suppress(sqlite3.Error, EngineUnavailable):
            self._hooks.idle(self._connection)

    def _attempt_one(self, waiting: Waiting[Job, Result]) -> None:
        try:
            self._attempt([waiting])
        except Exception as error:
            waiting.outcome = error

    def _attempt(self, group: list[Waiting[Job, Result]]) -> bool:
        """True if committed, False if the engine failed; raises what is wrong with a job."""
        jobs: list[Job] = [waiting.job for waiting in group]  # type: ignore[misc]
        connection = self._connection
        try:
            if connection.in_transaction:  # a rollback that failed
                connection.execute("ROLLBACK")
            connection.execute("BEGIN IMMEDIATE")
            outcomes = self._run(connection, jobs)
            connection.execute("COMMIT")
        except Exception as error:
            if connection.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
            self._hooks.failed(jobs)
            if not is_engine_failure(error):
                raise
            for waiting in group:
                waiting.outcome = EngineUnavailable(str(error))
            return False
        self._hooks.committed()
        for waiting, outcome in zip(group, outcomes, strict=True):
            waiting.outcome = outcome
        return True

    def _answer(self, group: Sequence[Waiting[Job, Result]], committed: bool) -> None:
        loops: dict[asyncio.AbstractEventLoop, Answers] = {}
        for waiting in group:
            if waiting.loop not in loops:
                loops[waiting.loop] = Answers(waiting.loop)
            loops[waiting.loop].answered.append(waiting)
        if committed:
            for loop, listeners in tuple(self._listeners.items()):
                loops.setdefault(loop, Answers(loop)).listeners = listeners
        for loop, answers in loops.items():
            # A loop that is closed has nobody left to tell.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(answers.deliver)
