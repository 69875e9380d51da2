"""A scanner for tests: it knows EICAR's test file, and can be away."""

from dataclasses import dataclass

from shared.ports.errors import EngineUnavailable
from shared.testing.contracts.scanner import EICAR


@dataclass
class EicarScanner:
    away: bool = False
    refuses: bytes | None = None
    """Files that hold this are not taken."""
    scanned: int = 0

    async def scan(self, data: bytes) -> str | None:
        if self.away or (self.refuses is not None and self.refuses in data):
            raise EngineUnavailable("scanner")
        self.scanned += 1
        return "Eicar-Test-Signature" if EICAR in data else None
