"""HTTP to one provider by many connections, each its own lane.

httpx looks at every open connection of a pool for every request, and asks the system about each: at
64 of them that costs more than the message. A lane has one connection, and whoever calls takes the
lane that was used last, so that few are kept warm.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import httpx

_LANES: Final = 128


class Lanes:
    """At most 128 calls at once; nothing is tried twice, no proxy of the environment used."""

    def __init__(self, timeout: httpx.Timeout) -> None:
        self._timeout = timeout
        self._verify: ssl.SSLContext | None = None
        self._free: list[httpx.AsyncClient] = []
        self._all: list[httpx.AsyncClient] = []
        self._gate = asyncio.Semaphore(_LANES)

    async def post(self, url: str, headers: dict[str, str], content: bytes) -> httpx.Response:
        """Raises httpx.TransportError."""
        async with self._lane() as client:
            return await client.post(url, headers=headers, content=content)

    async def get(self, url: str) -> httpx.Response:
        """Raises httpx.TransportError."""
        async with self._lane() as client:
            return await client.get(url)

    async def close(self) -> None:
        for client in self._all:
            await client.aclose()

    @asynccontextmanager
    async def _lane(self) -> AsyncIterator[httpx.AsyncClient]:
        async with self._gate:
            client = self._free.pop() if self._free else self._made()
            try:
                yield client
            finally:
                self._free.append(client)

    def _made(self) -> httpx.AsyncClient:
        if self._verify is None:
            # Made once: reading the authorities takes longer than all the rest.
            self._verify = httpx.create_ssl_context(trust_env=False)
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=20)
        client = httpx.AsyncClient(
            timeout=self._timeout, limits=limits, trust_env=False, verify=self._verify
        )
        self._all.append(client)
        return client
