"""One MongoDB server a test run, a database of its own each test."""

import os
import uuid
from collections.abc import Callable, Iterator

import pytest

from talent.bench.ports import free_port
from tests.servers.mongodb.server import MongoServer

Databases = Callable[[], str]


@pytest.fixture(scope="session")
def mongodb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """From a database's name to its URL: of a real cluster if TALENT_TEST_MONGODB names one."""
    given = os.environ.get("TALENT_TEST_MONGODB")
    if given:
        base, _, options = given.partition("?")
        yield lambda name: f"{base.rstrip('/')}/{name}?{options}"
        return
    server = MongoServer(tmp_path_factory.mktemp("mongodb") / "storage", free_port())
    server.start()
    yield server.database
    server.stop()


@pytest.fixture
def database(mongodb: Callable[[str], str]) -> str:
    return mongodb(f"t{uuid.uuid4().hex[:12]}")
