"""ClamAV's daemon as the `VirusScanner`."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.adapters.clamav.scanner import ClamdScanner, ScannerRefused
from shared.ports.errors import EngineUnavailable
from shared.ports.scanner import VirusScanner
from shared.testing.contracts.scanner import VirusScannerContract
from tests.servers.clamav.server import ClamdServer


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClamdServer]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder: Path = tmp_path_factory.mktemp("clamd")
    server = ClamdServer(folder, port)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def scanner(clamd: ClamdServer) -> VirusScanner:
    return ClamdScanner.from_url(clamd.url)


class TestClamd(VirusScannerContract):
    pass


async def test_more_than_clamd_takes_is_no_verdict(scanner: VirusScanner) -> None:
    with pytest.raises(EngineUnavailable):
        await scanner.scan(bytes(26 * 2**20))


async def test_a_clamd_that_is_away_is_said_to_be(clamd: ClamdServer) -> None:
    scanner = ClamdScanner.from_url(clamd.url)
    clamd.stop()
    with pytest.raises(EngineUnavailable):
        await scanner.scan(b"anything")
    clamd.start()
    assert await scanner.scan(b"anything") is None
    assert issubclass(ScannerRefused, EngineUnavailable)


async def test_a_socket_of_this_machine_is_an_address_too() -> None:
    scanner = ClamdScanner.from_url("clamd:///nowhere/clamd.ctl")
    assert scanner.socket == "/nowhere/clamd.ctl"
    with pytest.raises(EngineUnavailable):
        await scanner.scan(b"anything")
