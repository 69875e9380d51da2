"""Connections to one SQLite file: how they are opened and lent, and what their errors mean."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal, TypeVar

from shared.ports.errors import EngineUnavailable

T = TypeVar("T")
Synchronous = Literal["FULL", "NORMAL"]

ROWS_INLINE: Final = 64
"""Up to so many rows are read on the event loop: sooner done than handed to a thread."""

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
    return isinstance(error, sqlite3.Error) and not isinstance(error, _OUR_MISTAKE)


@contextmanager
def engine_errors() -> Iterator[None]:
    """Raise `EngineUnavailable` for what `is_engine_failure` says is one."""
    try:
        yield
    except sqlite3.Error as error:
        if is_engine_failure(error):
            raise EngineUnavailable(str(error)) from error
        raise


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
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.run, work)

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
