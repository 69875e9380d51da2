"""Who calls the notifier over HTTP in its tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from shared.http.app import create_app
from shared.http.caller import Caller, Unauthenticated
from tests.integration.notifier.conftest import Desk

TALENT = {"Authorization": "Bearer t1"}
OTHER = {"Authorization": "Bearer t2"}
OPERATOR = {"Authorization": "Bearer operator"}
REVIEWER = {"Authorization": "Bearer reviewer"}


class Tokens:
    async def verify(self, token: str) -> Caller:
        match token:
            case "t1" | "t2":
                return Caller(token, "talent", "s")
            case "operator":
                return Caller(token, "government", "s", roles=frozenset({"platform_admin"}))
            case "reviewer":
                return Caller(token, "government", "s", roles=frozenset({"reviewer"}))
            case _:
                raise Unauthenticated


@asynccontextmanager
async def http(desk: Desk, address: str = "203.0.113.7") -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(
        title="通知", version="1", routers=desk.service.routers, verifier=Tokens(), checks={}
    )
    transport = httpx.ASGITransport(app, client=(address, 1234))
    async with httpx.AsyncClient(transport=transport, base_url="http://notifier") as client:
        yield client
