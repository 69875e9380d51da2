"""Every route of the platform against every kind of caller."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI

from services.identity.accounts import Admission
from services.identity.main import IdentityService
from shared.http.caller import Access, access_of, api_routes, undeclared_routes
from talent.application import application
from talent.composition import Platform

KINDS = ("talent", "employer", "hotel", "developer", "government")


def routes(app: FastAPI) -> Iterator[tuple[str, str, Access]]:
    for route in api_routes(app):
        access = access_of(route)
        assert access is not None
        for method in route.methods or ():
            if method != "HEAD":
                yield method, str(route.path_format), access


def roles_of(app: FastAPI) -> list[str]:
    return sorted({role for _, _, access in routes(app) for role in access.roles})


async def token(platform: Platform, kind: str, *roles: str) -> str:
    service = next(s for s in platform.services if isinstance(s, IdentityService))
    admission = Admission(account_id=f"{kind}-stranger", roles=frozenset(roles))
    return (await service.identity.sessions.open(kind, admission)).access_token


async def test_every_route_says_who_may_call_it(platform: Platform) -> None:
    assert undeclared_routes(application(platform)) == []


async def test_without_a_token_only_public_routes_open(
    platform: Platform, api: httpx.AsyncClient
) -> None:
    for method, path, access in routes(application(platform)):
        answer = await api.request(method, path.replace("{", "").replace("}", ""))
        assert (answer.status_code == 401) == (not access.public), f"{method} {path}"


@pytest.mark.parametrize("kind", KINDS)
async def test_every_role_opens_exactly_its_routes(
    platform: Platform, api: httpx.AsyncClient, kind: str
) -> None:
    app = application(platform)
    for role in ("", *roles_of(app)):
        held = (role,) if role else ()
        headers = {"Authorization": f"Bearer {await token(platform, kind, *held)}"}
        for method, path, access in routes(app):
            if access.public or path.startswith("/api/identity/sessions"):
                continue
            fits = not access.kinds or kind in access.kinds
            admitted = fits and (not access.roles or role in access.roles)
            address = path.replace("{", "").replace("}", "")
            answer = await api.request(method, address, headers=headers)
            refused = answer.status_code == 403 and answer.json()["code"] == "forbidden"
            assert refused == (not admitted), f"{kind} {role} {method} {path}: {answer.text}"
            assert answer.status_code < 500
