"""Group commit: one thread that writes everything waiting in one transaction."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Final, Generic, TypeVar

from shared.adapters.sqlite.database import engine_errors, is_engine_failure
from shared.adapters.sqlite.giving_way import giving_way
from shared.ports.errors import EngineUnavailable

Job = TypeVar("Job")
Result = TypeVar("Result")
T = TypeVar("T")
Listener = Callable[[], None]

_GROUP: Final = 1024


@dataclass(slots=True)
class _Waiting(Generic[Job, Result]):
    """A job and who waits for it; `alone` is work outside any transaction instead of a job."""

    job: Job | None
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    alone: Callable[[sqlite3.Connection], Any] | None = None
    outcome: Result | BaseException | None = None


@dataclass(slots=True)
class Hooks(Generic[Job]):
    """Called in the writer's thread: `committed` before anyone is answered, `failed` after a
    rollback, `idle` between transactions."""

    committed: Callable[[], None] = lambda: None
    failed: Callable[[Sequence[Job]], None] = lambda _: None
    idle: Callable[[sqlite3.Connection], None] = lambda _: None


@dataclass(slots=True)
class _Answers:
    """What one event loop is told in one call."""

    loop: asyncio.AbstractEventLoop
    answered: list[_Waiting[Any, Any]] = field(default_factory=list)
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
        self._queue: SimpleQueue[_Waiting[Job, Result] | None] = SimpleQueue()
        self._listeners: dict[asyncio.AbstractEventLoop, tuple[Listener, ...]] = {}
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> asyncio.Future[Result]:
        """Queue a job; its future is done once it is durable. Raises `EngineUnavailable`."""
        loop = asyncio.get_running_loop()
        return self._put(_Waiting(job, loop.create_future(), loop))

    async def alone(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run something in the writer's thread, outside a transaction."""
        loop = asyncio.get_running_loop()
        waiting: _Waiting[Job, Result] = _Waiting(None, loop.create_future(), loop, work)
        result: T = await self._put(waiting)
        return result

    def _put(self, waiting: _Waiting[Job, Result]) -> asyncio.Future[Any]:
        if self._closed:
            raise EngineUnavailable("the store is closed")
        giving_way(waiting.loop).began()
        self._queue.put(waiting)
        return waiting.future

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
            self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        open_ = True
        while open_:
            first = self._queue.get()
            group: list[_Waiting[Job, Result]] = []
            while True:
                if first is None:
                    open_ = False
                    break
                if first.alone is not None:
                    self._transact(group)
                    group = []
                    self._run_alone(first, first.alone)
                else:
                    group.append(first)
                try:
                    if len(group) >= _GROUP:
                        break
                    first = self._queue.get_nowait()
                except Empty:
                    break
            self._transact(group)
        self._refuse_the_rest()
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    def _refuse_the_rest(self) -> None:
        late: list[_Waiting[Job, Result]] = []
        with contextlib.suppress(Empty):
            while True:
                if (waiting := self._queue.get_nowait()) is not None:
                    waiting.outcome = EngineUnavailable("the store is closed")
                    late.append(waiting)
        self._answer(late, committed=False)

    def _run_alone(
        self, waiting: _Waiting[Job, Result], work: Callable[[sqlite3.Connection], Any]
    ) -> None:
        try:
            with engine_errors():
                waiting.outcome = work(self._connection)
        except Exception as error:
            waiting.outcome = error
        self._answer([waiting], committed=False)

    def _transact(self, group: list[_Waiting[Job, Result]]) -> None:
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

    def _attempt_one(self, waiting: _Waiting[Job, Result]) -> None:
        try:
            self._attempt([waiting])
        except Exception as error:
            waiting.outcome = error

    def _attempt(self, group: list[_Waiting[Job, Result]]) -> bool:
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

    def _answer(self, group: Sequence[_Waiting[Job, Result]], committed: bool) -> None:
        loops: dict[asyncio.AbstractEventLoop, _Answers] = {}
        for waiting in group:
            if waiting.loop not in loops:
                loops[waiting.loop] = _Answers(waiting.loop)
            loops[waiting.loop].answered.append(waiting)
        if committed:
            for loop, listeners in tuple(self._listeners.items()):
                loops.setdefault(loop, _Answers(loop)).listeners = listeners
        for loop, answers in loops.items():
            # A loop that is closed has nobody left to tell.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(answers.deliver)
