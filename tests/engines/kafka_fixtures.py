"""One broker a test run; contexts of their own each test, so that tests share no topic."""

import os
from collections.abc import Iterator

import pytest

from talent.bench.ports import free_port
from tests.servers.kafka.server import KafkaServer


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its URL: of a real cluster if TALENT_TEST_KAFKA names one."""
    given = os.environ.get("TALENT_TEST_KAFKA")
    if given:
        yield given
        return
    server = KafkaServer(tmp_path_factory.mktemp("kafka"), free_port(), free_port())
    server.start()
    yield server.url
    server.stop()
