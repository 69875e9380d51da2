"""What every `VirusScanner` promises. A subclass gives the fixture `scanner`."""

import asyncio
from typing import Final

from shared.ports.scanner import VirusScanner

# EICAR's test file (eicar.org), in two parts so that no scanner objects to this one.
EICAR: Final = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STAND" + rb"ARD-ANTIVIRUS-TEST-FILE!$H+H*"


class VirusScannerContract:
    async def test_a_clean_file_is_clean(self, scanner: VirusScanner) -> None:
        assert await scanner.scan(b"%PDF-1.7\n%%EOF\n") is None

    async def test_an_infected_file_is_named(self, scanner: VirusScanner) -> None:
        found = await scanner.scan(EICAR)
        assert found is not None
        assert "eicar" in found.lower()

    async def test_the_largest_upload_is_scanned(self, scanner: VirusScanner) -> None:
        assert await scanner.scan(bytes(20 * 2**20)) is None

    async def test_files_are_scanned_side_by_side(self, scanner: VirusScanner) -> None:
        files = [b"clean", EICAR] * 5
        found = await asyncio.gather(*(scanner.scan(data) for data in files))
        assert [one is None for one in found] == [True, False] * 5
