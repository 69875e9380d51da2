"""What a route declares, read once: its dependencies and parameters as steps in order.

A plan answers every request as FastAPI would, by FastAPI's own fields and validation; only the
taking apart of the declaration is done beforehand instead of at every request. A route that
declares more than a plan can say (forms, generators, threads, streams, scopes) has none.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_body_to_args, request_params_to_args
from fastapi.exceptions import RequestValidationError
from fastapi.params import Form
from fastapi.routing import RouteContext
from starlette.requests import Request
from starlette.responses import Response

Call = Callable[..., Awaitable[Any]]

_PLAIN: Final = frozenset({str, int, bool, float})
_FAILED: Final = object()


@dataclass(frozen=True, slots=True)
class Params:
    """Parameters of one place. `absent` is what they come to where a request has none of them."""

    fields: list[Any]  # FastAPI's ModelField, whose name it does not publish
    names: frozenset[bytes]
    absent: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Step:
    """One call: a dependency's, or at the end the route's own. `needs`: names of arguments (None
    for a dependency that is asked for its refusal alone) and the steps that give them."""

    call: Call
    needs: tuple[tuple[str | None, int], ...]
    path: Params | None
    query: Params | None
    headers: Params | None
    request_name: str | None
    response_name: str | None

    def values(
        self, request: Request, response: Response | None, results: list[Any], errors: list[Any]
    ) -> dict[str, Any] | None:
        """The arguments; None if they, or what they need, are at fault (said in `errors`)."""
        before, good = len(errors), True
        values: dict[str, Any] = {}
        for name, index in self.needs:
            result = results[index]
            good = good and result is not _FAILED
            if name is not None:
                values[name] = result
        if self.path is not None:
            _take(self.path, request.path_params, values, errors)
        if self.query is not None:
            if self.query.absent is not None and not request.scope["query_string"]:
                values |= self.query.absent
            else:
                _take(self.query, request.query_params, values, errors)
        if self.headers is not None:
            there = self.headers.names
            if self.headers.absent is None or any(n in there for n, _ in request.scope["headers"]):
                _take(self.headers, request.headers, values, errors)
            else:
                values |= self.headers.absent
        if self.request_name is not None:
            values[self.request_name] = request
        if self.response_name is not None:
            values[self.response_name] = response
        return values if good and len(errors) == before else None


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a route, the route itself last; and the one JSON body that it takes, if any."""

    steps: tuple[Step, ...]
    body: list[Any]
    wants_response: bool

    async def run(self, request: Request, response: Response | None, body: Any) -> Any:
        """What the route returns. Raises RequestValidationError with every field at fault, and
        whatever a dependency or the route raises."""
        results: list[Any] = []
        errors: list[Any] = []
        *dependencies, route = self.steps
        for step in dependencies:
            values = step.values(request, response, results, errors)
            results.append(_FAILED if values is None else await step.call(**values))
        values = route.values(request, response, results, errors)
        if self.body:
            found, faults = await request_body_to_args(
                body_fields=self.body, received_body=body, embed_body_fields=False
            )
            errors += faults
            values = None if values is None else values | found
        if errors or values is None:
            raise RequestValidationError(errors, body=body)
        return await route.call(**values)


def plan_of(route: RouteContext) -> Plan | None:
    """The plan of a route; None for one that FastAPI must answer itself."""
    dependant: Dependant = route.dependant
    unlike = (
        route.is_sse_stream
        or route.is_json_stream
        or route.max_body_size is not None
        or route._embed_body_fields
        or any(isinstance(field.field_info, Form) for field in dependant.body_params)
        or len(dependant.body_params) > 1
    )
    steps: list[Step] = []
    if unlike or _add(dependant, steps, {}) is None:
        return None
    wants = any(step.response_name is not None for step in steps)
    return Plan(tuple(steps), dependant.body_params, wants)


def _add(dependant: Dependant, steps: list[Step], known: dict[Any, int]) -> int | None:
    """Append the steps of a dependant and all that it needs; the index of its own, or None."""
    call = dependant.call
    if call is None or not _plain(dependant):
        return None
    if call in known:
        return known[call]
    needs: list[tuple[str | None, int]] = []
    for child in dependant.dependencies:
        index = None if child.body_params or not child.use_cache else _add(child, steps, known)
        if index is None:
            return None
        needs.append((child.name, index))
    steps.append(
        Step(
            call,
            tuple(needs),
            _params(dependant.path_params),
            _params(dependant.query_params),
            _params(dependant.header_params),
            dependant.request_param_name,
            dependant.response_param_name,
        )
    )
    known[call] = len(steps) - 1
    return known[call]


def _plain(dependant: Dependant) -> bool:
    call = dependant.call
    awaited = inspect.iscoroutinefunction(call) or (
        not inspect.isclass(call) and inspect.iscoroutinefunction(getattr(call, "__call__", None))  # noqa: B004
    )
    return awaited and not (
        dependant.cookie_params
        or dependant.websocket_param_name
        or dependant.http_connection_param_name
        or dependant.background_tasks_param_name
        or dependant.security_scopes_param_name
        or dependant.own_oauth_scopes
        or dependant.concurrency
    )


def _params(fields: list[Any]) -> Params | None:
    if not fields:
        return None
    names = frozenset(field.alias.lower().encode("latin-1") for field in fields)
    simple = all(_simple(field) for field in fields)
    return Params(fields, names, {f.name: f.default for f in fields} if simple else None)


def _simple(field: Any) -> bool:
    """True if the field, absent, is nothing but its default."""
    info = field.field_info
    return (
        not info.is_required()
        and not info.validate_default
        and info.default_factory is None
        and info.validation_alias in (None, field.alias)
        and (field.default is None or type(field.default) in _PLAIN)
        and _scalar(info.annotation)
    )


def _scalar(annotation: Any) -> bool:
    options = getattr(annotation, "__args__", None) or (annotation,)
    return all(option in _PLAIN or option is type(None) for option in options)


def _take(params: Params, received: Any, values: dict[str, Any], errors: list[Any]) -> None:
    found, faults = request_params_to_args(params.fields, received)
    values |= found
    errors += faults
