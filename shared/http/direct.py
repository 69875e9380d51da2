"""The short way to a route: what FastAPI would answer, without its work at every request.

Routes are declared, documented and inspected as FastAPI's. Matching, solving and the layers around
a route took more time than the commands themselves, so those routes that have a plan are
answered from here; every other request goes on to FastAPI untouched.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI
from fastapi.datastructures import DefaultPlaceholder
from fastapi.exceptions import RequestValidationError
from fastapi.routing import RouteContext, iter_route_contexts, serialize_response
from fastapi.utils import is_body_allowed_for_status_code
from pydantic_core import PydanticUndefined
from starlette.convertors import Convertor, PathConvertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.http.plan import Plan, plan_of

_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class _Direct:
    """A route with its plan, or without one: then FastAPI has to answer what it matches."""

    route: RouteContext
    plan: Plan | None
    pattern: re.Pattern[str]
    convertors: dict[str, Convertor[Any]]

    def parameters(self, path: str) -> dict[str, Any] | None:
        found = self.pattern.match(path)
        if found is None:
            return None
        return {k: self.convertors[k].convert(v) for k, v in found.groupdict().items()}


class _Table:
    """Routes by method and number of segments, in the order in which they were declared."""

    def __init__(self, app: FastAPI) -> None:
        self._routes: dict[tuple[str, int], list[_Direct]] = {}
        for route in iter_route_contexts(app.routes):
            convertors = getattr(route, "param_convertors", None)
            # What is no route of an API, or takes a path of any length, may hide what follows.
            if getattr(route, "dependant", None) is None or convertors is None:
                break
            if any(isinstance(c, PathConvertor) for c in convertors.values()):
                break
            path = route.path_format or ""
            direct = _Direct(route, plan_of(route), route.path_regex, convertors)
            for method in route.methods or ():
                self._routes.setdefault((method, path.count("/")), []).append(direct)

    def find(self, method: str, path: str) -> tuple[_Direct, dict[str, Any]] | None:
        for direct in self._routes.get((method, path.count("/")), ()):
            params = direct.parameters(path)
            if params is not None:
                return direct, params
        return None


class DirectRoutes:
    """Innermost of the middleware: answers what has a plan, hands on all else."""

    def __init__(self, app: ASGIApp, fastapi: FastAPI) -> None:
        self._app, self._fastapi = app, fastapi
        self._table: _Table | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._find(scope)
        if found is None:
            await self._app(scope, receive, send)
            return
        direct, scope["path_params"] = found
        scope["route"], scope["endpoint"] = direct.route.original_route, direct.route.endpoint
        request = Request(scope, receive, send)
        try:
            response = await _answer(direct, request)
        except Exception as error:
            response = await self._refuse(request, error)
        await response(scope, receive, send)

    def _find(self, scope: Scope) -> tuple[_Direct, dict[str, Any]] | None:
        beside = scope["type"] != "http" or scope.get("root_path") or "fastapi.telemetry" in scope
        if beside or self._fastapi.dependency_overrides:
            return None
        if self._table is None:
            self._table = _Table(self._fastapi)
        found = self._table.find(scope["method"], scope["path"])
        if found is None or (plan := found[0].plan) is None:
            return None
        return found if not plan.body or _is_json(scope) else None

    async def _refuse(self, request: Request, error: Exception) -> Response:
        # As Starlette does it: the nearest class that has a handler, but `Exception` is left to
        # the outermost layer, which also raises it for the server to see.
        handlers = self._fastapi.exception_handlers
        for kind in type(error).__mro__:
            if kind is not Exception and kind in handlers:
                answer = handlers[kind](request, error)
                return answer if isinstance(answer, Response) else await answer
        raise error


async def _answer(direct: _Direct, request: Request) -> Response:
    route, plan = direct.route, direct.plan
    assert plan is not None  # noqa: S101 - asked before
    body = await _body(request) if plan.body else None
    given: Response | None = None
    if plan.wants_response:
        given = Response()
        del given.headers["content-length"]
        given.status_code = 0
    result = await plan.run(request, given, body)
    if isinstance(result, Response):
        return result
    response = await _encoded(route, result, (given and given.status_code) or route.status_code)
    if given is not None:
        response.headers.raw.extend(given.headers.raw)
    return response


async def _body(request: Request) -> Any:
    try:
        data = await request.body()
        return json.loads(data) if data else PydanticUndefined
    except json.JSONDecodeError as error:
        fault = {
            "type": "json_invalid", "loc": ("body", error.pos), "msg": "JSON decode error",
            "input": {}, "ctx": {"error": error.msg},
        }  # fmt: skip
        raise RequestValidationError([fault], body=error.doc) from error
    except Exception as error:
        raise HTTPException(400, "There was an error parsing the body") from error


async def _encoded(route: RouteContext, result: Any, status: int | None) -> Response:
    fast = route.response_field is not None and isinstance(route.response_class, DefaultPlaceholder)
    content = await serialize_response(
        field=route.response_field,
        response_content=result,
        include=route.response_model_include,
        exclude=route.response_model_exclude,
        by_alias=route.response_model_by_alias,
        exclude_unset=route.response_model_exclude_unset,
        exclude_defaults=route.response_model_exclude_defaults,
        exclude_none=route.response_model_exclude_none,
        dump_json=fast,
    )
    if fast:
        response = Response(content, status or 200, media_type=_JSON)
    elif isinstance(route.response_class, DefaultPlaceholder):
        response = JSONResponse(content, status or 200)
    else:
        response = route.response_class(content, **({"status_code": status} if status else {}))
    if not is_body_allowed_for_status_code(response.status_code):
        response.body = b""
    return response


def _is_json(scope: Scope) -> bool:
    for name, value in scope["headers"]:
        if name == b"content-type":
            return bytes(value).partition(b";")[0].strip().lower() == b"application/json"
    return False
