"""Sends nothing: a line in the log says what would have gone out."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

import structlog

from shared.adapters.sms.masking import masked
from shared.ports.sms import Handover, HandoverResult, Sms

log = structlog.get_logger()

_REMEMBERED: Final = 10_000


class ConsoleSms:
    """Logs the masked number and the template's key, never the text. It remembers what it took for
    as long as the process lives: after that it cannot say."""

    name = "console"
    settles_after = timedelta(seconds=5)

    def __init__(self) -> None:
        self._taken: OrderedDict[str, None] = OrderedDict()

    async def send(self, sms: Sms) -> HandoverResult:
        """Always taken."""
        if sms.reference not in self._taken:
            log.info("sms", mobile=masked(sms.mobile), template=sms.template)
            self._taken[sms.reference] = None
            if len(self._taken) > _REMEMBERED:
                self._taken.popitem(last=False)
        return HandoverResult(Handover.TAKEN, provider_id=sms.reference)

    async def query(self, sms: Sms, started_at: datetime) -> HandoverResult:
        """TAKEN for what this process took, UNKNOWN for anything else."""
        if sms.reference in self._taken:
            return HandoverResult(Handover.TAKEN, provider_id=sms.reference)
        return HandoverResult(Handover.UNKNOWN, detail="no-record")
