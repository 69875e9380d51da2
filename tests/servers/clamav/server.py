"""Debian's clamd, with one signature of our own: EICAR's test file. The real ones are downloads."""

import hashlib
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from shared.testing.contracts.scanner import EICAR

_PATIENCE_SECONDS = 60.0


class ClamdServer:
    """Starts, kills and starts again on the same folder."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder, self._port = folder, port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"clamd://127.0.0.1:{self._port}"

    def start(self) -> None:
        program = shutil.which("clamd")
        if program is None:
            raise RuntimeError("clamd is not installed: apt-get install clamav-daemon")
        signatures = self._folder / "signatures"
        signatures.mkdir(parents=True, exist_ok=True)
        line = f"{hashlib.md5(EICAR).hexdigest()}:{len(EICAR)}:Eicar-Test-Signature\n"  # noqa: S324
        (signatures / "eicar.hdb").write_text(line, encoding="ascii")
        settings = self._folder / "clamd.conf"
        settings.write_text(
            f"Foreground yes\nDatabaseDirectory {signatures}\nTCPSocket {self._port}\n"
            f"TCPAddr 127.0.0.1\nLogFile {self._folder / 'clamd.log'}\nStreamMaxLength 25M\n",
            encoding="utf-8",
        )
        self._process = subprocess.Popen([program, "--config-file", str(settings)])
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(0.05)
        raise TimeoutError("clamd does not accept connections")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(20)
            self._process = None
