"""Errors as problem details (RFC 9457), with a stable code and every field at fault."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from shared.domain.errors import DomainError, FieldError
from shared.http.faults import field_errors
from shared.http.messages import sentence
from shared.ports.errors import EngineUnavailable
from shared.ports.event_store import WrongExpectedVersion
from shared.ports.view_store import BadCursor

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
_RETRY_SECONDS = "2"
_BY_STATUS = {
    400: "invalid-json",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "body-too-large",
}


class FieldProblem(BaseModel):
    """One field at fault."""

    pointer: str
    code: str
    detail: str


class Problem(BaseModel):
    """RFC 9457, with our `code`, `errors` and `correlation_id`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    correlation_id: str | None = None
    errors: list[FieldProblem] = []


def problem(
    request: Request,
    status: int,
    code: str,
    *,
    params: Mapping[str, Any] | None = None,
    fields: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document in the language the caller asked for."""
    english = request.headers.get("accept-language", "").lower().startswith("en")
    document = {
        "type": f"urn:talent:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence(code, params or {}, english=english),
        "code": code,
        "correlation_id": getattr(request.state, "correlation_id", None),
        **({"params": dict(params)} if params else {}),
    }
    if fields:
        document["errors"] = [
            {"pointer": f.pointer, "code": f.code, "detail": f.message} for f in fields
        ]
    return Response(orjson.dumps(document, default=str), status, dict(headers or {}), MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Give an application its exception handlers."""

    @app.exception_handler(DomainError)
    async def domain_error(request: Request, error: DomainError) -> Response:
        seconds = error.params.get("seconds")
        headers = {"Retry-After": str(seconds)} if error.status == 429 and seconds else None
        return problem(
            request,
            error.status,
            error.code,
            params=error.params,
            fields=error.fields,
            headers=headers,
        )

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        found = error.errors()
        if any(e["type"] == "json_invalid" for e in found):
            return problem(request, 400, "invalid-json")
        return problem(request, 422, "invalid-input", fields=field_errors(found))

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        code = _BY_STATUS.get(error.status_code, "http-error")
        return problem(request, error.status_code, code, headers=error.headers)

    _install_port_errors(app)


def _install_port_errors(app: FastAPI) -> None:
    @app.exception_handler(WrongExpectedVersion)
    async def stale(request: Request, error: WrongExpectedVersion) -> Response:
        # Without a version of the caller's own, others were faster again and again.
        if "if-match" in request.headers:
            return problem(request, 412, "stale-version")
        return problem(request, 503, "contended", headers={"Retry-After": _RETRY_SECONDS})

    @app.exception_handler(EngineUnavailable)
    async def away(request: Request, error: EngineUnavailable) -> Response:
        return problem(request, 503, "engine-unavailable", headers={"Retry-After": _RETRY_SECONDS})

    @app.exception_handler(BadCursor)
    async def cursor(request: Request, error: BadCursor) -> Response:
        fault = FieldError("/query/cursor", "invalid-cursor", "分页游标无效，请从第一页重新开始")
        return problem(request, 422, "invalid-input", fields=[fault])

    @app.exception_handler(UnicodeDecodeError)
    async def not_utf8(request: Request, error: UnicodeDecodeError) -> Response:
        return problem(request, 400, "invalid-json")

    @app.exception_handler(Exception)
    async def unknown(request: Request, error: Exception) -> Response:
        log.error("request_failed", exc_info=error)
        return problem(request, 500, "internal-error")
