"""The whole platform in this process, over HTTP without a socket, in a folder of its own."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from shared.testing.clock import TestClock
from talent.application import application
from talent.composition import Platform, open_platform
from talent.settings import Environment, Settings


@pytest.fixture
def platform_clock() -> TestClock:
    return TestClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))


@pytest.fixture
async def platform(tmp_path: Path, platform_clock: TestClock) -> AsyncIterator[Platform]:
    settings = Settings(data=tmp_path / "data", environment=Environment.DEVELOPMENT)
    platform = await open_platform(settings, platform_clock)
    await platform.host.start()
    yield platform
    await platform.close()


@pytest.fixture
async def api(platform: Platform) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(application(platform), client=("203.0.113.7", 1234))
    async with httpx.AsyncClient(transport=transport, base_url="http://platform") as client:
        yield client
