"""Which provider is asked next: by weight, and by what was lately seen of each.

A provider's trouble is a share from 0 to 1: what went wrong counts towards it, what went well
against it, and all of it fades with time, so that the messages drift back. Above a half it is
down: it gets one message every so often, to find out, as long as anybody else can be asked.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Generic, Protocol, TypeVar

from shared.ports.sms import Handover

FADES_IN: Final = timedelta(minutes=2)
"""Half of what is remembered of a provider is forgotten in that time."""
PROBE_EVERY: Final = timedelta(seconds=10)
SLOW_CALL: Final = timedelta(seconds=1)
SLOW_RECEIPT_SECONDS: Final = 60.0
DOWN: Final = 0.5
_LESSON: Final = 0.2
_STUCK_CALLS: Final = 3
_LEARNT_OF: Final[Mapping[Handover, float | None]] = {
    Handover.TAKEN: 0.0,
    # The number's or the text's fault says nothing about the provider.
    Handover.REFUSED: None,
    Handover.THROTTLED: 0.5,
    Handover.RETRY: 1.0,
    Handover.UNKNOWN: 1.0,
}


class Named(Protocol):
    @property
    def name(self) -> str: ...


class Weighted(Protocol):
    """A route: somebody with a name, and their share of the messages."""

    @property
    def provider(self) -> Named: ...
    @property
    def weight(self) -> float: ...


R = TypeVar("R", bound=Weighted)


@dataclass(slots=True)
class Fading:
    """A moving average that halves in `FADES_IN` if nothing is added."""

    value: float = 0.0
    at: datetime | None = None

    def now(self, now: datetime) -> float:
        age = max(timedelta(0), now - self.at) if self.at is not None else timedelta(0)
        return self.value * float(0.5 ** (age / FADES_IN))

    def add(self, value: float, now: datetime) -> None:
        self.value, self.at = self.now(now) * (1 - _LESSON) + value * _LESSON, now


@dataclass(slots=True)
class Health:
    """What was lately seen of one provider: errors, receipts' delays in seconds, and the calls that
    are under way, by reference."""

    errors: Fading = field(default_factory=Fading)
    receipts: Fading = field(default_factory=Fading)
    calls: dict[str, datetime] = field(default_factory=dict)
    probed_at: datetime | None = None

    def trouble(self, now: datetime) -> float:
        """0 (none) to 1. Calls that nobody answers count before they are given up."""
        stuck = sum(now - began >= SLOW_CALL for began in self.calls.values())
        return 1.0 if stuck >= _STUCK_CALLS else self.errors.now(now)

    def share(self, now: datetime) -> float:
        """What part of its weight a provider keeps; late receipts (over a minute) cost too."""
        late = self.receipts.now(now) / SLOW_RECEIPT_SECONDS
        return float((1 - self.trouble(now)) ** 2) / max(1.0, late)

    def to_be_probed(self, now: datetime) -> bool:
        """It is down, and nobody has looked for a while."""
        looked = max((at for at in (self.probed_at, self.errors.at) if at is not None), default=now)
        return self.trouble(now) > DOWN and now - looked >= PROBE_EVERY


class Router(Generic[R]):
    """One process's choice among its routes; what it knows of their health is forgotten with it."""

    def __init__(self, routes: Sequence[R]) -> None:
        """Names are unique; there may be no route at all."""
        self.routes = tuple(routes)
        self.names = tuple(route.provider.name for route in routes)
        self._health = {name: Health() for name in self.names}
        self._turn = dict.fromkeys(self.names, 0.0)

    def by_name(self, name: str) -> R | None:
        """Who made an attempt, if they are still among the routes."""
        return next((r for r in self.routes if r.provider.name == name), None)

    def choose(
        self, now: datetime, *, closed: Collection[str] = (), asked: Collection[str] = ()
    ) -> R:
        """Whoever was not asked in this round, healthy before ailing, by weight in turns; of those
        that are closed only if nobody else is left. Raises LookupError without any route."""
        left = [r for r in self.routes if r.provider.name not in closed] or list(self.routes)
        left = [r for r in left if r.provider.name not in asked] or left
        if not left:
            raise LookupError("no route")
        up = [r for r in left if self.health(r.provider.name).trouble(now) <= DOWN]
        for route in left if up else ():
            health = self.health(route.provider.name)
            if health.to_be_probed(now):
                health.probed_at = now
                return route
        return self._in_turn(up or left, now)

    def health(self, name: str) -> Health:
        """Raises KeyError for a name that is no route's."""
        return self._health[name]

    def began(self, name: str, reference: str, now: datetime) -> None:
        """A call is under way."""
        self.health(name).calls[reference] = now

    def ended(self, name: str, reference: str, handover: Handover, now: datetime) -> None:
        """And what came of it."""
        health = self.health(name)
        health.calls.pop(reference, None)
        lesson = _LEARNT_OF[handover]
        if lesson is not None:
            health.errors.add(lesson, now)

    def reported(self, name: str, *, delivered: bool, after_seconds: float, now: datetime) -> None:
        """A receipt; of a provider that is none of the routes any more it is nobody's."""
        if name in self._health:
            self.health(name).receipts.add(after_seconds, now)
            self.health(name).errors.add(0.0 if delivered else 1.0, now)

    def _in_turn(self, routes: Sequence[R], now: datetime) -> R:
        """Smooth weighted turns: even over few messages, and exact over many."""
        shares = {
            r.provider.name: max(r.weight * self.health(r.provider.name).share(now), 1e-6)
            for r in routes
        }
        for name, share in shares.items():
            self._turn[name] += share
        chosen = max(routes, key=lambda r: self._turn[r.provider.name])
        self._turn[chosen.provider.name] -= sum(shares.values())
        return chosen
