"""The stand-in as a process: started, killed, and started again on the same folder."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

_ROOT = Path(__file__).parents[3]
_PATIENCE_SECONDS = 30.0


class StandIn:
    """One node. `more` are further arguments, such as `--leader` and an address."""

    def __init__(self, folder: Path, port: int, *more: str) -> None:
        self._folder, self.port, self._more = folder, port, more
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, namespace: str = "") -> str:
        return f"esdb://127.0.0.1:{self.port}/{namespace}?tls=false"

    def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        command = [
            sys.executable, "-m", "tests.servers.eventstoredb", "--port", str(self.port),
            "--folder", str(self._folder), *self._more,
        ]  # fmt: skip
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=_ROOT)
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise TimeoutError((self._folder / "server.log").read_text())

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(20)
            self._process = None

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def freeze(self) -> None:
        """It keeps its connections and says nothing more, until it is killed."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
