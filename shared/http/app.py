"""The application factory: every service's HTTP is made here, and alike."""

from collections.abc import Mapping, Sequence
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.middleware.cors import CORSMiddleware

from shared.http import problems
from shared.http.caller import TokenVerifier
from shared.http.client_address import ClientAddresses
from shared.http.direct import DirectRoutes
from shared.http.documentation import add_documentation, describe
from shared.http.health import Checks, health_router
from shared.http.middleware import BodyLimit, Envelope

_BODY_LIMIT: Final = 64 * 1024


def create_app(
    *,
    title: str,
    version: str,
    routers: Sequence[APIRouter],
    verifier: TokenVerifier,
    checks: Checks,
    body_limits: Mapping[str, int] | None = None,
    cors_origins: Sequence[str] = (),
    trusted_proxies: Sequence[str] = (),
) -> FastAPI:
    """An application over routers that each declare who may call.

    `checks` are asked by `/readyz`; `body_limits` are bytes by path pattern, for uploads;
    no origin is allowed by CORS unless named."""
    app = FastAPI(
        title=title,
        version=version,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # Metrics and logs are ours; asking at every request whether there are others is not free.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.verifier = verifier
    app.state.client_addresses = ClientAddresses(trusted_proxies)
    problems.install(app)
    for router in routers:
        app.include_router(router)
    app.include_router(health_router(checks))
    add_documentation(app)
    describe(app)
    app.add_middleware(DirectRoutes, fastapi=app)
    _allow(app, cors_origins)
    app.add_middleware(BodyLimit, default=_BODY_LIMIT, by_path=body_limits or {})
    app.add_middleware(Envelope)
    return app


def _allow(app: FastAPI, origins: Sequence[str]) -> None:
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(origins),
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["authorization", "content-type", "idempotency-key", "if-match"],
            expose_headers=["etag", "retry-after", "x-correlation-id"],
        )
