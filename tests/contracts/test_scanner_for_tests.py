"""The tests' own scanner is held to what every scanner promises."""

import pytest

from shared.adapters.scanner import NoScanner
from shared.testing.contracts.scanner import EICAR, VirusScannerContract
from shared.testing.scanners import EicarScanner


class TestEicarScanner(VirusScannerContract):
    @pytest.fixture
    def scanner(self) -> EicarScanner:
        return EicarScanner()


async def test_without_a_scanner_everything_is_clean() -> None:
    assert await NoScanner().scan(EICAR) is None
