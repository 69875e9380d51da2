"""Small durable state in one SQLite file: `synchronous=FULL`, writers share an fsync."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import orjson

from shared.adapters.sqlite.database import (
    Readers,
    connect,
    engine_errors,
    microseconds,
    truncate_wal,
)
from shared.adapters.sqlite.writer import GroupWriter, Hooks
from shared.ports.clock import Clock

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], Any]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS entries (
    namespace TEXT NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (namespace, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_expiry ON entries (expires_at) WHERE expires_at IS NOT NULL;
"""
_ALIVE: Final = "(expires_at IS NULL OR expires_at > ?)"
_UPSERT: Final = "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)"
_PURGE_EVERY: Final = 60_000_000
_PURGED_AT_ONCE: Final = 1_000


class SqliteKeyValueStore:
    """`KeyValueStore` on SQLite. Expired entries are absent at once, and deleted within minutes."""

    def __init__(self, path: Path, connection: sqlite3.Connection, clock: Clock) -> None:
        connection.executescript(_SCHEMA)
        self._clock = clock
        self._purged = 0
        self._readers = Readers(path)
        self._writer: GroupWriter[Work, Any] = GroupWriter(
            connection,
            lambda c, jobs: [job(c) for job in jobs],
            name="write-keys",
            hooks=Hooks(idle=self._purge),
        )

    @classmethod
    def open(cls, path: Path | str, *, clock: Clock) -> Self:
        """Open the file, or make it. Raises `EngineUnavailable`."""
        with engine_errors():
            return cls(Path(path), connect(Path(path), "FULL"), clock)

    async def get(self, namespace: str, key: str) -> bytes | None:
        now = self._now()
        return self._readers.run(lambda c: _get(c, namespace, key, now))

    async def get_many(self, namespace: str, keys: Sequence[str]) -> Mapping[str, bytes]:
        sql = (
            f"SELECT key, value FROM entries WHERE namespace = ? AND {_ALIVE}"  # noqa: S608
            " AND key IN (SELECT value FROM json_each(?))"
        )
        parameters = (namespace, self._now(), orjson.dumps(list(keys)).decode())
        return dict(self._readers.run(lambda c: c.execute(sql, parameters).fetchall()))

    async def put(
        self, namespace: str, key: str, value: bytes, *, ttl: timedelta | None = None
    ) -> None:
        row = (namespace, key, value, self._expiry(ttl))
        await self._write(lambda c: c.execute(_UPSERT, row))

    async def compare_and_set(
        self,
        namespace: str,
        key: str,
        *,
        expected: bytes | None,
        value: bytes,
        ttl: timedelta | None = None,
    ) -> bool:
        now, expiry = self._now(), self._expiry(ttl)

        def work(connection: sqlite3.Connection) -> bool:
            if _get(connection, namespace, key, now) != expected:
                return False
            connection.execute(_UPSERT, (namespace, key, value, expiry))
            return True

        return await self._write(work)

    async def increment(
        self, namespace: str, key: str, *, by: int = 1, ttl: timedelta | None = None
    ) -> int:
        now, expiry = self._now(), self._expiry(ttl)

        def work(connection: sqlite3.Connection) -> int:
            there = _get(connection, namespace, key, now)
            total = int(there or b"0") + by
            text = str(total).encode()
            if there is None:
                connection.execute(_UPSERT, (namespace, key, text, expiry))
            else:
                connection.execute(
                    "UPDATE entries SET value = ? WHERE namespace = ? AND key = ?",
                    (text, namespace, key),
                )
            return total

        return await self._write(work)

    async def delete(self, namespace: str, key: str) -> bool:
        return await self.take(namespace, key) is not None

    async def take(self, namespace: str, key: str) -> bytes | None:
        now = self._now()

        def work(connection: sqlite3.Connection) -> bytes | None:
            value = _get(connection, namespace, key, now)
            connection.execute(
                "DELETE FROM entries WHERE namespace = ? AND key = ?", (namespace, key)
            )
            return value

        return await self._write(work)

    async def scan(self, namespace: str, prefix: str = "") -> Sequence[tuple[str, bytes]]:
        sql = (
            f"SELECT key, value FROM entries WHERE namespace = ? AND {_ALIVE}"  # noqa: S608
            " AND key >= ? AND substr(key, 1, ?) = ? ORDER BY key"
        )
        parameters = (namespace, self._now(), prefix, len(prefix), prefix)
        return await self._readers.run_in_thread(lambda c: c.execute(sql, parameters).fetchall())

    async def purge(self) -> None:
        """Empty the write-ahead log; deleted pages are zeroed already (`secure_delete`). Raises
        `EngineUnavailable` if a reader is in the way."""
        await self._writer.alone(truncate_wal)

    async def close(self) -> None:
        await self._writer.close()
        self._readers.close()

    async def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        result: T = await self._writer.submit(work)
        return result

    def _now(self) -> int:
        return microseconds(self._clock.now())

    def _expiry(self, ttl: timedelta | None) -> int | None:
        return None if ttl is None else microseconds(self._clock.now() + ttl)

    def _purge(self, connection: sqlite3.Connection) -> None:
        now = self._now()
        if now - self._purged > _PURGE_EVERY:
            self._purged = now
            connection.execute(
                "DELETE FROM entries WHERE (namespace, key) IN (SELECT namespace, key FROM entries"
                " WHERE expires_at <= ? LIMIT ?)",
                (now, _PURGED_AT_ONCE),
            )
            # What was deleted or written over since is still in the write-ahead log until here.
            truncate_wal(connection)


def _get(connection: sqlite3.Connection, namespace: str, key: str, now: int) -> bytes | None:
    row = connection.execute(
        f"SELECT value FROM entries WHERE namespace = ? AND key = ? AND {_ALIVE}",  # noqa: S608
        (namespace, key, now),
    ).fetchone()
    return None if row is None else bytes(row[0])
