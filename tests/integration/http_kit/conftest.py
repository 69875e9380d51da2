from collections.abc import AsyncIterator

import httpx
import pytest
from joserfc.jwk import KeySet

from shared.http.app import create_app
from shared.http.tokens import JwtVerifier, Revocations
from shared.ports.errors import EngineUnavailable
from shared.testing.clock import TestClock
from shared.testing.toy_http import KEY, NOW, router


@pytest.fixture
def clock() -> TestClock:
    return TestClock(NOW)


@pytest.fixture
def revocations() -> Revocations:
    return Revocations()


@pytest.fixture
async def client(clock: TestClock, revocations: Revocations) -> AsyncIterator[httpx.AsyncClient]:
    async def keys() -> KeySet:
        return KeySet([KEY])

    async def sick() -> None:
        raise EngineUnavailable

    app = create_app(
        title="玩具",
        version="1",
        routers=[router],
        verifier=JwtVerifier(keys, revocations, clock),
        checks={"engine": sick},
        body_limits={r"/api/toy/upload": 200_000},
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://toy") as client:
        client.app = app  # type: ignore[attr-defined]
        yield client
