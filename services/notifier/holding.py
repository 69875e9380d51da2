"""What holds a message back for a while: the night, and a number that had enough for one day."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from services.notifier import policies
from services.notifier.commands import DelayMessage
from services.notifier.states import Waiting
from services.notifier.templates import Templates
from shared.metrics import SMS_LIMITED
from shared.ports.key_value import KeyValueStore

log = structlog.get_logger()

_NAMESPACE: Final = "sms-of-the-day"
_KEPT_FOR: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Holding:
    """Numbers are counted by a keyed hash, a day of the city's clock each."""

    templates: Templates
    keys: KeyValueStore
    secret: bytes = field(repr=False)

    def until_day(self, waiting: Waiting, now: datetime) -> DelayMessage | None:
        """At night: a delay to the morning, for a template that is not sent then."""
        template = self.templates.by_key.get(waiting.letter.template)
        if template is None or template.send == "at-once" or waiting.letter.channel != "sms":
            return None
        hours = self.templates.catalogue.daytime
        until = policies.opens_at(now, hours.opens, hours.until)
        return None if until is None else DelayMessage(at=now, why="quiet-hours", until=until)

    async def over_limit(
        self, id: str, waiting: Waiting, mobile: str, now: datetime
    ) -> DelayMessage | None:
        """Count a message at its first attempt; over the limit: a delay to the next day, and an
        alarm. A crash between counting and attempting counts it twice, which delays at worst."""
        if waiting.attempts or waiting.letter.channel != "sms":
            return None
        catalogue = self.templates.catalogue
        day = now.astimezone(policies.SHANGHAI).date().isoformat()
        number = hmac.new(self.secret, mobile.encode(), hashlib.sha256).hexdigest()
        count = await self.keys.increment(_NAMESPACE, f"{day}/{number}", ttl=_KEPT_FOR)
        if count <= catalogue.daily_limit:
            return None
        SMS_LIMITED.inc()
        log.warning("sms_daily_limit", message=id, limit=catalogue.daily_limit)
        until = policies.next_day(now, catalogue.daytime.opens)
        return DelayMessage(at=now, why="daily-limit", until=until)
