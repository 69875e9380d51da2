"""Several providers as one, for what is sent once from memory: a one-time code."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.ports.sms import Handover, HandoverResult, Route, Sms


class InTurnSms:
    """Asks the next provider only where the one before certainly did not take the message."""

    name = "several"

    def __init__(self, routes: Sequence[Route]) -> None:
        """The heaviest is asked first; there must be one."""
        self._routes = sorted(routes, key=lambda route: -route.weight)
        self.settles_after: timedelta = max(r.provider.settles_after for r in routes)

    async def send(self, sms: Sms) -> HandoverResult:
        """TAKEN or UNKNOWN of the first that says so; else what the last one said."""
        result = HandoverResult(Handover.RETRY, detail="no-provider")
        for route in self._routes:
            result = await route.provider.send(sms)
            if result.handover in (Handover.TAKEN, Handover.UNKNOWN):
                break
        return result

    async def query(self, sms: Sms, started_at: datetime) -> HandoverResult:
        """Whoever has it; RETRY only if all of them certainly have not."""
        answers = [await route.provider.query(sms, started_at) for route in self._routes]
        for wanted in (Handover.TAKEN, Handover.UNKNOWN):
            for answer in answers:
                if answer.handover is wanted:
                    return answer
        return HandoverResult(Handover.RETRY, detail="no-record")
