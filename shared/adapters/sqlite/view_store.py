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

import orjson

from shared.adapters.sqlite import queries
from shared.adapters.sqlite.database import Readers, connect, engine_errors, truncate_wal
from shared.ports.errors import EngineUnavailable
from shared.ports.view_store import (
    Changes,
    Collection,
    Document,
    DuplicateKey,
    Find,
    Page,
    ViewTransaction,
    Where,
)  # fmt: skip

T = TypeVar("T")

_SUBJECT: Final = "_subject"
_LIMIT: Final = 1_000


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
        return self._readers.run(lambda c: _load(c, collection, [key])).get(key)

    async def find(self, collection: str, find: Find) -> Page:
        return await self._readers.run_in_thread(lambda c: _find(c, collection, find))

    async def count(self, collection: str, where: Sequence[Where] = ()) -> int:
        condition, parameters = queries.conditions(tuple(where))
        sql = f'SELECT count(*) FROM "{queries.name(collection)}" WHERE {condition}'  # noqa: S608
        (found,) = await self._readers.run_in_thread(
            lambda c: c.execute(sql, parameters).fetchone()
        )
        return int(found)

    async def position(self, collection: str, stream: str) -> int:
        return self._readers.run(lambda c: _positions(c, collection, [stream])).get(stream, 0)

    async def transact(self, work: Callable[[ViewTransaction], Awaitable[T]]) -> T:
        async with self._writing:
            await self.run(_begin)
            try:
                result = await work(_Transaction(self))
                await self.run(_commit)
            except BaseException:
                # A cancelled caller must not leave the transaction to the next one.
                await asyncio.shield(self.run(_rollback))
                raise
            return result

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run something on the writing connection, in whatever transaction is open there."""
        if self._closed:
            raise EngineUnavailable("the store is closed")

        def guarded() -> T:
            with engine_errors():
                return work(self._connection)

        return await asyncio.get_running_loop().run_in_executor(self._thread, guarded)

    async def write(self, work: Callable[[sqlite3.Connection], Any]) -> None:
        """Run something in a transaction of its own."""
        async with self._writing:
            await self.run(_begin)
            try:
                await self.run(work)
                await self.run(_commit)
            except BaseException:
                await asyncio.shield(self.run(_rollback))
                raise

    async def truncate(self) -> None:
        """Empty the write-ahead log, so that what was scrubbed is gone from the disk. Raises
        `EngineUnavailable` if a reader is in the way."""
        async with self._writing:
            await self.run(truncate_wal)

    async def close(self) -> None:
        async with self._writing:
            self._closed = True
            await asyncio.to_thread(self._thread.shutdown)
            self._readers.close()
            self._connection.close()


class _Transaction:
    def __init__(self, store: SqliteViewStore) -> None:
        self._store = store

    async def load(self, collection: str, keys: Sequence[str]) -> dict[str, Document]:
        return await self._store.run(lambda c: _load(c, collection, keys)) if keys else {}

    async def find(self, collection: str, find: Find) -> Page:
        return await self._store.run(lambda c: _find(c, collection, find))

    async def positions(self, collection: str, streams: Sequence[str]) -> dict[str, int]:
        return await self._store.run(lambda c: _positions(c, collection, streams))

    async def save(self, collection: str, changes: Changes) -> None:
        await self._store.run(lambda c: _save(c, collection, changes))


def _begin(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")


def _commit(connection: sqlite3.Connection) -> None:
    connection.execute("COMMIT")


def _rollback(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _load(
    connection: sqlite3.Connection, collection: str, keys: Sequence[str]
) -> dict[str, Document]:
    table = queries.name(collection)
    if len(keys) == 1:
        sql = f'SELECT key, doc FROM "{table}" WHERE key = ?'  # noqa: S608
        rows = connection.execute(sql, (keys[0],)).fetchall()
    else:
        sql = f'SELECT key, doc FROM "{table}" WHERE key IN (SELECT value FROM json_each(?))'  # noqa: S608
        rows = connection.execute(sql, (orjson.dumps(list(keys)).decode(),)).fetchall()
    return {key: orjson.loads(doc) for key, doc in rows}


def _positions(
    connection: sqlite3.Connection, collection: str, streams: Sequence[str]
) -> dict[str, int]:
    sql = (
        f'SELECT stream, version FROM "{queries.name(collection)}:positions"'  # noqa: S608
        " WHERE stream IN (SELECT value FROM json_each(?))"
    )
    return dict(connection.execute(sql, (orjson.dumps(list(streams)).decode(),)).fetchall())


def _find(connection: sqlite3.Connection, collection: str, find: Find) -> Page:
    by = queries.order(find)
    condition, parameters = queries.conditions(find.where)
    beyond, more = queries.after(find, by)
    limit = max(1, min(find.limit, _LIMIT))
    ordering = ", ".join(f"{e} DESC" if down else e for e, down in by)
    columns = ", ".join(["key", "doc", *(e for e, _ in by)])
    sql = (
        f'SELECT {columns} FROM "{queries.name(collection)}" WHERE {condition} AND {beyond}'  # noqa: S608
        f" ORDER BY {ordering} LIMIT {limit + 1}"
    )
    rows: list[tuple[Any, ...]] = connection.execute(sql, [*parameters, *more]).fetchall()
    items = tuple((row[0], orjson.loads(row[1])) for row in rows[:limit])
    more_to_come = len(rows) > limit
    return Page(items, queries.cursor(find, list(rows[limit - 1][2:])) if more_to_come else None)


def _save(connection: sqlite3.Connection, collection: str, changes: Changes) -> None:
    table = queries.name(collection)
    written = [(k, orjson.dumps(d).decode()) for k, d in changes.documents.items() if d is not None]
    deleted = [(k,) for k, d in changes.documents.items() if d is None]
    try:
        if deleted:
            connection.executemany(f'DELETE FROM "{table}" WHERE key = ?', deleted)  # noqa: S608
        if written:
            connection.executemany(
                f'INSERT INTO "{table}" VALUES (?, ?)'  # noqa: S608
                " ON CONFLICT (key) DO UPDATE SET doc = excluded.doc",
                written,
            )
    except sqlite3.IntegrityError as conflict:
        raise DuplicateKey(collection) from conflict
    if changes.positions:
        connection.executemany(
            f'INSERT OR REPLACE INTO "{table}:positions" VALUES (?, ?)',  # noqa: S608
            list(changes.positions.items()),
        )
