"""Around every request: correlation, size limits, security headers, metrics, the access line."""

import re
import time
import uuid
from collections.abc import Mapping
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.problems import problem
from shared.metrics import REQUEST_SECONDS, REQUESTS

log = structlog.get_logger()

_CORRELATION: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SECURITY: Final[Mapping[str, str]] = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'; object-src 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
_HSTS: Final = "max-age=31536000; includeSubDomains"


class Envelope:
    """Correlation id in and out, security headers, one access line and the metrics of a request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        given = Headers(scope=scope).get("x-correlation-id", "")
        correlation = given if _CORRELATION.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["correlation_id"] = correlation
        structlog.contextvars.bind_contextvars(correlation_id=correlation)
        began, status = time.perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(MutableHeaders(scope=message), scope, correlation)
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            _account(scope, status, time.perf_counter() - began)
            structlog.contextvars.unbind_contextvars("correlation_id")


def _add_headers(headers: MutableHeaders, scope: Scope, correlation: str) -> None:
    for name, value in _SECURITY.items():
        headers.setdefault(name, value)
    if scope["scheme"] == "https":
        headers.setdefault("strict-transport-security", _HSTS)
    if scope["path"].startswith("/api/"):
        headers.setdefault("cache-control", "no-store")
    headers["x-correlation-id"] = correlation


def _account(scope: Scope, status: int, seconds: float) -> None:
    # The template, not the path: paths hold ids, and would make a metric each.
    route = getattr(scope.get("route"), "path", "unmatched")
    method = scope["method"]
    REQUESTS.labels(method, route, status).inc()
    REQUEST_SECONDS.labels(method, route).observe(seconds)
    log.debug("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


class BodyLimit:
    """Refuses bodies over the limit, said in Content-Length or not. Longer limits go by path."""

    def __init__(self, app: ASGIApp, default: int, by_path: Mapping[str, int]) -> None:
        self._app, self._default = app, default
        self._by_path = [(re.compile(pattern), limit) for pattern, limit in by_path.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return await self._app(scope, receive, send)
        limit = self._limit(scope["path"])
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdigit() or int(declared) > limit:
            return await self._refuse(scope, receive, send, limit)
        taken = 0

        async def receiving() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise _TooLarge
            return message

        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receiving, sending)
        except _TooLarge:
            if not started:
                await self._refuse(scope, receive, send, limit)

    def _limit(self, path: str) -> int:
        return next((n for pattern, n in self._by_path if pattern.fullmatch(path)), self._default)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        response = problem(Request(scope), 413, "body-too-large", params={"limit": limit})
        response.headers["connection"] = "close"
        await response(scope, receive, send)


class _TooLarge(BaseException):
    """Not an Exception, so that no handler on the way takes it for a failure of its own."""
