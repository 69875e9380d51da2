"""The keys that verify access tokens, fetched from where identity publishes them (RFC 7517)."""

from typing import Final

import httpx
import structlog
from joserfc.jwk import KeySet

from shared.ports.errors import EngineUnavailable

log = structlog.get_logger()

_PATIENCE_SECONDS: Final = 3.0


class RemoteKeys:
    """A `KeyProvider`. What was fetched last is good while identity is away: a key that is not in
    it is refused, and asked for again a little later."""

    def __init__(self, url: str, client: httpx.AsyncClient | None = None) -> None:
        self._url = url
        self._client = client or httpx.AsyncClient(timeout=_PATIENCE_SECONDS)
        self._last: KeySet | None = None

    async def provide(self) -> KeySet:
        """Raises EngineUnavailable where none were ever fetched."""
        try:
            answer = await self._client.get(self._url)
            answer.raise_for_status()
            self._last = KeySet.import_key_set(answer.json())
        except (httpx.HTTPError, ValueError, KeyError) as failure:
            log.warning("keys_not_fetched", error=type(failure).__name__)
            if self._last is None:
                raise EngineUnavailable("the keys of identity were never fetched") from failure
        return self._last

    async def ready(self) -> None:
        """A check of `/readyz`: raises EngineUnavailable until keys are there."""
        if self._last is None:
            await self.provide()

    async def close(self) -> None:
        await self._client.aclose()
