"""Time to ready and memory of the whole platform as one process."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

from talent.bench.ports import free_port
from talent.bench.report import Figure, Report

_PATIENCE: Final = 30.0


def measure(report: Report, *, quick: bool) -> None:
    """Adds seconds from the start of the process to the first good `/readyz`, and its memory."""
    with tempfile.TemporaryDirectory() as folder:
        first = _start(Path(folder))
        again = _start(Path(folder))
    report.add(
        Figure("ready, empty data folder, nothing compiled", "talent", first[0], "s"),
        Figure("ready, again", "talent", again[0], "s", aim="<= 2"),
        Figure("memory when ready", "talent", again[1], "MB", aim="< 200"),
    )


def _start(folder: Path) -> tuple[float, float]:
    port = free_port()
    environment = os.environ | {
        "TALENT_PORT": str(port),
        "TALENT_DATA": str(folder / "data"),
        # An installed platform has its modules compiled; the first start compiles them here.
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
    }
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "talent", "run"], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        _wait(f"http://127.0.0.1:{port}/readyz", process)
        return time.perf_counter() - began, _resident(process.pid)
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.perf_counter() + _PATIENCE
    while time.perf_counter() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - our own process
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.01)
    raise TimeoutError("the platform did not become ready")


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")
