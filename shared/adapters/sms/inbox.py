"""The developer inbox: a local provider that keeps what it took, and can be asked."""

import asyncio
import sqlite3
from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from shared.adapters.sqlite.database import connect, engine_errors
from shared.adapters.sqlite.writer import GroupWriter
from shared.ports.sms import Handover, HandoverResult, Sms

CODE_TEMPLATE: Final = "code"
"""Messages of this template hold one-time codes: they are kept in memory only."""

_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS taken (number INTEGER PRIMARY KEY, reference TEXT UNIQUE NOT NULL,"
    " mobile TEXT NOT NULL, template TEXT NOT NULL, text TEXT NOT NULL, taken_at TEXT NOT NULL)"
)
_REMEMBERED: Final = 200


@dataclass(frozen=True, slots=True)
class Taken:
    """A message as it would have been delivered."""

    reference: str
    mobile: str
    template: str
    text: str
    taken_at: str


class DevInbox:
    """What development shows: captchas' answers and one-time codes, from memory, newest last."""

    def __init__(self) -> None:
        self.captchas: OrderedDict[str, str] = OrderedDict()
        self.codes: deque[Taken] = deque(maxlen=_REMEMBERED)
        self.provider: InboxSms | None = None

    def captcha_issued(self, id: str, answer: str) -> None:
        """Identity's hook."""
        self.captchas[id] = answer
        while len(self.captchas) > _REMEMBERED:
            self.captchas.popitem(last=False)

    def messages(self, mobile: str | None = None, limit: int = 100) -> list[Taken]:
        """What was taken, newest first; of one mobile (E.164), or of all."""
        kept = [] if self.provider is None else self.provider.taken(mobile, limit)
        codes = [c for c in self.codes if mobile in (None, c.mobile)]
        return sorted([*kept, *codes], key=lambda t: t.taken_at, reverse=True)[:limit]


class InboxSms:
    """`SmsProvider` over a SQLite file: a message is taken once by reference, durably, before it
    answers, so that it can be asked after any crash."""

    def __init__(self, path: Path, inbox: DevInbox) -> None:
        self._inbox = inbox
        with engine_errors():
            writing = connect(path, "FULL")
            writing.execute(_SCHEMA)
            self._reading = connect(path, "NORMAL")
        self._writer: GroupWriter[Taken, bool] = GroupWriter(
            writing, lambda c, jobs: [_insert(c, job) for job in jobs], name="write-inbox"
        )
        inbox.provider = self

    @property
    def name(self) -> str:
        return "inbox"

    async def send(self, sms: Sms) -> HandoverResult:
        taken = Taken(sms.reference, sms.mobile, sms.template, sms.text, _now())
        if sms.template == CODE_TEMPLATE:
            self._inbox.codes.append(taken)
        else:
            await self._writer.submit(taken)
        return HandoverResult(Handover.TAKEN, provider_id=sms.reference)

    async def query(self, sms: Sms) -> HandoverResult:
        sql = "SELECT 1 FROM taken WHERE reference = ?"
        with engine_errors():
            found = self._reading.execute(sql, (sms.reference,)).fetchone()
        return HandoverResult(Handover.TAKEN if found else Handover.RETRY)

    def taken(self, mobile: str | None, limit: int) -> list[Taken]:
        """The newest messages kept in the file, newest first."""
        where, parameters = ("WHERE mobile = ?", [mobile]) if mobile else ("", [])
        sql = (
            f"SELECT reference, mobile, template, text, taken_at FROM taken {where}"  # noqa: S608
            " ORDER BY number DESC LIMIT ?"
        )
        with engine_errors():
            return [Taken(*row) for row in self._reading.execute(sql, [*parameters, limit])]

    async def close(self) -> None:
        await self._writer.close()
        await asyncio.to_thread(self._reading.close)


def _insert(connection: sqlite3.Connection, taken: Taken) -> bool:
    cursor = connection.execute(
        "INSERT OR IGNORE INTO taken (reference, mobile, template, text, taken_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (taken.reference, taken.mobile, taken.template, taken.text, taken.taken_at),
    )
    return cursor.rowcount == 1


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
