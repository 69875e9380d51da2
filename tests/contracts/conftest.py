from datetime import UTC, datetime

import pytest

from shared.testing.clock import TestClock


@pytest.fixture
def clock() -> TestClock:
    return TestClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
