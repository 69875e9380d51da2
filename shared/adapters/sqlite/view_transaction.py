"""Statements on documents, and the transaction that a piece of work sees."""

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import orjson

from shared.adapters.cursors import encode
from shared.adapters.sqlite import queries
from shared.adapters.sqlite.database import ROWS_INLINE, engine_errors, in_thread, insert_rows
from shared.ports.view_store import Changes, Document, DuplicateKey, Find, Page

T = TypeVar("T")

_LIMIT: Final = 1_000


class Transaction:
    """Begins with its first statement. Small reads run here and now; what is saved is kept until
    the end, or until something reads, and then written and committed in one go in the thread."""

    def __init__(self, connection: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self._connection, self._thread = connection, thread
        self._unwritten: list[_Encoded] = []
        self._broken = False

    async def load(self, collection: str, keys: Sequence[str]) -> dict[str, Document]:
        if not keys:
            return {}
        return await self._read(lambda c: load_documents(c, collection, keys), small=len(keys))

    async def find(self, collection: str, find: Find) -> Page:
        return await self._read(lambda c: find_documents(c, collection, find), small=None)

    async def positions(self, collection: str, streams: Sequence[str]) -> dict[str, int]:
        return await self._read(
            lambda c: load_positions(c, collection, streams), small=len(streams)
        )

    async def save(self, collection: str, changes: Changes) -> None:
        # Encoded now: the caller may go on changing its documents.
        self._unwritten.append(_encode(collection, changes))

    async def commit(self) -> None:
        await in_thread(self._thread, lambda: self._run(_commit))

    async def _read(self, work: Callable[[sqlite3.Connection], T], *, small: int | None) -> T:
        if small is not None and small <= ROWS_INLINE and not self._unwritten:
            return self._run(work)
        return await in_thread(self._thread, lambda: self._run(work))

    def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._broken:
            raise RuntimeError("this transaction has failed already")
        with engine_errors():
            try:
                if not self._connection.in_transaction:
                    self._connection.execute("BEGIN IMMEDIATE")
                for changes in self._unwritten:
                    _save(self._connection, changes)
                self._unwritten = []
                return work(self._connection)
            except BaseException:
                self._broken = True
                raise


@dataclass(frozen=True, slots=True)
class _Encoded:
    table: str
    written: list[tuple[str, str]]
    deleted: list[str]
    positions: list[tuple[str, int]]


def _commit(connection: sqlite3.Connection) -> None:
    connection.execute("COMMIT")


def roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def load_documents(
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


def load_positions(
    connection: sqlite3.Connection, collection: str, streams: Sequence[str]
) -> dict[str, int]:
    sql = (
        f'SELECT stream, version FROM "{queries.name(collection)}:positions"'  # noqa: S608
        " WHERE stream IN (SELECT value FROM json_each(?))"
    )
    return dict(connection.execute(sql, (orjson.dumps(list(streams)).decode(),)).fetchall())


def find_documents(connection: sqlite3.Connection, collection: str, find: Find) -> Page:
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
    return Page(items, encode(find, list(rows[limit - 1][2:])) if more_to_come else None)


def _encode(collection: str, changes: Changes) -> _Encoded:
    return _Encoded(
        queries.name(collection),
        [(k, orjson.dumps(d).decode()) for k, d in changes.documents.items() if d is not None],
        [key for key, document in changes.documents.items() if document is None],
        list(changes.positions.items()),
    )


def _save(connection: sqlite3.Connection, changes: _Encoded) -> None:
    table = changes.table
    if changes.deleted:
        connection.execute(
            f'DELETE FROM "{table}" WHERE key IN (SELECT value FROM json_each(?))',  # noqa: S608
            (orjson.dumps(changes.deleted).decode(),),
        )
    try:
        insert_rows(
            connection,
            f'INSERT INTO "{table}"',
            changes.written,
            "ON CONFLICT (key) DO UPDATE SET doc = excluded.doc",
        )
    except sqlite3.IntegrityError as conflict:
        raise DuplicateKey(table) from conflict
    insert_rows(connection, f'INSERT OR REPLACE INTO "{table}:positions"', changes.positions)
