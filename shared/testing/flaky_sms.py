"""An SMS provider that behaves as badly as it is told to, and keeps honest books."""

import asyncio
from collections import Counter, deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum

from shared.ports.sms import Handover, HandoverResult, Sms


class Fault(Enum):
    """What one call does. `LOST_AFTER` takes the message and loses the answer; `LOST_BEFORE` loses
    the request; in both the caller cannot tell. `HANGS_AFTER` and `HANGS_BEFORE` never answer."""

    NONE = "none"
    RETRY = "retry"
    THROTTLED = "throttled"
    REFUSED = "refused"
    LOST_BEFORE = "lost-before"
    LOST_AFTER = "lost-after"
    RAISES = "raises"
    HANGS_BEFORE = "hangs-before"
    HANGS_AFTER = "hangs-after"


class FlakySms:
    """Does the faults given, one a call, then none. `taken` counts what was taken by reference;
    `amnesia` makes its records say nothing; `hanging` is set once a call hangs."""

    settles_after = timedelta(seconds=5)

    def __init__(
        self, faults: Iterable[Fault] = (), *, amnesia: bool = False, name: str = "flaky"
    ) -> None:
        self.name = name
        self.faults = deque(faults)
        self.amnesia = amnesia
        self.taken: Counter[str] = Counter()
        self.sent: list[Sms] = []
        self.hanging = asyncio.Event()

    async def send(self, sms: Sms) -> HandoverResult:
        match self.faults.popleft() if self.faults else Fault.NONE:
            case Fault.RETRY:
                return HandoverResult(Handover.RETRY, detail="busy")
            case Fault.THROTTLED:
                return HandoverResult(Handover.THROTTLED, detail="too-many")
            case Fault.REFUSED:
                return HandoverResult(Handover.REFUSED, detail="bad-template")
            case Fault.LOST_BEFORE:
                return HandoverResult(Handover.UNKNOWN, detail="connection-lost")
            case Fault.LOST_AFTER:
                self._take(sms)
                return HandoverResult(Handover.UNKNOWN, detail="connection-lost")
            case Fault.RAISES:
                self._take(sms)
                raise ConnectionResetError
            case (Fault.HANGS_BEFORE | Fault.HANGS_AFTER) as fault:
                if fault is Fault.HANGS_AFTER:
                    self._take(sms)
                self.hanging.set()
                await asyncio.Event().wait()
                raise AssertionError("unreachable")
            case Fault.NONE:
                self._take(sms)
                return HandoverResult(Handover.TAKEN, provider_id=f"p-{sms.reference}")

    async def query(self, sms: Sms, started_at: datetime) -> HandoverResult:
        if self.amnesia:
            return HandoverResult(Handover.UNKNOWN, detail="no-record")
        if sms.reference not in self.taken:
            return HandoverResult(Handover.RETRY)
        return HandoverResult(Handover.TAKEN, provider_id=f"p-{sms.reference}")

    def _take(self, sms: Sms) -> None:
        self.taken[sms.reference] += 1
        self.sent.append(sms)
