"""Which streams are not there yet, asked for all that one turn of the event loop wants to know."""

import asyncio
import sqlite3

import orjson

from shared.adapters.sqlite.database import Readers
from shared.adapters.sqlite.event_log import Heads

_EXISTING = (
    "SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM events WHERE stream = value)"
)


class AbsentStreams:
    """Tells new streams from those that are to be read.

    Most first commands meet a stream that is not there. A query each would cost more than the
    rest of the command: it gives the interpreter's lock away, and finds the pages that it read
    last time outdated by the commits since.
    """

    def __init__(self, readers: Readers, heads: Heads) -> None:
        self._readers, self._heads = readers, heads
        self._asked: dict[asyncio.AbstractEventLoop, list[tuple[str, asyncio.Future[bool]]]] = {}

    def has(self, stream: str) -> asyncio.Future[bool]:
        """True if the stream is not there; as it is when this turn of the loop is over, never
        earlier. Raises `EngineUnavailable`."""
        loop = asyncio.get_running_loop()
        asked = self._asked.get(loop)
        if asked is None:
            asked = self._asked[loop] = []
            loop.call_soon(self._answer, loop)
        # One for each who asks: who is cancelled takes nobody along.
        answer: asyncio.Future[bool] = loop.create_future()
        asked.append((stream, answer))
        return answer

    def _answer(self, loop: asyncio.AbstractEventLoop) -> None:
        asked = self._asked.pop(loop)
        commits = self._heads.commits
        try:
            existing = self._readers.run(lambda c: _existing(c, [stream for stream, _ in asked]))
        except Exception as error:
            for _, future in asked:
                if not future.done():
                    future.set_exception(error)
            return
        for stream, future in asked:
            absent = stream not in existing
            if absent:
                self._heads.learn_stream(stream, 0, commits)
            if not future.done():
                future.set_result(absent)


def _existing(connection: sqlite3.Connection, streams: list[str]) -> set[str]:
    rows = connection.execute(_EXISTING, (orjson.dumps(streams).decode(),))
    return {stream for (stream,) in rows.fetchall()}
