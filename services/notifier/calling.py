"""Calls of the providers, each within its time, and what is learnt of them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from services.notifier.events import AttemptStarted, MessageRequested
from services.notifier.numbers import To
from services.notifier.routing import Router
from services.notifier.states import Waiting
from shared.events.personal import Erased
from shared.ports.clock import Clock
from shared.ports.sms import Handover, HandoverResult, Route, Sms

log = structlog.get_logger()

_LONGEST_SEND: Final = timedelta(seconds=10)


class Calls:
    """The providers of a process, chosen by weight and health."""

    def __init__(self, clock: Clock, routes: Sequence[Route]) -> None:
        self._clock = clock
        self.router = Router(routes)
        self.longest_settling = max(
            (r.provider.settles_after for r in routes), default=timedelta(0)
        )

    def route_for(self, waiting: Waiting, now: datetime) -> Route:
        """Whose turn it is."""
        return self.router.choose(now, closed=waiting.closed, asked=waiting.asked)

    @staticmethod
    def patience(route: Route) -> timedelta:
        """How long a call may take: half the time that the provider's records need, so that nobody
        asks them about a call that is still under way."""
        return min(_LONGEST_SEND, route.provider.settles_after / 2)

    async def send(
        self,
        route: Route,
        reference: str,
        letter: MessageRequested,
        to: To,
    ) -> HandoverResult:
        """One call; what breaks it off leaves its outcome open."""
        name = route.provider.name
        self.router.began(name, reference, self._clock.now())
        result = HandoverResult(Handover.UNKNOWN, detail="broken-off")
        try:
            async with asyncio.timeout(self.patience(route).total_seconds()):
                result = await route.provider.send(_sms(letter, reference, to))
        except TimeoutError:
            result = HandoverResult(Handover.UNKNOWN, detail="timeout")
        except Exception as error:
            log.warning("provider_failed", provider=name, kind=type(error).__name__)
            result = HandoverResult(Handover.UNKNOWN, detail=type(error).__name__)
        finally:
            self.router.ended(name, reference, result.handover, self._clock.now())
        return result

    async def ask(self, attempt: AttemptStarted, letter: MessageRequested) -> HandoverResult:
        """What the records of the provider that made an attempt say of it; nobody else's count."""
        route = self.router.by_name(attempt.provider)
        if route is None:
            return HandoverResult(Handover.UNKNOWN, detail="provider-replaced")
        if isinstance(attempt.mobile, Erased) or isinstance(letter.text, Erased):
            return HandoverResult(Handover.UNKNOWN, detail="erased")
        sms = _sms(letter, attempt.reference, To(attempt.mobile, attempt.language))
        try:
            async with asyncio.timeout(_LONGEST_SEND.total_seconds()):
                return await route.provider.query(sms, attempt.started_at)
        except TimeoutError:
            return HandoverResult(Handover.UNKNOWN, detail="records-timeout")


def _sms(letter: MessageRequested, reference: str, to: To) -> Sms:
    """In English a provider's approved text has the template's key with `-en` behind it."""
    if to.language == "en" and isinstance(letter.text_en, str):
        params = dict(letter.params_en) if isinstance(letter.params_en, dict) else {}
        return Sms(reference, to.address, letter.text_en, f"{letter.template}-en", params)
    text = "" if isinstance(letter.text, Erased) else letter.text
    params = {} if isinstance(letter.params, Erased) else dict(letter.params)
    return Sms(reference, to.address, text, letter.template, params)
