"""JSON documents in one SQLite file, positions and consumer offsets beside them.

`synchronous=NORMAL`: everything here can be derived again, and since offsets lie in the same file
they are never ahead of the documents after a loss of power.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from shared.adapters.sqlite import queries
from shared.adapters.sqlite.database import (
    Readers,
    connect,
    engine_errors,
    in_thread,
    truncate_wal,
)
from shared.adapters.sqlite.view_transaction import (
    Transaction,
    find_documents,
    load_documents,
    load_positions,
    roll_back,
)
from shared.ports.errors import EngineUnavailable
from shared.ports.view_store import (
    Collection,
    Document,
    Find,
    Page,
    ViewTransaction,
    Where,
)  # fmt: skip

T = TypeVar("T")

_SUBJECT: Final = "_subject"


class SqliteViewStore:
    """`ViewStore` on SQLite. One transaction writes at a time, on a thread of its own."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._readers = Readers(path)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="write-views")
        self._writing = asyncio.Lock()
        self._closed = False

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """Open the file, or make it. Raises `EngineUnavailable`."""
        with engine_errors():
            return cls(Path(path), connect(Path(path), "NORMAL"))

    async def ensure(self, collection: Collection) -> None:
        table = queries.name(collection.name)
        indexes = [(_SUBJECT,), *(i.fields for i in collection.indexes)]
        unique = [False, *(i.unique for i in collection.indexes)]

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                f'CREATE TABLE IF NOT EXISTS "{table}" (key TEXT PRIMARY KEY, doc TEXT NOT NULL)'
            )
            connection.execute(
                f'CREATE TABLE IF NOT EXISTS "{table}:positions"'
                " (stream TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID"
            )
            for fields, is_unique in zip(indexes, unique, strict=True):
                over = ", ".join(queries.field(f) for f in fields)
                # The key at the end lets a sorted page come straight out of the index.
                over += "" if is_unique else ", key"
                connection.execute(
                    f"CREATE {'UNIQUE ' if is_unique else ''}INDEX IF NOT EXISTS"
                    f' "{table}:{"+".join(fields)}" ON "{table}" ({over})'
                )

        await self.write(work)

    async def drop(self, name: str) -> None:
        table = queries.name(name)

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(f'DROP TABLE IF EXISTS "{table}"')
            connection.execute(f'DROP TABLE IF EXISTS "{table}:positions"')

        await self.write(work)

    async def collections(self) -> Sequence[str]:
        sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '%:positions'"
        rows = self._readers.run(lambda c: c.execute(sql).fetchall())
        return sorted(str(row[0]).removesuffix(":positions") for row in rows)

    async def get(self, collection: str, key: str) -> Document | None:
        return self._readers.run(lambda c: load_documents(c, collection, [key])).get(key)

    async def find(self, collection: str, find: Find) -> Page:
        return await self._readers.run_in_thread(lambda c: find_documents(c, collection, find))

    async def count(self, collection: str, where: Sequence[Where] = ()) -> int:
        condition, parameters = queries.conditions(tuple(where))
        sql = f'SELECT count(*) FROM "{queries.name(collection)}" WHERE {condition}'  # noqa: S608
        (found,) = await self._readers.run_in_thread(
            lambda c: c.execute(sql, parameters).fetchone()
        )
        return int(found)

    async def position(self, collection: str, stream: str) -> int:
        return self._readers.run(lambda c: load_positions(c, collection, [stream])).get(stream, 0)

    async def transact(self, work: Callable[[ViewTransaction], Awaitable[T]]) -> T:
        async with self._writing:
            return await self._transact(work)

    async def _transact(self, work: Callable[[ViewTransaction], Awaitable[T]]) -> T:
        if self._closed:
            raise EngineUnavailable("the store is closed")
        transaction = Transaction(self._connection, self._thread)
        try:
            result = await work(transaction)
            await transaction.commit()
        except BaseException:
            await in_thread(self._thread, lambda: roll_back(self._connection))
            raise
        return result

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Read something that is no document, here and now."""
        return self._readers.run(work)

    async def write(
        self, work: Callable[[sqlite3.Connection], Any], *, durable: bool = False
    ) -> None:
        """Run something in a transaction of its own; `durable` has it, and all before it, on the
        disk before this returns, as what cannot be derived again must be."""

        def alone() -> None:
            connection = self._connection
            with engine_errors():
                connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
                try:
                    connection.execute("BEGIN IMMEDIATE")
                    work(connection)
                    connection.execute("COMMIT")
                finally:
                    roll_back(connection)
                    connection.execute("PRAGMA synchronous=NORMAL")

        async with self._writing:
            if self._closed:
                raise EngineUnavailable("the store is closed")
            await in_thread(self._thread, alone)

    async def purge(self) -> None:
        """Empty the write-ahead log; deleted pages are zeroed already (`secure_delete`). Raises
        `EngineUnavailable` if a reader is in the way."""
        async with self._writing:
            await in_thread(self._thread, self._truncate)

    def _truncate(self) -> None:
        with engine_errors():
            truncate_wal(self._connection)

    async def close(self) -> None:
        async with self._writing:
            self._closed = True
            await asyncio.to_thread(self._thread.shutdown)
            self._readers.close()
            self._connection.close()
