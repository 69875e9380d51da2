"""Who is calling, and who may: every route declares its `Access`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts

from shared.domain.errors import DomainError


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in account. `kind` is the entrance it came in by; `desks` are `role@scope`;
    `person` is the keyed hash of the identity document, where known."""

    account_id: str
    kind: str
    session_id: str
    roles: frozenset[str] = frozenset()
    desks: frozenset[str] = frozenset()
    person: str | None = None
    organisation_id: str | None = None


class TokenVerifier(Protocol):
    async def verify(self, token: str) -> Caller:
        """Raises Unauthenticated."""
        ...


class Unauthenticated(DomainError):
    """No token, or none that counts: 401."""

    def __init__(self) -> None:
        super().__init__("unauthenticated", status=401)


class Access:
    """A dependency that says who may call a route, and gives the caller.

    `kinds`: the entrances; `roles`: any one of them is needed. Neither: whoever is signed in.
    """

    def __init__(self, *, kinds: tuple[str, ...] = (), roles: tuple[str, ...] = ()) -> None:
        self.kinds, self.roles = frozenset(kinds), frozenset(roles)
        self.public = False

    def admits(self, caller: Caller) -> bool:
        kind_fits = not self.kinds or caller.kind in self.kinds
        return kind_fits and (not self.roles or bool(self.roles & caller.roles))

    async def __call__(self, request: Request) -> Caller:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated
        verifier: TokenVerifier = request.app.state.verifier
        caller = await verifier.verify(token.strip())
        if not self.admits(caller):
            raise DomainError("forbidden", status=403)
        return caller


class PublicAccess(Access):
    """A dependency that says that anybody may call a route."""

    def __init__(self) -> None:
        super().__init__()
        self.public = True

    async def __call__(self, request: Request) -> None:  # type: ignore[override]
        return None


PUBLIC: Final = PublicAccess()
SIGNED_IN: Final = Access()
TALENT: Final = Access(kinds=("talent",))


def access_of(route: RouteContext) -> Access | None:
    """What a route declares; None if it declares nothing."""
    dependant = getattr(route, "dependant", None)
    return None if dependant is None else next(_accesses(dependant), None)


def api_routes(app: FastAPI) -> Iterator[RouteContext]:
    """Every route of an application, those of its routers with their whole paths."""
    for route in iter_route_contexts(app.routes):
        if getattr(route, "dependant", None) is not None:
            yield route


def undeclared_routes(app: FastAPI) -> list[str]:
    """Routes that do not say who may call them: there must be none."""
    return [
        f"{'/'.join(sorted(route.methods or ()))} {route.path}"
        for route in api_routes(app)
        if access_of(route) is None
    ]


def _accesses(dependant: Dependant) -> Iterator[Access]:
    if isinstance(dependant.call, Access):
        yield dependant.call
    for child in dependant.dependencies:
        yield from _accesses(child)
