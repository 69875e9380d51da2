"""One small context on the kernel and the HTTP kit, or a bare echo: the two sides of `commands`.

`python -m talent.bench.server talent|echo PORT FOLDER`; prints an access token when it listens.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import uvicorn
import uvloop
from fastapi import APIRouter, Depends, FastAPI, Response
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from pydantic import BaseModel, ConfigDict

from shared.adapters.clock import SystemClock
from shared.adapters.files.obstore_files import ObstoreFileStore
from shared.adapters.sqlite.event_store import SqliteEventStore
from shared.adapters.sqlite.feed import SqliteFeed
from shared.adapters.sqlite.key_value import SqliteKeyValueStore
from shared.adapters.sqlite.view_store import SqliteViewStore
from shared.domain.decider import Category, Decider
from shared.events.model import Event
from shared.events.registry import EventRegistry
from shared.http.app import create_app
from shared.http.caller import SIGNED_IN, Caller
from shared.http.commands import Commanding, derive_id
from shared.http.tokens import AUDIENCE, ISSUER, JwtVerifier, Revocations
from shared.http.versions import stamp
from shared.logging import configure_logging
from shared.runtime.garbage import settle
from shared.runtime.kernel import Kernel

_CASE: Final = Category("benchCase", "bench")


class OpenCase(BaseModel):
    """The body both sides take."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    region: str
    stage: str
    words: str
    number: int


class CaseOpened(Event, type="bench.case-opened.v2"):
    region: str
    stage: str
    words: str
    number: int


def _decide(command: OpenCase, state: CaseOpened | None) -> list[CaseOpened]:
    return [] if state else [CaseOpened(**command.model_dump())]


_CASES: Final[Decider[OpenCase, CaseOpened | None, CaseOpened]] = Decider(
    _CASE, None, _decide, lambda state, event: event
)


def echo() -> FastAPI:
    """Bare FastAPI: the same body in and out, nothing kept."""
    app = FastAPI()

    @app.post("/api/bench/cases", status_code=201)
    async def cases(body: OpenCase) -> OpenCase:
        return body

    return app


def talent(folder: Path) -> tuple[FastAPI, str]:
    """The kernel behind the whole kit: token, command id, decide, durable append, version."""
    kernel = _kernel(folder)
    key = ECKey.generate_key("P-256", {"kid": "bench", "use": "sig", "alg": "ES256"})
    router = APIRouter(prefix="/api/bench")

    @router.post("/cases", status_code=201)
    async def cases(
        body: OpenCase,
        response: Response,
        ids: Commanding,
        caller: Annotated[Caller, Depends(SIGNED_IN)],
    ) -> dict[str, str]:
        metadata = ids.metadata(caller)
        case_id = derive_id(metadata.command_id, "case")
        outcome = await kernel.handler.handle(_CASES, case_id, body, metadata)
        return {"id": case_id, "version": stamp(response, outcome.stream, outcome.version)}

    async def keys() -> KeySet:
        return KeySet([key])

    verifier = JwtVerifier(keys, Revocations(), kernel.clock)
    app = create_app(title="bench", version="1", routers=[router], verifier=verifier, checks={})
    return app, _token(key, kernel)


def _kernel(folder: Path) -> Kernel:
    registry, clock = EventRegistry([_CASE], [CaseOpened]), SystemClock()
    store = SqliteEventStore.open(folder / "log.db", clock=clock, topic_of=registry.topic_of)
    views = SqliteViewStore.open(folder / "views.db")
    return Kernel(
        registry=registry,
        store=store,
        feed=SqliteFeed(store, views),
        view_store=views,
        key_values=SqliteKeyValueStore.open(folder / "keys.db", clock=clock),
        files=ObstoreFileStore.from_url("memory://"),
        clock=clock,
        master_key=os.urandom(32),
    )


def _token(key: ECKey, kernel: Kernel) -> str:
    now = int(kernel.clock.now().timestamp())
    claims: dict[str, Any] = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": "bench", "sid": "bench", "kind": "talent",
        "roles": [], "desks": [], "iat": now, "nbf": now, "exp": now + 3600,
    }  # fmt: skip
    return jwt.encode({"alg": "ES256", "kid": "bench"}, claims, key, algorithms=["ES256"])


async def _serve(kind: str, port: int, folder: Path) -> None:
    app, token = (echo(), "none") if kind == "echo" else talent(folder)
    config = uvicorn.Config(
        app,
        port=port,
        loop="none",
        http="httptools",
        access_log=False,
        log_level="error",
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    settle()
    print(token, flush=True)
    await serving


if __name__ == "__main__":
    configure_logging("WARNING")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
