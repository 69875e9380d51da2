"""What holds a message back for a while: the night, and a number that had enough for one day."""

import asyncio
import hashlib
import hmac
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

import structlog

from services.notifier import policies
from services.notifier.commands import DelayMessage
from services.notifier.states import Waiting
from services.notifier.templates import Templates
from shared.metrics import SMS_LIMITED
from shared.ports.errors import EngineUnavailable
from shared.ports.key_value import KeyValueStore

log = structlog.get_logger()

_NAMESPACE: Final = "sms-of-the-day"
_KEPT_FOR: Final = timedelta(days=2)
_REMEMBERED: Final = 50_000


class Holding:
    """Numbers are counted by a keyed hash, a day of the city's clock each.

    The count is checked before a message goes, and written down beside its going: so the limit is
    exact in one process, and a crash or another process may let a few more through, never fewer.
    """

    def __init__(self, templates: Templates, keys: KeyValueStore, secret: bytes) -> None:
        self._templates, self._keys, self._secret = templates, keys, secret
        self._known: OrderedDict[str, int] = OrderedDict()
        self._writing: set[asyncio.Task[None]] = set()

    def until_day(self, waiting: Waiting, now: datetime) -> DelayMessage | None:
        """At night: a delay to the morning, for a template that is not sent then."""
        template = self._templates.by_key.get(waiting.letter.template)
        if template is None or template.send == "at-once" or waiting.letter.channel != "sms":
            return None
        hours = self._templates.catalogue.daytime
        until = policies.opens_at(now, hours.opens, hours.until)
        return None if until is None else DelayMessage(at=now, why="quiet-hours", until=until)

    async def over_limit(
        self, id: str, waiting: Waiting, mobile: str, now: datetime
    ) -> DelayMessage | None:
        """Count a message at its first attempt; over the limit: a delay to the next day, and an
        alarm. Raises EngineUnavailable."""
        if waiting.attempts or waiting.letter.channel != "sms":
            return None
        catalogue = self._templates.catalogue
        day = now.astimezone(policies.SHANGHAI).date().isoformat()
        number = hmac.new(self._secret, mobile.encode(), hashlib.sha256).hexdigest()
        key = f"{day}/{number}"
        stored = 0 if key in self._known else int(await self._keys.get(_NAMESPACE, key) or 0)
        count = max(stored, self._known.get(key, 0))
        if count < catalogue.daily_limit:
            self._count(key, count + 1)
            return None
        SMS_LIMITED.inc()
        log.warning("sms_daily_limit", message=id, limit=catalogue.daily_limit)
        until = policies.next_day(now, catalogue.daytime.opens)
        return DelayMessage(at=now, why="daily-limit", until=until)

    async def written(self) -> None:
        """Wait until every count so far is durable."""
        while self._writing:
            await asyncio.wait(set(self._writing))

    def _count(self, key: str, count: int) -> None:
        self._known[key] = count
        self._known.move_to_end(key)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        task = asyncio.create_task(self._write(key))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _write(self, key: str) -> None:
        try:
            total = await self._keys.increment(_NAMESPACE, key, ttl=_KEPT_FOR)
        except EngineUnavailable:
            log.warning("engine_away", group="notifier.holding")
            return
        if key in self._known:
            # What other processes counted meanwhile.
            self._known[key] = max(self._known[key], total)
