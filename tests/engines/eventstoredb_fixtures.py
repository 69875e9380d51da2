"""One EventStoreDB a test run (a stand-in, unless a real one is named), a log of its own each
test."""

import contextlib
import os
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from shared.adapters.eventstoredb.store import EventStoreDbStore
from shared.ports.errors import EngineUnavailable
from talent.bench.ports import free_port
from tests.servers.eventstoredb.server import StandIn

T = TypeVar("T")


@pytest.fixture(scope="session")
def eventstoredb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """From a namespace to its URL: of a real cluster if TALENT_TEST_EVENTSTOREDB names one, such as
    `esdb://admin:changeit@h1,h2,h3?tls=true`."""
    given = os.environ.get("TALENT_TEST_EVENTSTOREDB")
    if given:
        base, _, options = given.partition("?")
        yield lambda namespace: f"{base.rstrip('/')}/{namespace}?{options}"
        return
    server = StandIn(tmp_path_factory.mktemp("eventstoredb"), free_port())
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def log_url(eventstoredb: Callable[[str], str]) -> str:
    return eventstoredb(f"t{uuid.uuid4().hex[:12]}")


@pytest.fixture
async def store(log_url: str) -> AsyncIterator[EventStoreDbStore]:
    store = EventStoreDbStore.open(log_url)
    yield store
    await store.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StandIn]:
    """One of the test's own, to be killed."""
    server = StandIn(tmp_path / "log", free_port())
    server.start()
    yield server
    server.stop()


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[EventStoreDbStore]:
    store = EventStoreDbStore.open(url)
    try:
        yield store
    finally:
        await store.close()


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Across the moments in which the server comes back."""
    until = time.monotonic() + 20
    while True:
        try:
            return await ask()
        except EngineUnavailable:
            if time.monotonic() > until:
                raise
