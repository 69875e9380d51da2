"""A request is answered alike by the short way and by FastAPI's."""

from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Form, Header, Query, Request, Response
from joserfc.jwk import KeySet
from pydantic import BaseModel, Field
from starlette.responses import PlainTextResponse

from shared.http.app import create_app
from shared.http.caller import PUBLIC, SIGNED_IN, TALENT, Caller, api_routes
from shared.http.commands import Commanding
from shared.http.plan import plan_of
from shared.http.tokens import JwtVerifier, Revocations
from shared.testing.clock import TestClock
from shared.testing.toy_http import KEY, NOW, bearer
from shared.testing.toy_http import router as toy_router

router = APIRouter(prefix="/api/alike")
OPEN = [Depends(PUBLIC)]


class Thing(BaseModel):
    name: Annotated[str, Field(min_length=2)]
    number: int = 7
    hidden: str | None = None


async def _filter(
    kind: Annotated[str, Query(max_length=3)] = "all",
    tags: Annotated[list[str], Query()] = [],  # noqa: B006 - as routes are written
    x_flag: Annotated[bool | None, Header()] = None,
) -> dict[str, Any]:
    return {"kind": kind, "tags": tags, "flag": x_flag}


Filter = Annotated[dict[str, Any], Depends(_filter)]


@router.get("/mine", dependencies=OPEN)
async def mine() -> str:
    return "before the pattern"


@router.get("/{id}", dependencies=OPEN)
async def one(id: int, filter: Filter) -> dict[str, Any]:
    return {"id": id, **filter}


@router.post("/{id}/name", status_code=201, response_model_exclude_none=True)
async def name(
    id: str,
    thing: Thing,
    filter: Filter,
    response: Response,
    ids: Commanding,
    caller: Annotated[Caller, Depends(TALENT)],
) -> Thing:
    response.headers["x-seen"] = f"{id} {caller.account_id} {filter['kind']}"
    if thing.number == 8:
        response.status_code = 202
    return thing


@router.put("/optional", dependencies=OPEN)
async def optional(thing: Thing | None = None) -> dict[str, bool]:
    return {"given": thing is not None}


@router.delete("/{id}", status_code=204, dependencies=OPEN)
async def gone(id: str) -> None:
    return None


@router.get("/text/plain", response_class=PlainTextResponse, dependencies=OPEN)
async def text() -> str:
    return "words"


@router.get("/raw/response", response_model=None, dependencies=OPEN)
async def raw(request: Request) -> Response | dict[str, str]:
    if "x-raw" in request.headers:
        return Response(b"raw", 203, {"x-raw": "yes"})
    return {"path": request.url.path}


@router.get("/wrong/answer", response_model=Thing, dependencies=OPEN)
async def wrong() -> dict[str, str]:
    return {"name": "x"}


@router.post("/form/sent", dependencies=OPEN)
async def form(field: Annotated[str, Form()]) -> str:
    return field


@router.get("/thread/run", dependencies=OPEN)
def thread() -> str:
    return "in a thread"


@pytest.fixture
def app() -> FastAPI:
    async def keys() -> KeySet:
        return KeySet([KEY])

    verifier = JwtVerifier(keys, Revocations(), TestClock(NOW))
    return create_app(
        title="t", version="1", routers=[toy_router, router], verifier=verifier, checks={}
    )


JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
ME = bearer()
KEYED = ME | JSON | {"idempotency-key": "k"}
POST, GET, PUT = "POST", "GET", "PUT"
REQUESTS: list[tuple[str, str, dict[str, str], bytes | None]] = [
    (GET, "/api/alike/mine", {}, None),
    (GET, "/api/alike/7", {}, None),
    (GET, "/api/alike/seven?kind=long&tags=a&tags=b", {"x-flag": "maybe"}, None),
    (GET, "/api/alike/7?kind=&tags=&other=1", {"x-flag": "on"}, None),
    (GET, "/api/alike/7/", {}, None),
    ("HEAD", "/api/alike/7", {}, None),
    ("PATCH", "/api/alike/7", {}, None),
    (GET, "/api/alike/7/8/9", {}, None),
    (POST, "/api/alike/a%20b/name", KEYED, '{"name": "王芳"}'.encode()),
    (POST, "/api/alike/a/name", KEYED, b'{"name": "ab", "number": 8, "hidden": "h"}'),
    (POST, "/api/alike/a/name?kind=long", KEYED, b'{"name": "a", "number": "x"}'),
    (POST, "/api/alike/a/name", KEYED | {"idempotency-key": " "}, b'{"name": "ab"}'),
    (POST, "/api/alike/a/name", KEYED, b'{"name": NaN}'),
    (POST, "/api/alike/a/name", KEYED, b'{"name": '),
    (POST, "/api/alike/a/name", KEYED, b'{"name": "\xff\xff"}'),
    (POST, "/api/alike/a/name", KEYED, b"[]"),
    (POST, "/api/alike/a/name", KEYED, b"null"),
    (POST, "/api/alike/a/name", KEYED, b""),
    (POST, "/api/alike/a/name", KEYED | {"content-type": "text/plain"}, b'{"name": "ab"}'),
    (POST, "/api/alike/a/name", KEYED | {"content-type": "application/a+json"}, b'{"name": "ab"}'),
    (POST, "/api/alike/a/name", KEYED | {"content-type": "Application/JSON;a=b"}, b'{"name":"ab"}'),
    (POST, "/api/alike/a/name", JSON, b'{"name": "ab"}'),
    (POST, "/api/alike/a/name", JSON, b"{"),
    (POST, "/api/alike/a/name", JSON | bearer(kind="government"), b'{"name": "ab"}'),
    (PUT, "/api/alike/optional", JSON, b""),
    (PUT, "/api/alike/optional", JSON, b'{"name": "ab"}'),
    ("DELETE", "/api/alike/7", {}, None),
    (GET, "/api/alike/text/plain", {}, None),
    (GET, "/api/alike/raw/response", {}, None),
    (GET, "/api/alike/raw/response", {"x-raw": "1"}, None),
    (GET, "/api/alike/wrong/answer", {}, None),
    (POST, "/api/alike/form/sent", FORM, b"field=a"),
    (GET, "/api/alike/thread/run", {}, None),
    (GET, "/api/toy/things?limit=0&cursor=bad", ME, None),
    (GET, "/api/toy/things?cursor=bad", ME, None),
    (GET, "/api/toy/fail/domain", {}, None),
    (GET, "/api/toy/fail/bug", {}, None),
    (GET, "/docs/start.js", {}, None),
]  # fmt: skip


@pytest.mark.parametrize("wanted", REQUESTS, ids=lambda r: f"{r[0]} {r[1]} {r[3]!r}"[:60])
async def test_the_short_way_answers_as_fastapi_does(
    app: FastAPI, wanted: tuple[str, str, dict[str, str], bytes | None]
) -> None:
    method, url, headers, content = wanted
    headers = {"x-correlation-id": "c"} | headers
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
        short = await client.request(method, url, headers=headers, content=content)
        # Overrides are FastAPI's own affair: with one in place it answers everything.
        app.dependency_overrides[SIGNED_IN] = SIGNED_IN
        long = await client.request(method, url, headers=headers, content=content)
    assert (short.status_code, short.content) == (long.status_code, long.content)
    assert sorted(short.headers.raw) == sorted(long.headers.raw)


def test_what_fastapi_must_answer_itself_has_no_plan(app: FastAPI) -> None:
    paths = {route.path for route in api_routes(app) if plan_of(route) is None}
    assert paths == {"/api/alike/form/sent", "/api/alike/thread/run"}
