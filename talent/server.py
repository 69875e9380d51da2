"""The all-in-one process: one uvicorn, every service, graceful on SIGTERM."""

import asyncio

import uvicorn
import uvloop
from rich.console import Console

from shared.logging import configure_logging
from shared.runtime.control import SOCKET, ControlServer
from talent.application import application
from talent.composition import open_platform
from talent.settings import Settings

_GRACE_SECONDS = 10


def serve(settings: Settings) -> int:
    """Run until SIGINT or SIGTERM; returns the exit code.

    Raises DataFolderLocked where another process has the data folder."""
    configure_logging(settings.log_level, json=settings.log_json)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve(settings))


async def _serve(settings: Settings) -> int:
    platform = await open_platform(settings)
    control = ControlServer(settings.data / SOCKET, platform.operations)
    try:
        await platform.host.start()
        await control.start()
        server = uvicorn.Server(_config(settings, application(platform)))
        _announce(settings)
        await server.serve()
        return 0 if server.started else 1
    finally:
        await control.stop()
        await platform.close()


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


def _announce(settings: Settings) -> None:
    where = f"http://{settings.host}:{settings.port}/"
    console = Console(stderr=True)
    console.print(f"襄阳市人才综合服务平台：{where}    (data: {settings.data})")
    if settings.development:
        console.print(
            "开发模式：开发者收件箱可见验证码 / development: the inbox shows one-time codes"
        )
