"""Shares by weight and health, and the way back."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from services.notifier.routing import PROBE_EVERY, SLOW_CALL, Router
from shared.ports.sms import Handover

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Named:
    name: str


@dataclass(frozen=True)
class To:
    provider: Named
    weight: float = 1.0


def routes(**weights: float) -> Router[To]:
    return Router([To(Named(name), weight) for name, weight in weights.items()])


def shares(router: Router[To], count: int, at: datetime = NOW) -> Counter[str]:
    return Counter(router.choose(at).provider.name for _ in range(count))


def fails(router: Router[To], name: str, times: int, at: datetime = NOW) -> None:
    for number in range(times):
        router.began(name, f"m-{number}", at)
        router.ended(name, f"m-{number}", Handover.RETRY, at)


def test_healthy_providers_share_by_weight() -> None:
    assert shares(routes(a=3, b=1), 400) == {"a": 300, "b": 100}


def test_a_provider_that_fails_gets_nothing_but_a_probe_now_and_then() -> None:
    router = routes(a=1, b=1)
    fails(router, "a", 5)
    assert shares(router, 100) == {"b": 100}
    assert shares(router, 100, NOW + PROBE_EVERY) == {"a": 1, "b": 99}


def test_it_drifts_back_with_time_and_sooner_with_success() -> None:
    router = routes(a=1, b=1)
    fails(router, "a", 5)
    soon, later = NOW + timedelta(minutes=3), NOW + timedelta(minutes=20)
    assert 10 < shares(router, 100, soon)["a"] < 40
    assert 45 < shares(router, 100, later)["a"] <= 50
    for number in range(10):
        router.ended("a", f"n-{number}", Handover.TAKEN, soon)
    assert shares(router, 100, soon)["a"] > 45


def test_calls_that_hang_count_before_they_are_given_up() -> None:
    router = routes(a=1, b=1)
    for number in range(3):
        router.began("a", f"m-{number}", NOW)
    assert shares(router, 10)["a"] == 5
    assert shares(router, 10, NOW + SLOW_CALL) == {"b": 10}


def test_a_refused_text_says_nothing_about_the_provider() -> None:
    router = routes(a=1, b=1)
    for number in range(50):
        router.ended("a", f"m-{number}", Handover.REFUSED, NOW)
    assert shares(router, 10)["a"] == 5


def test_late_receipts_cost_a_share_and_failed_ones_more() -> None:
    router = routes(a=1, b=1)
    for _ in range(20):
        router.reported("a", delivered=True, after_seconds=240, now=NOW)
        router.reported("gone", delivered=True, after_seconds=1, now=NOW)
    assert 15 < shares(router, 100)["a"] < 30
    for _ in range(5):
        router.reported("a", delivered=False, after_seconds=1, now=NOW)
    assert shares(router, 100)["a"] == 0


def test_who_was_asked_or_refused_is_passed_over_while_anybody_else_is_left() -> None:
    router = routes(a=9, b=1)
    assert router.choose(NOW, asked=("a",)).provider.name == "b"
    assert router.choose(NOW, closed=("a",), asked=("b",)).provider.name == "b"
    assert router.choose(NOW, closed=("a", "b")).provider.name == "a"


def test_with_everybody_down_somebody_is_asked_all_the_same() -> None:
    router = routes(a=1, b=1)
    fails(router, "a", 9)
    fails(router, "b", 9)
    assert set(shares(router, 10)) == {"a", "b"}


def test_without_a_route_there_is_no_choice() -> None:
    with pytest.raises(LookupError):
        routes().choose(NOW)
