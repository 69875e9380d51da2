"""One process under uvicorn: the whole platform or a fleet's part of it, graceful on SIGTERM."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType

import uvicorn
import uvloop
from rich.console import Console

from shared.logging import configure_logging
from shared.runtime.control import SOCKET, ControlServer
from shared.runtime.garbage import settle
from talent.application import application
from talent.composition import Platform, open_platform
from talent.roles import WHOLE, Role
from talent.settings import Settings

_GRACE_SECONDS = 10


def serve(settings: Settings, role: Role = WHOLE) -> int:
    """Run until SIGINT or SIGTERM; returns the exit code.

    Raises DataFolderLocked where another process has the data folder."""
    configure_logging(settings.log_level, json=settings.log_json)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve(settings, role))


async def _serve(settings: Settings, role: Role) -> int:
    platform = await open_platform(settings, role=role)
    try:
        await platform.host.start()
        async with _operable(platform):
            _announce(settings, role)
            return await run_server(settings, application(platform))
    finally:
        await platform.close()


async def run_server(settings: Settings, app: object) -> int:
    """Answer requests until told to end; what is at hand is finished. Returns the exit code."""
    server = uvicorn.Server(_config(settings, app))
    settle()
    # uvicorn raises the signal again once it is done, and by default that would be the end of the
    # process, before workers and ports are closed.
    before = {one: signal.signal(one, _heard) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        await server.serve()
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    return 0 if server.started else 1


def _heard(number: int, frame: FrameType | None) -> None:
    """Taken note of already."""


@asynccontextmanager
async def _operable(platform: Platform) -> AsyncIterator[None]:
    """Operators' commands reach the one process that has the data folder; a fleet's processes
    share everything by the engines, so there a command is a process of its own."""
    if platform.settings.engines:
        yield
        return
    control = ControlServer(platform.settings.data / SOCKET, platform.operations)
    await control.start()
    try:
        yield
    finally:
        await control.stop()


def _config(settings: Settings, app: object) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        host=settings.host,
        port=settings.port,
        loop="none",
        http="httptools",
        access_log=False,
        # X-Forwarded-For is ours to judge: see TALENT_TRUSTED_PROXIES.
        proxy_headers=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def _announce(settings: Settings, role: Role) -> None:
    if role is not WHOLE:
        return
    where = f"http://{settings.host}:{settings.port}/"
    console = Console(stderr=True)
    console.print(f"襄阳市人才综合服务平台：{where}    (data: {settings.data})")
    if settings.development:
        console.print(
            "开发模式：开发者收件箱可见验证码 / development: the inbox shows one-time codes"
        )
