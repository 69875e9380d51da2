from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.runtime.kernel import Kernel
from shared.testing.clock import TestClock
from shared.testing.kernels import embedded_kernel
from shared.testing.library import REGISTRY


@pytest.fixture
def clock() -> TestClock:
    return TestClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))


@pytest.fixture
async def kernel(tmp_path: Path, clock: TestClock) -> AsyncIterator[Kernel]:
    async with embedded_kernel(tmp_path, REGISTRY, clock) as kernel:
        yield kernel
