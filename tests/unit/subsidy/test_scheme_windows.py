"""Windows: the policy's, and what an authority opens, extends and closes beside them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.subsidy.windows.calendar import SchemeWindows, Window
from services.subsidy.windows.commands import CloseWindow, ExtendWindow, OpenWindow
from services.subsidy.windows.decider import DECIDER
from services.subsidy.windows.events import WindowClosed, WindowExtended, WindowOpened
from shared.domain.review.reviewer import Party
from shared.testing.scenario import given
from tests.unit.subsidy.subsidy_cases import POLICY

LIVING, HOUSING = POLICY.schemes
NOW = datetime(2026, 4, 1, 4, 0, tzinfo=UTC)  # noon in Shanghai, in the window of March to May
SAID: dict[str, Any] = {"words": "常委会议定。", "by": Party(account_id="officer1"), "at": NOW}
SPRING = {"opens": date(2026, 3, 1), "closes": date(2026, 5, 31)}
AUTUMN = {"opens": date(2026, 9, 1), "closes": date(2026, 9, 30)}

OPENED = WindowOpened(scheme="housing-subsidy", code="2026-09-01", **AUTUMN, **SAID)
CLOSED = WindowClosed(scheme="housing-subsidy", code="2026", **SPRING, **SAID)


def extended(closes: date) -> WindowExtended:
    return WindowExtended(
        scheme="housing-subsidy", code="2026", opens=SPRING["opens"], closes=closes, **SAID
    )


def extend(closes: date, code: str = "2026", **more: Any) -> ExtendWindow:
    return ExtendWindow(scheme=HOUSING, code=code, closes=closes, **(SAID | more))


def held(*events: Any) -> SchemeWindows:
    state = DECIDER.initial
    for event in events:
        state = DECIDER.evolve(state, event)
    return state


def test_one_more_window_is_opened_where_there_is_room() -> None:
    command = OpenWindow(scheme=HOUSING, **AUTUMN, **SAID)
    after = given(DECIDER).when(command).then(OPENED)
    after.when(command).then_rejected("window-overlaps")
    into = OpenWindow(scheme=HOUSING, opens=date(2026, 5, 31), closes=date(2026, 6, 2), **SAID)
    given(DECIDER).when(into).then_rejected("window-overlaps")


def test_every_wrong_day_is_named_at_once() -> None:
    wrong = OpenWindow(scheme=HOUSING, opens=date(2026, 3, 31), closes=date(2026, 3, 1), **SAID)
    refused = given(DECIDER).when(wrong).then_rejected("invalid-fields")
    assert [fault.pointer for fault in refused.fields] == ["/opens", "/closes"]


def test_a_window_is_extended_and_never_made_shorter() -> None:
    given(DECIDER).when(extend(date(2026, 6, 15))).then(extended(date(2026, 6, 15)))
    given(DECIDER).when(extend(date(2026, 5, 31))).then_rejected("invalid-fields")
    given(DECIDER, OPENED).when(extend(date(2026, 9, 1))).then_rejected("window-overlaps")
    given(DECIDER).when(extend(date(2026, 6, 1), code="1999")).then_rejected("window-not-found")
    late = {"at": NOW + timedelta(days=90)}
    given(DECIDER).when(extend(date(2026, 8, 1), **late)).then_rejected("window-is-over")


def test_a_window_is_closed_before_its_time_once() -> None:
    close = CloseWindow(scheme=HOUSING, code="2026", **SAID)
    after = given(DECIDER).when(close).then(CLOSED)
    after.when(close).then_nothing()
    after.when(extend(date(2026, 6, 15))).then_rejected("window-is-over")
    late = close.model_copy(update={"at": NOW + timedelta(days=90)})
    given(DECIDER).when(late).then_rejected("window-is-over")


def test_what_is_always_open_has_no_windows() -> None:
    close = CloseWindow(scheme=LIVING, code="2026", **SAID)
    given(DECIDER).when(close).then_rejected("scheme-without-windows")
    assert SchemeWindows().takes_draft(LIVING, None, NOW)


def test_a_closed_window_takes_nothing_from_that_second_on() -> None:
    windows, before = held(CLOSED, OPENED), NOW - timedelta(seconds=1)
    assert windows.open_at(HOUSING, before) == Window("2026", **SPRING, closed_at=NOW)
    assert windows.open_at(HOUSING, NOW) is None
    following = windows.next_after(HOUSING, NOW)
    assert following is not None
    assert following.code == "2026-09-01"
    assert windows.takes_draft(HOUSING, "2026", before)
    assert not windows.takes_draft(HOUSING, "2026", NOW)


@pytest.mark.parametrize(("days", "taken"), [(0, True), (7, True), (8, False)])
def test_a_draft_is_taken_for_as_long_after_as_the_policy_gives(days: int, taken: bool) -> None:
    generous = HOUSING.model_copy(update={"draft_days": 7})
    last = datetime(2026, 5, 31, 15, 59, 59, tzinfo=UTC)  # one second before midnight
    assert SchemeWindows().takes_draft(generous, "2026", last + timedelta(days=days)) is taken
    assert SchemeWindows().takes_draft(HOUSING, "2026", last + timedelta(days=days)) is (days == 0)


def test_an_extended_window_is_open_longer() -> None:
    june = NOW.replace(month=6)
    assert SchemeWindows().open_at(HOUSING, june) is None
    window = held(extended(date(2026, 6, 15))).open_at(HOUSING, june)
    assert window is not None
    assert (window.code, window.closes) == ("2026", date(2026, 6, 15))
