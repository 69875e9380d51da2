"""When what is not sent at night goes out, and when a number's next day begins."""

from datetime import datetime, time, timedelta

import pytest

from services.notifier.policies import SHANGHAI, next_day, opens_at

MORNING, EVENING = time(9), time(21)


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (at(8, 59), at(9)),
        (at(9), None),
        (at(20, 59), None),
        (at(21), at(9, day=3)),
        (at(0), at(9)),
    ],
)
def test_the_night_ends_at_nine_by_the_citys_clock(now: datetime, opens: datetime | None) -> None:
    assert opens_at(now, MORNING, EVENING) == opens


def test_a_number_gets_more_the_next_morning() -> None:
    assert next_day(at(23, 59), MORNING) == at(9, day=3)
    assert next_day(at(0), MORNING) - at(0) == timedelta(hours=33)
