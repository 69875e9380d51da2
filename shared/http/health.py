"""`/healthz`, `/readyz`, `/metrics`."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import structlog
from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.http.caller import PUBLIC

log = structlog.get_logger()

Checks = Mapping[str, Callable[[], Awaitable[None]]]
_PATIENCE_SECONDS: Final = 2.0


def health_router(checks: Checks) -> APIRouter:
    """Alive; able to serve (each check by name); and what it measures."""
    router = APIRouter(tags=["运行 / operations"], dependencies=[Depends(PUBLIC)])

    @router.get("/healthz", summary="进程在运行 / the process is alive")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz", summary="可以提供服务 / ready to serve", responses={503: {}})
    async def readyz() -> JSONResponse:
        results = dict(zip(checks, await asyncio.gather(*map(_run, checks.values())), strict=True))
        good = all(result == "ok" for result in results.values())
        state = "ok" if good else "not-ready"
        return JSONResponse({"status": state, "checks": results}, 200 if good else 503)

    @router.get("/metrics", response_class=PlainTextResponse, summary="Prometheus")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


async def _run(check: Callable[[], Awaitable[None]]) -> str:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await check()
    except Exception as error:
        log.warning("not_ready", error=type(error).__name__)
        return type(error).__name__
    return "ok"
