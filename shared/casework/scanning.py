"""Every file is scanned once: at the upload where the scanner answers, else as soon as it does.

What is kept of a file is the verdict on its content (SHA-256), in the key-value store: the same
file handed in again is known already, and the log need not know of scanners. A file without a
verdict waits: nobody can open it, and nothing else is held up by it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import structlog

from shared.domain.errors import DomainError
from shared.http.files import KeptFile
from shared.ports.errors import EngineUnavailable
from shared.ports.files import FileStore
from shared.ports.key_value import KeyValueStore
from shared.ports.scanner import VirusScanner
from shared.runtime.periodic import Periodic

log = structlog.get_logger()

Verdict = Literal["clean", "infected", "waiting"]

_VERDICTS: Final = "file-verdicts"
_EVERY_SECONDS: Final = 5.0
_FAILURES_A_ROUND: Final = 3


@dataclass(frozen=True)
class Scanning:
    """`context` keeps its own list of what waits."""

    context: str
    files: FileStore
    scanner: VirusScanner
    key_values: KeyValueStore

    async def keep(self, file: KeptFile, key: str) -> None:
        """Store a file, scanned or waiting for it. Raises DomainError (422) for an infected one, of
        which nothing is kept, and EngineUnavailable where files or verdicts cannot be kept."""
        if (await self.verdicts([file.sha256]))[file.sha256] == "clean":
            await self.files.put(key, file.data)
            return
        # Written down first: a crash behind this finds the file waiting, never unknown and open.
        await self.key_values.put(self._waiting, key, file.sha256.encode())
        await self.files.put(key, file.data)
        try:
            verdict = await self._scan(key, file.sha256, file.data)
        except EngineUnavailable:
            log.warning("file_waits_for_scanner", context=self.context)
            return
        if verdict == "infected":
            raise DomainError("file-infected", status=422)

    async def verdicts(self, hashes: Iterable[str]) -> dict[str, Verdict]:
        """By SHA-256 in hex."""
        asked = list(dict.fromkeys(hashes))
        known = await self.key_values.get_many(_VERDICTS, asked)
        return {one: _read(known.get(one)) for one in asked}

    async def require_clean(self, sha256: str) -> None:
        """Raises DomainError: 409 while a file waits, 422 for an infected one."""
        if await self.require_not_infected(sha256) == "waiting":
            raise DomainError("file-not-scanned-yet")

    async def require_not_infected(self, sha256: str) -> Verdict:
        """Raises DomainError (422)."""
        verdict = (await self.verdicts([sha256]))[sha256]
        if verdict == "infected":
            raise DomainError("file-infected", status=422)
        return verdict

    async def waiting(self) -> list[tuple[str, str]]:
        """(key in the file store, SHA-256) of every file without a verdict."""
        stored = await self.key_values.scan(self._waiting)
        return [(key, sha256.decode()) for key, sha256 in stored]

    async def scan_kept(self, key: str, sha256: str) -> None:
        """Scan a file that waits. Raises EngineUnavailable where the scanner does not take it."""
        try:
            data = await self.files.get(key)
        except FileNotFoundError:
            # Deleted with its attachment, or its request was cut off before it was stored.
            await self.key_values.delete(self._waiting, key)
            return
        await self._scan(key, sha256, data)

    async def _scan(self, key: str, sha256: str, data: bytes) -> Verdict:
        found = await self.scanner.scan(data)
        verdict: Verdict = "clean" if found is None else "infected"
        if verdict == "infected":
            log.warning("file_infected", context=self.context, signature=found)
            await self.files.delete(key)
        await self.key_values.put(_VERDICTS, sha256, verdict.encode())
        await self.key_values.delete(self._waiting, key)
        return verdict

    @property
    def _waiting(self) -> str:
        return f"{self.context}-unscanned"


class ScanKeeper(Periodic):
    """A worker that scans what waits. A file scanned twice is harmless."""

    def __init__(self, scanning: Scanning) -> None:
        super().__init__(f"{scanning.context}.scans", every=_EVERY_SECONDS)
        self._scanning = scanning
        self._failed: set[str] = set()

    async def round(self) -> None:
        """Files that failed before come last, so that one which the scanner never takes holds
        nothing up."""
        waiting = await self._scanning.waiting()
        self._failed &= {key for key, _ in waiting}
        failures = 0
        for key, sha256 in sorted(waiting, key=lambda one: one[0] in self._failed):
            try:
                await self._scanning.scan_kept(key, sha256)
            except EngineUnavailable:
                self._failed.add(key)
                failures += 1
                if failures == _FAILURES_A_ROUND:
                    raise


def _read(stored: bytes | None) -> Verdict:
    match stored:
        case b"clean":
            return "clean"
        case b"infected":
            return "infected"
        case _:
            return "waiting"
