"""Where providers report: by a signature, or by a secret path from a listed address."""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from services.notifier.receipts import Doorkeeper, Receipts
from shared.domain.errors import DomainError
from shared.http.caller import PUBLIC
from shared.http.client_address import client_address
from shared.ports.clock import Clock
from shared.ports.sms import BadReceipt

SIGNATURE: Final = "x-talent-signature"


@dataclass(frozen=True, slots=True)
class Counter:
    """What the routes need."""

    receipts: Receipts
    doorkeeper: Doorkeeper
    clock: Clock


def router(counter: Counter) -> APIRouter:
    """Routes under `/api/notifier/receipts`. A report that comes twice changes nothing."""
    routes = APIRouter(prefix="/api/notifier/receipts", tags=["回执 / receipts"])

    @routes.post("/{provider}", summary="回执（签名）/ signed", dependencies=[Depends(PUBLIC)])
    async def signed(provider: str, request: Request) -> JSONResponse:
        """`X-Talent-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`."""
        body = await request.body()
        given = request.headers.get(SIGNATURE, "")
        if not counter.doorkeeper.admits_signed(given, body, counter.clock.now()):
            raise DomainError("receipt-not-authentic", status=403)
        return await _take(counter, provider, body)

    @routes.post("/{provider}/{key}", summary="回执（密钥路径）/ by secret path",
                 dependencies=[Depends(PUBLIC)])  # fmt: skip
    async def by_path(provider: str, key: str, request: Request) -> JSONResponse:
        """For clouds that sign nothing: the secret in the path, from a listed address."""
        if not counter.doorkeeper.admits_path(key, client_address(request)):
            raise DomainError("receipt-not-authentic", status=403)
        return await _take(counter, provider, await request.body())

    return routes


async def _take(counter: Counter, provider: str, body: bytes) -> JSONResponse:
    reader = counter.receipts.readers.get(provider)
    if reader is None:
        raise DomainError("receipt-provider-unknown", status=404)
    try:
        receipts = reader.read(body)
    except BadReceipt as bad:
        raise DomainError("receipt-not-readable", status=422) from bad
    await counter.receipts.take(provider, receipts)
    return JSONResponse(reader.answer)
