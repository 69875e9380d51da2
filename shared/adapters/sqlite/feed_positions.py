"""Where each consumer group stands in each topic, kept in the views' file."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.adapters.sqlite.view_store import SqliteViewStore

# No collection's name holds a colon.
_SCHEMA: Final = """CREATE TABLE IF NOT EXISTS "feed:groups" (
    member TEXT NOT NULL,
    topic TEXT NOT NULL,
    log_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (member, topic)
) WITHOUT ROWID"""


@dataclass(frozen=True, slots=True)
class GroupPosition:
    """Everything of a topic up to `position` of that log has taken effect."""

    log_id: str
    position: int


class FeedPositions:
    """A topic that a group adds later has a position of its own: none of its events is passed
    over."""

    def __init__(self, views: SqliteViewStore) -> None:
        self._views = views
        self._prepared = False

    async def of(self, group: str) -> dict[str, GroupPosition]:
        """The group's positions by topic; empty for a group that nobody knows."""
        await self._prepare()
        sql = 'SELECT topic, log_id, position FROM "feed:groups" WHERE member = ?'
        rows = await self._views.run(lambda c: c.execute(sql, (group,)).fetchall())
        return {topic: GroupPosition(log_id, position) for topic, log_id, position in rows}

    async def keep(
        self, group: str, log_id: str, positions: Mapping[str, int], *, durable: bool = False
    ) -> None:
        """Write positions over what is there."""
        await self._prepare()
        rows = [(group, topic, log_id, position) for topic, position in positions.items()]

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany('INSERT OR REPLACE INTO "feed:groups" VALUES (?, ?, ?, ?)', rows)

        await self._views.write(work, durable=durable)

    async def forget(self, group: str) -> None:
        """Drop a group."""
        await self._prepare()
        sql = 'DELETE FROM "feed:groups" WHERE member = ?'
        await self._views.write(lambda c: c.execute(sql, (group,)), durable=True)

    async def _prepare(self) -> None:
        if not self._prepared:
            await self._views.write(lambda c: c.execute(_SCHEMA))
            self._prepared = True
