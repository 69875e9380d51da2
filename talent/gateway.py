"""One address for a fleet on one machine: `/api/<context>` goes to that context's process.

A cluster has a Gateway for this (`deploy/k8s`); this is the same table for a developer's machine.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final

import httpx
from fastapi import APIRouter, FastAPI
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from shared.http.problems import MEDIA_TYPE

# Hop by hop (RFC 9110 §7.6.1): they are about one connection, and are not passed on.
_HOP: Final = frozenset(
    {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "host"}
)
_METHODS: Final = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"]


def gateway(
    contexts: Mapping[str, str], fallback: str, routers: Sequence[APIRouter] = ()
) -> FastAPI:
    """An application that answers for `routers` itself and passes the rest on: `contexts` are base
    addresses by context, `fallback` the one that answers everything else."""

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        async with httpx.AsyncClient(timeout=30) as client:
            app.state.client = client
            yield

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=living)
    for router in routers:
        app.include_router(router)

    async def ready(request: Request) -> Response:
        """All of them, for whoever waits for the fleet."""
        client: httpx.AsyncClient = request.app.state.client
        checks = {}
        for name, base in contexts.items():
            try:
                checks[name] = (await client.get(f"{base}/readyz")).status_code
            except httpx.TransportError:
                checks[name] = 503
        good = all(status == httpx.codes.OK for status in checks.values())
        return JSONResponse({"checks": checks}, 200 if good else 503)

    async def passed_on(request: Request) -> Response:
        parts = request.url.path.split("/")
        context = parts[2] if len(parts) > 2 and parts[1] == "api" else ""
        return await _forward(request, contexts.get(context, fallback))

    app.add_route("/readyz", ready)
    app.add_route("/{path:path}", passed_on, methods=_METHODS)
    return app


async def _forward(request: Request, base: str) -> Response:
    client: httpx.AsyncClient = request.app.state.client
    headers = [(k, v) for k, v in request.headers.items() if k not in _HOP]
    if request.client is not None:
        headers.append(("x-forwarded-for", request.client.host))
    url = httpx.URL(f"{base}{request.url.path}", query=request.url.query.encode())
    body = await request.body()
    sending = client.build_request(request.method, url, headers=headers, content=body)
    try:
        answer = await client.send(sending, stream=True)
    except httpx.TransportError:
        problem = {
            "type": "urn:talent:problem:engine-unavailable",
            "title": "Service Unavailable",
            "status": 503,
            "detail": "服务暂时不可用，请稍后再试。",
            "code": "engine-unavailable",
        }
        return JSONResponse(problem, 503, {"Retry-After": "2"}, media_type=MEDIA_TYPE)
    kept = {k: v for k, v in answer.headers.items() if k not in _HOP}
    return StreamingResponse(
        answer.aiter_raw(), answer.status_code, kept, background=BackgroundTask(answer.aclose)
    )
