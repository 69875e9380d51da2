"""Connections to one SQLite file: how they are opened and lent, and what their errors mean."""

import asyncio
import contextlib
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from shared.adapters.sqlite.giving_way import giving_way
from shared.ports.errors import EngineUnavailable

T = TypeVar("T")
Synchronous = Literal["FULL", "NORMAL"]

ROWS_INLINE: Final = 64
"""Up to so many rows are read on the event loop: sooner done than handed to a thread."""

_ROWS_A_STATEMENT: Final = 64
_READERS: Final = 2
_BUSY_SECONDS: Final = 5.0
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_OUR_MISTAKE: Final = (
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
    sqlite3.DataError,
    sqlite3.InterfaceError,
    sqlite3.NotSupportedError,
)


def connect(path: Path, synchronous: Synchronous) -> sqlite3.Connection:
    """A connection in autocommit mode, write-ahead log on, deleted content overwritten.

    It may be used from any thread, by one at a time.
    """
    connection = sqlite3.connect(
        path,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA cache_size=-16000")
    connection.execute("PRAGMA temp_store=MEMORY")
    return connection


def is_engine_failure(error: BaseException) -> bool:
    """True for what the disk or the file did (full, I/O, corrupt, busy), False for our own SQL."""
    if not isinstance(error, sqlite3.Error) or isinstance(error, _OUR_MISTAKE):
        return False
    return getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR


@contextlib.contextmanager
def engine_errors() -> Iterator[None]:
    """Raise `EngineUnavailable` for what `is_engine_failure` says is one."""
    try:
        yield
    except sqlite3.Error as error:
        if is_engine_failure(error):
            raise EngineUnavailable(str(error)) from error
        raise


def insert_rows(
    connection: sqlite3.Connection,
    into: str,
    rows: Sequence[tuple[Any, ...]],
    on_conflict: str = "",
) -> int | None:
    """Insert many rows by few statements (`into` is `INSERT INTO table`); returns the last rowid.

    Each statement gives the interpreter's lock away and must win it back, so a statement a row
    would be slow beside a busy event loop. Counts are powers of two: few are ever compiled.
    """
    last: int | None = None
    start = 0
    while start < len(rows):
        count = min(_ROWS_A_STATEMENT, 1 << (len(rows) - start).bit_length() - 1)
        values = [value for row in rows[start : start + count] for value in row]
        sql = _values(into, count, len(rows[0]), on_conflict)
        last = connection.execute(sql, values).lastrowid
        start += count
    return last


@cache
def _values(into: str, rows: int, columns: int, on_conflict: str) -> str:
    row = f"({','.join('?' * columns)})"
    return f"{into} VALUES {','.join([row] * rows)} {on_conflict}"


def truncate_wal(connection: sqlite3.Connection) -> None:
    """Move everything into the database file and empty the log, so that deleted content is gone
    from both. Raises `EngineUnavailable` while somebody still reads an old snapshot."""
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise EngineUnavailable("a reader keeps the write-ahead log from being emptied")


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 UTC, exactly."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """The inverse of `microseconds`."""
    return _EPOCH + timedelta(microseconds=microseconds)


async def in_thread(threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    """Run `work` in one of the threads. If the caller is cancelled, it is still waited for, so
    that nothing goes on behind the back of whoever uses the connection next."""
    loop = asyncio.get_running_loop()
    running = loop.run_in_executor(threads, work)
    way = giving_way(loop)
    way.began()
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        while not running.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([running])
        if not running.cancelled():
            running.exception()
        raise
    finally:
        way.ended()


class Readers:
    """Read connections, lent one at a time, and threads for the reads that are long."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._free: deque[sqlite3.Connection] = deque()
        self._threads = ThreadPoolExecutor(_READERS, thread_name_prefix=f"read-{path.stem}")
        self._closed = False

    def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Read here and now. Raises `EngineUnavailable`."""
        with engine_errors():
            connection = self._borrow()
            try:
                return work(connection)
            finally:
                self._give_back(connection)

    async def run_in_thread(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Read without holding up the event loop. Raises `EngineUnavailable`."""
        if self._closed:
            raise EngineUnavailable("the store is closed")
        return await in_thread(self._threads, lambda: self.run(work))

    def _borrow(self) -> sqlite3.Connection:
        if self._closed:
            raise EngineUnavailable("the store is closed")
        try:
            return self._free.pop()
        except IndexError:
            connection = connect(self._path, "NORMAL")
            connection.execute("PRAGMA query_only=ON")
            return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if self._closed:
            connection.close()
        else:
            self._free.append(connection)

    def close(self) -> None:
        """Wait for the reads under way, then close every connection."""
        self._closed = True
        self._threads.shutdown()
        while self._free:
            self._free.pop().close()
