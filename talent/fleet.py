"""`talent up`: a fleet on one machine, every context two processes, behind one address."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import uvloop
from rich.console import Console

from shared.adapters.clock import SystemClock
from shared.adapters.sms.inbox import DevInbox, InboxSms
from shared.logging import configure_logging
from talent.dev_inbox import inbox_router, intake_router
from talent.gateway import gateway
from talent.home import home_router
from talent.roles import CONTEXTS
from talent.server import run_server
from talent.settings import Settings

_ENDS_WITHIN: Final = 15.0
_PAUSE: Final = 0.5


class EnginesMissing(ValueError):
    """A fleet's processes share nothing but engines."""

    def __init__(self, missing: list[str]) -> None:
        names = ", ".join(missing)
        super().__init__(f"请先设置 / set these first: {names}")


def up(settings: Settings) -> int:
    """Start everything, keep it running, and end it on SIGINT or SIGTERM; returns the exit code.

    Raises EnginesMissing."""
    needed = ("event_store_url", "feed_url", "view_store_url", "key_value_url", "file_store_url")
    missing = [f"TALENT_{name.upper()}" for name in needed if not getattr(settings, name)]
    if settings.master_key is None:
        missing.append("TALENT_MASTER_KEY")
    if missing:
        raise EnginesMissing(missing)
    configure_logging(settings.log_level, json=settings.log_json)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_up(settings))


async def _up(settings: Settings) -> int:
    ports = {context: _free_port() for context in CONTEXTS}
    environment = _environment(settings, ports)
    log = settings.data / "fleet"
    log.mkdir(parents=True, exist_ok=True)
    members = [
        Member(log, what, context, environment | {"TALENT_PORT": str(port)})
        for context, port in ports.items()
        for what, port in (("serve", port), ("work", _free_port()))
    ]
    keeping = [asyncio.create_task(member.keep()) for member in members]
    clock = SystemClock()
    inbox = DevInbox(clock)
    kept = InboxSms(settings.data / "inbox.db", inbox)
    routers = [home_router(development=settings.development)]
    if settings.development:
        routers += [inbox_router(inbox), intake_router(kept, inbox)]
    addresses = {context: f"http://127.0.0.1:{port}" for context, port in ports.items()}
    try:
        _announce(settings, members)
        return await run_server(settings, gateway(addresses, addresses["identity"], routers))
    finally:
        await asyncio.gather(*(member.end() for member in members))
        for task in keeping:
            task.cancel()
        await asyncio.gather(*keeping, return_exceptions=True)
        await kept.close()


class Member:
    """A process of the fleet: started again when it dies, ended with SIGTERM."""

    def __init__(self, log: Path, what: str, context: str, environment: Mapping[str, str]) -> None:
        self.name = f"{context}-{what}"
        self._command = [sys.executable, "-m", "talent", what, context]
        self._log, self._environment = log / f"{self.name}.log", dict(environment)
        self._process: asyncio.subprocess.Process | None = None
        self._ending = False

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    async def keep(self) -> None:
        """Run it, and run it again, until `end`."""
        while not self._ending:
            with self._log.open("ab") as log:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command, env=self._environment, stdout=log, stderr=log
                )
            (self._log.with_suffix(".pid")).write_text(str(self._process.pid))
            await self._process.wait()
            await asyncio.sleep(_PAUSE)

    async def end(self) -> None:
        """Let it finish what is at hand; kill it if that takes too long."""
        self._ending = True
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), _ENDS_WITHIN)
        except TimeoutError:
            process.kill()
            await process.wait()


def _environment(settings: Settings, ports: Mapping[str, int]) -> dict[str, str]:
    """What every member is told besides its own port."""
    keys = f"http://127.0.0.1:{ports['identity']}/api/identity/.well-known/jwks.json"
    told = {"TALENT_HOST": "127.0.0.1", "TALENT_JWKS_URL": keys}
    if settings.development:
        told["TALENT_SMS_URL"] = f"http://{settings.host}:{settings.port}/dev"
    trusted = os.environ.get("TALENT_TRUSTED_PROXIES") or '["127.0.0.0/8"]'
    return {**os.environ, **told, "TALENT_TRUSTED_PROXIES": trusted}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _announce(settings: Settings, members: list[Member]) -> None:
    console = Console(stderr=True)
    console.print(f"襄阳市人才综合服务平台：http://{settings.host}:{settings.port}/")
    console.print(f"{len(members)} 个进程 / processes: " + " ".join(m.name for m in members))
