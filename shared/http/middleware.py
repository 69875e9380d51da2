"""Around every request: correlation, size limits, security headers, metrics, the access line."""

import re
import time
from collections.abc import Mapping
from random import getrandbits
from typing import Final

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.problems import problem
from shared.metrics import REQUEST_SECONDS, REQUESTS

log = structlog.get_logger()
RawHeaders = list[tuple[bytes, bytes]]

_CORRELATION: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SECURITY: Final[RawHeaders] = [
    (
        b"content-security-policy",
        b"default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; "
        b"form-action 'self'; object-src 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
]
_HSTS: Final = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_NO_STORE: Final = (b"cache-control", b"no-store")


class Envelope:
    """Correlation id in and out, security headers, one access line and the metrics of a request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        given = header(scope, b"x-correlation-id")
        # Unique and no secret: asking the system for randomness costs more than the rest of this.
        correlation = given if given and _CORRELATION.fullmatch(given) else random_hex()
        scope.setdefault("state", {})["correlation_id"] = correlation
        structlog.contextvars.bind_contextvars(correlation_id=correlation)
        began, status = time.perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(message["headers"], scope, correlation)
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            _account(scope, status, time.perf_counter() - began)
            structlog.contextvars.unbind_contextvars("correlation_id")


def _add_headers(headers: RawHeaders, scope: Scope, correlation: str) -> None:
    there = {name for name, _ in headers}
    headers.extend(item for item in _SECURITY if item[0] not in there)
    if scope["scheme"] == "https":
        headers.append(_HSTS)
    if b"cache-control" not in there and scope["path"].startswith("/api/"):
        headers.append(_NO_STORE)
    headers.append((b"x-correlation-id", correlation.encode()))


def header(scope: Scope, name: bytes) -> str:
    """A request header's value; empty where there is none."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value).decode("latin-1")
    return ""


def random_hex() -> str:
    """32 random hex digits, for what must be unique and need not be secret."""
    return f"{getrandbits(128):032x}"


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
        declared = header(scope, b"content-length") or "0"
        if not declared.isdigit() or int(declared) > limit:
            return await self._refuse(scope, receive, send, limit)
        if declared != "0" and not header(scope, b"transfer-encoding"):
            # The server hands on no more than was declared (RFC 9112 §6.3).
            return await self._app(scope, receive, send)
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
        for pattern, limit in self._by_path:
            if pattern.fullmatch(path):
                return limit
        return self._default

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        response = problem(Request(scope), 413, "body-too-large", params={"limit": limit})
        response.headers["connection"] = "close"
        await response(scope, receive, send)


class _TooLarge(BaseException):
    """Not an Exception, so that no handler on the way takes it for a failure of its own."""
