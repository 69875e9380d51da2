"""The developer inbox: a provider that keeps what it takes, and the list that shows it.

For development only: it shows texts, numbers, one-time codes and captcha answers to whoever looks.
"""

import sqlite3
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

import orjson

from shared.adapters.clock import SystemClock
from shared.adapters.sqlite.database import connect, engine_errors
from shared.adapters.sqlite.writer import GroupWriter
from shared.ports.clock import Clock
from shared.ports.sms import ONE_TIME_CODE, Handover, HandoverResult, Sms

_KEPT: Final = 2_000
_Row = tuple[str, str, str, str, str, str]
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
    """Takes everything, durably and once a reference, in a file of its own. One-time codes stay
    in memory and are gone with the process."""

    name = "inbox"
    settles_after = timedelta(seconds=5)

    def __init__(self, path: Path, inbox: DevInbox) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._inbox = inbox
        self._codes: set[str] = set()
        with engine_errors():
            writing = connect(path, "FULL")
            writing.execute(_SCHEMA)
            self._reader = connect(path, "NORMAL")
            newest = self._reader.execute(
                "SELECT reference, at, mobile, template, text, params FROM sms"
                " ORDER BY number DESC LIMIT ?",
                (_KEPT,),
            ).fetchall()
        self._writer: GroupWriter[_Row, bool] = GroupWriter(
            writing, lambda c, rows: [_insert(c, row) for row in rows], name="write-inbox"
        )
        for reference, at, mobile, template, text, params in reversed(newest):
            when = datetime.fromisoformat(at)
            inbox.add(
                InboxEntry("sms", when, reference, mobile, template, text, orjson.loads(params))
            )

    async def send(self, sms: Sms) -> HandoverResult:
        """Taken once it is durable. Raises EngineUnavailable if the file cannot be written."""
        at = self._inbox.clock.now().astimezone(UTC)
        if sms.template == ONE_TIME_CODE:
            fresh = sms.reference not in self._codes
            self._codes.add(sms.reference)
        else:
            params = orjson.dumps(sms.params).decode()
            row = (sms.reference, at.isoformat(), sms.mobile, sms.template, sms.text, params)
            fresh = await self._writer.submit(row)
        if fresh:
            self._inbox.add(_entry(sms, at))
        return HandoverResult(Handover.TAKEN, provider_id=sms.reference)

    async def query(self, sms: Sms, started_at: datetime) -> HandoverResult:
        """TAKEN, or RETRY: the file knows every reference it took."""
        if sms.reference in self._codes or self._has(sms.reference):
            return HandoverResult(Handover.TAKEN, provider_id=sms.reference)
        return HandoverResult(Handover.RETRY, detail="no-record")

    def references(self) -> Sequence[str]:
        """Everything ever taken into the file, oldest first."""
        with engine_errors():
            rows = self._reader.execute("SELECT reference FROM sms ORDER BY number").fetchall()
        return [reference for (reference,) in rows]

    async def close(self) -> None:
        """Let what is being written finish."""
        await self._writer.close()
        self._reader.close()

    def _has(self, reference: str) -> bool:
        # Another connection than the writer's: what is not committed yet was not taken.
        query = "SELECT 1 FROM sms WHERE reference = ?"
        with engine_errors():
            return self._reader.execute(query, (reference,)).fetchone() is not None


def _insert(connection: sqlite3.Connection, row: _Row) -> bool:
    insert = (
        "INSERT OR IGNORE INTO sms (reference, at, mobile, template, text, params)"
        " VALUES (?, ?, ?, ?, ?, ?)"
    )
    return connection.execute(insert, row).rowcount == 1


def _entry(sms: Sms, at: datetime) -> InboxEntry:
    kind: Literal["sms", "code"] = "code" if sms.template == ONE_TIME_CODE else "sms"
    return InboxEntry(kind, at, sms.reference, sms.mobile, sms.template, sms.text, sms.params)
