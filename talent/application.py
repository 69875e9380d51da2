"""The HTTP application of a platform."""

from importlib.metadata import version
from typing import Final

from fastapi import FastAPI

from shared.http.app import create_app
from shared.http.event_stream import event_stream
from shared.runtime.kernel import Check
from talent.composition import Platform
from talent.dev_inbox import inbox_router
from talent.home import home_router

_UPLOADS = {
    r"/api/(?:classification|subsidy)/applications/[^/]+/attachments": 21 * 1024 * 1024,
    r"/api/subsidy/batches/[^/]+/result": 21 * 1024 * 1024,
}


_PROBE: Final = "readiness-probe"


def application(platform: Platform) -> FastAPI:
    """Every service's routers, the home page, health and documentation."""
    settings = platform.settings
    answering = platform.services if platform.role.answers else ()
    routers = [router for service in answering for router in service.routers]
    if platform.role.answers:
        kernel = platform.kernel
        routers += [event_stream(c, kernel.registry, kernel.store) for c in platform.role.contexts]
    if platform.inbox is not None:
        routers.append(inbox_router(platform.inbox))
    return create_app(
        title="襄阳市人才综合服务平台 API",
        version=version("xiangyang-talent"),
        routers=[home_router(development=settings.development), *routers],
        verifier=platform.verifier,
        checks={"log": _log_check(platform)}
        | {f"{s.name}.{name}": check for s in answering for name, check in s.checks},
        body_limits=_UPLOADS,
        cors_origins=settings.cors_origins,
        trusted_proxies=settings.trusted_proxies,
    )


def _log_check(platform: Platform) -> Check:
    async def check() -> None:
        # A read of the engine itself: what a process remembers of it says nothing.
        await platform.kernel.store.read_stream(_PROBE, limit=1)

    return check
