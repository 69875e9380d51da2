"""Scanning by a clamd, over TCP or a socket of this machine (clamd(8), INSTREAM)."""

import asyncio
import struct
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

from shared.ports.errors import EngineUnavailable

_PORT: Final = 3310
_PIECE: Final = 64 * 1024
_PATIENCE_SECONDS: Final = 60.0
_CONNECT_SECONDS: Final = 3.0

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class ScannerRefused(EngineUnavailable):
    """clamd answered, and not whether the file is clean: it is too large for its
    `StreamMaxLength`, or its signatures are being loaded."""


@dataclass(frozen=True, slots=True)
class ClamdScanner:
    """`clamd://host:port`, or `clamd:///run/clamav/clamd.ctl` for a socket. One connection a file,
    as clamd closes it afterwards."""

    host: str | None
    port: int
    socket: str | None

    @classmethod
    def from_url(cls, url: str) -> Self:
        parts = urlsplit(url)
        if parts.hostname:
            return cls(parts.hostname, parts.port or _PORT, None)
        return cls(None, 0, parts.path)

    async def scan(self, data: bytes) -> str | None:
        """The name of the signature that matched, None if none did. Raises EngineUnavailable."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                answer = await self._asked(data)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as away:
            raise EngineUnavailable(f"clamd: {type(away).__name__}") from away
        verdict = answer.removeprefix("stream: ")
        if verdict == "OK":
            return None
        if verdict.endswith(" FOUND"):
            return verdict.removesuffix(" FOUND")
        raise ScannerRefused("clamd did not scan")

    async def _asked(self, data: bytes) -> str:
        async with asyncio.timeout(_CONNECT_SECONDS):
            reader, writer = await self._connected()
        try:
            writer.write(b"zINSTREAM\0")
            for start in range(0, len(data), _PIECE):
                piece = data[start : start + _PIECE]
                writer.write(struct.pack(">I", len(piece)) + piece)
                await writer.drain()
            writer.write(struct.pack(">I", 0))
            await writer.drain()
            return (await reader.readuntil(b"\0"))[:-1].decode()
        finally:
            writer.close()

    async def _connected(self) -> Streams:
        if self.socket is not None:
            return await asyncio.open_unix_connection(self.socket)
        return await asyncio.open_connection(self.host, self.port)
