"""One HTTP call of a provider, and what its failure allows to conclude."""

from collections.abc import Mapping
from typing import Final

import httpx
import orjson

from shared.adapters.sms.lanes import Lanes
from shared.ports.sms import Handover, HandoverResult

PATIENCE_SECONDS: Final = 8.0
_NOTHING_WENT_OUT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def lanes() -> Lanes:
    """Connections that try nothing twice: a request may only be made once."""
    return Lanes(httpx.Timeout(PATIENCE_SECONDS, connect=3.0))


async def post(
    lanes: Lanes, url: str, headers: Mapping[str, str], body: bytes = b""
) -> Mapping[str, object] | HandoverResult:
    """The JSON object of the answer, or why there is none: RETRY where nothing can have reached the
    provider, UNKNOWN where something may have."""
    try:
        answer = await lanes.post(url, dict(headers), body)
    except _NOTHING_WENT_OUT:
        return HandoverResult(Handover.RETRY, detail="no-connection")
    except httpx.HTTPError as lost:
        slow = isinstance(lost, httpx.TimeoutException)
        return HandoverResult(Handover.UNKNOWN, detail="timeout" if slow else "connection-lost")
    try:
        read = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        read = None
    if not isinstance(read, dict) or answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        return HandoverResult(Handover.UNKNOWN, detail=f"http-{answer.status_code}")
    return read


def objects(value: object) -> list[Mapping[str, object]]:
    """The JSON objects of a list; empty for anything else."""
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
