"""Calls of the providers, each within its time, and what is learnt of them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, assert_never

import structlog

from services.notifier.events import AttemptStarted, Channel, MessageRequested
from services.notifier.numbers import To
from services.notifier.routing import Router
from services.notifier.states import Waiting
from shared.events.personal import Erased
from shared.ports.clock import Clock
from shared.ports.mail import Mail, MailRoute
from shared.ports.sms import Handover, HandoverResult, Route, Sms

log = structlog.get_logger()

AnyRoute = Route | MailRoute
_LONGEST_SEND: Final = timedelta(seconds=10)


class Calls:
    """The providers of a process by channel, chosen by weight and health."""

    def __init__(self, clock: Clock, routes: Sequence[Route], mail: Sequence[MailRoute]) -> None:
        self._clock = clock
        self._routers: dict[Channel, Router[AnyRoute]] = {
            "sms": Router[AnyRoute](routes),
            "email": Router[AnyRoute](mail),
        }
        everybody = [r.provider.settles_after for r in routes]
        everybody += [r.provider.settles_after for r in mail]
        self.longest_settling = max(everybody, default=timedelta(0))

    def names(self, channel: Channel) -> tuple[str, ...]:
        """Who is there; nobody where a channel is not set up."""
        return self._routers[channel].names

    def route_for(self, waiting: Waiting, now: datetime) -> AnyRoute | None:
        """Whose turn it is; None where the channel has nobody."""
        router = self._routers[waiting.letter.channel]
        if not router.names:
            return None
        return router.choose(now, closed=waiting.closed, asked=waiting.asked)

    def reported(self, provider: str, *, delivered: bool, after_seconds: float) -> None:
        """A receipt."""
        now = self._clock.now()
        self._routers["sms"].reported(
            provider, delivered=delivered, after_seconds=after_seconds, now=now
        )

    @staticmethod
    def patience(route: AnyRoute) -> timedelta:
        """How long a call may take: half the time that the provider's records need, so that nobody
        asks them about a call that is still under way."""
        return min(_LONGEST_SEND, route.provider.settles_after / 2)

    async def send(
        self, route: AnyRoute, reference: str, letter: MessageRequested, to: To
    ) -> HandoverResult:
        """One call; what breaks it off leaves its outcome open."""
        name, router = route.provider.name, self._routers[letter.channel]
        router.began(name, reference, self._clock.now())
        result = HandoverResult(Handover.UNKNOWN, detail="broken-off")
        try:
            async with asyncio.timeout(self.patience(route).total_seconds()):
                result = await _handed(route, reference, letter, to)
        except TimeoutError:
            result = HandoverResult(Handover.UNKNOWN, detail="timeout")
        except Exception as error:
            log.warning("provider_failed", provider=name, kind=type(error).__name__)
            result = HandoverResult(Handover.UNKNOWN, detail=type(error).__name__)
        finally:
            router.ended(name, reference, result.handover, self._clock.now())
        return result

    async def ask(self, attempt: AttemptStarted, letter: MessageRequested) -> HandoverResult:
        """What the records of the provider that made an attempt say of it; nobody else's count."""
        route = self._routers[letter.channel].by_name(attempt.provider)
        if route is None:
            return HandoverResult(Handover.UNKNOWN, detail="provider-replaced")
        if isinstance(attempt.mobile, Erased) or isinstance(letter.text, Erased):
            return HandoverResult(Handover.UNKNOWN, detail="erased")
        if isinstance(route, MailRoute):
            return HandoverResult(Handover.UNKNOWN, detail="no-records")
        sms = _sms(letter, attempt.reference, To(attempt.mobile, attempt.language))
        try:
            async with asyncio.timeout(_LONGEST_SEND.total_seconds()):
                return await route.provider.query(sms, attempt.started_at)
        except TimeoutError:
            return HandoverResult(Handover.UNKNOWN, detail="records-timeout")


async def _handed(
    route: AnyRoute, reference: str, letter: MessageRequested, to: To
) -> HandoverResult:
    match route:
        case Route():
            return await route.provider.send(_sms(letter, reference, to))
        case MailRoute():
            sms = _sms(letter, reference, to)
            english = to.language == "en" and letter.title_en
            title = letter.title_en if english else letter.title
            return await route.provider.send(Mail(reference, to.address, title, sms.text))
        case other:
            assert_never(other)


def _sms(letter: MessageRequested, reference: str, to: To) -> Sms:
    """In English a provider's approved text has the template's key with `-en` behind it."""
    if to.language == "en" and isinstance(letter.text_en, str):
        params = dict(letter.params_en) if isinstance(letter.params_en, dict) else {}
        return Sms(reference, to.address, letter.text_en, f"{letter.template}-en", params)
    text = "" if isinstance(letter.text, Erased) else letter.text
    params = {} if isinstance(letter.params, Erased) else dict(letter.params)
    return Sms(reference, to.address, text, letter.template, params)
