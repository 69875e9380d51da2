"""A toy context whose routes use everything the HTTP kit has."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from joserfc import jwt
from joserfc.jwk import ECKey
from pydantic import BaseModel, ConfigDict

from shared.domain.errors import DomainError
from shared.http.caller import PUBLIC, SIGNED_IN, Access, Caller
from shared.http.commands import Commanding
from shared.http.paging import Page
from shared.http.tokens import AUDIENCE, ISSUER
from shared.http.versions import AtLeast, pending, stamp
from shared.ports.errors import EngineUnavailable
from shared.ports.event_store import WrongExpectedVersion
from shared.ports.view_store import BadCursor

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
REVIEWER = Access(kinds=("government",), roles=("reviewer",))
KEY = ECKey.generate_key("P-256", {"kid": "k1", "use": "sig", "alg": "ES256"})


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    age: int
    tags: list[str] = []


class Positions:
    version = 0

    async def position(self, stream: str) -> int:
        return self.version


POSITIONS = Positions()
router = APIRouter(prefix="/api/toy")


@router.post("/things", status_code=201)
async def make(
    body: Body, response: Response, ids: Commanding, caller: Annotated[Caller, Depends(SIGNED_IN)]
) -> dict[str, Any]:
    return {
        "version": stamp(response, "thing-1", 1),
        "command_id": ids.command_id(caller),
        "request_hash": ids.request_hash,
    }


@router.post("/anonymous", dependencies=[Depends(PUBLIC)])
async def anonymous(body: Body, ids: Commanding) -> dict[str, str]:
    return {"command_id": ids.command_id(None)}


@router.get("/things", response_model=None)
async def things(
    page: Page, at_least: AtLeast, caller: Annotated[Caller, Depends(SIGNED_IN)]
) -> Response | dict[str, Any]:
    if page.cursor == "bad":
        raise BadCursor
    return {"items": []} if await at_least.reached(POSITIONS) else pending()


@router.get("/fail/{how}", dependencies=[Depends(PUBLIC)])
async def fail(how: str) -> None:
    raise {
        "domain": DomainError("toy-refused", params={"until": "2027-01-01"}),
        "away": EngineUnavailable(),
        "stale": WrongExpectedVersion("thing-1", 1, 2),
        "bug": RuntimeError("王芳 13800138000"),
    }[how]


@router.get("/reviews")
async def reviews(caller: Annotated[Caller, Depends(REVIEWER)]) -> dict[str, str]:
    return {"by": caller.account_id}


@router.put("/upload", dependencies=[Depends(PUBLIC)])
async def upload(body: Body) -> None:
    return None


def token(key: ECKey = KEY, header: dict[str, Any] | None = None, **changes: Any) -> str:
    issued = int(NOW.timestamp())
    claims = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": "a1", "sid": "s1", "kind": "talent", "roles": [],
        "desks": [], "iat": issued, "nbf": issued, "exp": issued + 900,
    } | changes  # fmt: skip
    return jwt.encode(header or {"alg": "ES256", "kid": "k1"}, claims, key, algorithms=["ES256"])


def bearer(**changes: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(**changes)}"}
