"""Virus scanning."""

from typing import Protocol


class VirusScanner(Protocol):
    async def scan(self, data: bytes) -> str | None:
        """The name of what was found, or None if clean. May raise `EngineUnavailable`."""
        ...
