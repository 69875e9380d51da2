"""The platform as a process of its own, on a real port, in a folder that outlives it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from talent.bench.ports import free_port
from talent.settings import Environment, Settings


class Server:
    """Starts, kills and starts again."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data=folder, port=free_port(), environment=Environment.DEVELOPMENT)
        self.url = f"http://127.0.0.1:{self.settings.port}"
        self.log = folder.parent / "server.log"
        self.more: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = (
            os.environ
            | {
                "TALENT_PORT": str(self.settings.port),
                "TALENT_DATA": str(self.settings.data),
                "TALENT_ENVIRONMENT": "development",
                "TALENT_TRUSTED_PROXIES": '["127.0.0.0/8"]',
            }
            | self.more
        )
        command = [sys.executable, "-m", "talent", "run"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        until, said = time.monotonic() + 120, ""
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise RuntimeError(self.log.read_text())
            try:
                said = httpx.get(f"{self.url}/readyz").text
                if '"status":"ok"' in said:
                    return
            except httpx.TransportError as failure:
                said = repr(failure)
            time.sleep(0.02)
        raise TimeoutError(f"{said}\n{self.log.read_text()[-3000:]}")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """The exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(how)
        code = self._process.wait(20)
        self._process = None
        return code


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "data")
    server.start()
    yield server
    server.stop()
