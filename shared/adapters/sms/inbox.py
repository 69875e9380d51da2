"""The developer inbox: a provider that keeps what it takes, and the list that shows it.

For development only: it shows texts, numbers, one-time codes and captcha answers to whoever looks.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

import orjson

from shared.adapters.clock import SystemClock
from shared.ports.clock import Clock
from shared.ports.errors import EngineUnavailable
from shared.ports.sms import Handover, HandoverResult, Sms

CODE: Final = "code"
_KEPT: Final = 2_000
_SCHEMA: Final = """CREATE TABLE IF NOT EXISTS sms (
    number INTEGER PRIMARY KEY, reference TEXT NOT NULL UNIQUE, at TEXT NOT NULL,
    mobile TEXT NOT NULL, template TEXT NOT NULL, text TEXT NOT NULL, params TEXT NOT NULL
)"""


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """Something to look at. `key` is the message's reference or the captcha's id; for a captcha
    `text` is its answer."""

    kind: Literal["sms", "code", "captcha"]
    at: datetime
    key: str
    mobile: str
    template: str
    text: str
    params: dict[str, str] = field(default_factory=dict)


class DevInbox:
    """The newest 2,000 messages, codes and captcha answers, in memory."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock: Clock = clock or SystemClock()
        self._entries: deque[InboxEntry] = deque(maxlen=_KEPT)

    def captcha_issued(self, id: str, answer: str) -> None:
        """Called by whoever issues captchas in development."""
        self.add(InboxEntry("captcha", self.clock.now(), id, "", "captcha", answer))

    def add(self, entry: InboxEntry) -> None:
        self._entries.append(entry)

    def entries(self, *, mobile: str = "", key: str = "", limit: int = 200) -> list[InboxEntry]:
        """Newest first; of a mobile (with or without its country code), or with a key."""
        digits = mobile.strip().lstrip("+")
        found = (
            e
            for e in reversed(self._entries)
            if (not digits or e.mobile.endswith(digits)) and (not key or e.key == key)
        )
        return [e for e, _ in zip(found, range(limit), strict=False)]


class InboxSms:
    """Takes everything, durably and once a reference, in a file of its own. One-time codes (the
    template `code`) stay in memory and are gone with the process."""

    name = "inbox"
    settles_after = timedelta(seconds=5)

    def __init__(self, path: Path, inbox: DevInbox) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._inbox = inbox
        self._codes: set[str] = set()
        self._waiting: list[tuple[Sms, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute(_SCHEMA)
        # Another connection for reading: what is not committed yet was not taken.
        self._reader = sqlite3.connect(path, isolation_level=None)
        newest = self._reader.execute("SELECT * FROM sms ORDER BY number DESC LIMIT ?", (_KEPT,))
        for _, reference, at, mobile, template, text, params in reversed(newest.fetchall()):
            when = datetime.fromisoformat(at)
            inbox.add(
                InboxEntry("sms", when, reference, mobile, template, text, orjson.loads(params))
            )

    async def send(self, sms: Sms) -> HandoverResult:
        """Taken once it is durable. Raises EngineUnavailable if the file cannot be written."""
        if sms.template == CODE:
            fresh = sms.reference not in self._codes
            self._codes.add(sms.reference)
        else:
            fresh = await self._write(sms)
        if fresh:
            self._inbox.add(_entry(sms, self._inbox.clock.now()))
        return HandoverResult(Handover.TAKEN, provider_id=sms.reference)

    async def query(self, sms: Sms) -> HandoverResult:
        """TAKEN, or RETRY: the file knows every reference it took."""
        found = sms.reference in self._codes or self._row(sms.reference)
        return HandoverResult(Handover.TAKEN if found else Handover.RETRY, sms.reference)

    def references(self) -> Sequence[str]:
        """Everything ever taken into the file, oldest first."""
        rows = self._reader.execute("SELECT reference FROM sms ORDER BY number").fetchall()
        return [reference for (reference,) in rows]

    async def close(self) -> None:
        """Let what is being written finish."""
        if self._writing is not None:
            await self._writing
        self._reader.close()
        self._db.close()

    def _row(self, reference: str) -> bool:
        try:
            query = "SELECT 1 FROM sms WHERE reference = ?"
            return self._reader.execute(query, (reference,)).fetchone() is not None
        except sqlite3.OperationalError as error:
            raise EngineUnavailable from error

    async def _write(self, sms: Sms) -> bool:
        """True if the reference is new. Messages that come together share one transaction."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((sms, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_waiting())
        return await done

    async def _write_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                fresh = await asyncio.to_thread(self._commit, [sms for sms, _ in batch])
            except sqlite3.Error:
                for _, done in batch:
                    if not done.done():
                        done.set_exception(EngineUnavailable())
                continue
            for (_, done), new in zip(batch, fresh, strict=True):
                if not done.done():
                    done.set_result(new)

    def _commit(self, batch: Sequence[Sms]) -> list[bool]:
        at = self._inbox.clock.now().astimezone(UTC).isoformat()
        insert = (
            "INSERT OR IGNORE INTO sms (reference, at, mobile, template, text, params)"
            " VALUES (?, ?, ?, ?, ?, ?)"
        )
        self._db.execute("BEGIN IMMEDIATE")
        try:
            fresh = []
            for sms in batch:
                values = (sms.reference, at, sms.mobile, sms.template, sms.text)
                cursor = self._db.execute(insert, (*values, orjson.dumps(sms.params).decode()))
                fresh.append(cursor.rowcount == 1)
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        return fresh


def _entry(sms: Sms, at: datetime) -> InboxEntry:
    kind: Literal["sms", "code"] = "code" if sms.template == CODE else "sms"
    return InboxEntry(kind, at, sms.reference, sms.mobile, sms.template, sms.text, sms.params)
