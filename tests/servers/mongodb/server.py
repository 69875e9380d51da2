"""SecantusDB as a MongoDB server: a process of the tests, for function and not for speed."""

import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

_PATIENCE_SECONDS = 30.0


class MongoServer:
    """Starts, kills and starts again on the same folder."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder, self._port = folder, port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"mongodb://127.0.0.1:{self._port}/?directConnection=true"

    def database(self, name: str) -> str:
        return f"mongodb://127.0.0.1:{self._port}/{name}?directConnection=true"

    def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        command = [
            _program(), "--port", str(self._port), "--storage-path", str(self._folder),
            "--sync-on-commit",
        ]  # fmt: skip
        with (self._folder.parent / "mongodb.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(0.05)
        raise TimeoutError("the MongoDB server does not accept connections")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(20)
            self._process = None

    def kill(self) -> None:
        self.stop(signal.SIGKILL)


def _program() -> str:
    beside = Path(sys.executable).with_name("secantusd-py")
    found = str(beside) if beside.exists() else shutil.which("secantusd-py")
    if found is None:
        raise RuntimeError("SecantusDB is not installed: make test-engines installs it")
    return found
