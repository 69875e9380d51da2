"""A command over HTTP, durable before it is answered, against a bare FastAPI echo of its body."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from talent.bench.load import pin, post
from talent.bench.ports import free_port
from talent.bench.report import Figure, Report

_BODY: Final = '{"region":"襄城区","stage":"hr_bureau","words":"材料齐全，同意。","number":7}'
_MEASURE: Final = "POST over HTTP, 64 connections"
_ROUNDS: Final = 3


def measure(report: Report, *, quick: bool) -> None:
    """Adds both sides, the best of three rounds each, in turn."""
    seconds = 2 if quick else 5
    rates: dict[str, list[float]] = {"talent": [], "echo": []}
    client = ""
    for _ in range(1 if quick else _ROUNDS):
        for kind, found in rates.items():
            with _served(kind) as (url, token):
                rate, client = post(url, _BODY, token, seconds, core=1)
                found.append(rate)
    ours, echo = max(rates["talent"]), max(rates["echo"])
    report.add(
        Figure(_MEASURE, "talent, durable command", ours, "requests/s"),
        Figure(_MEASURE, "FastAPI echo", echo, "requests/s", ours / echo, "it", ">= 0.5"),
    )
    report.notes.append(f"HTTP load by {client}; server and load on a core each")


@contextmanager
def _served(kind: str) -> Iterator[tuple[str, str]]:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "talent.bench.server", kind, str(port), folder],
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: pin(0),
        )
        try:
            assert process.stdout is not None  # noqa: S101 - it was asked for
            token = process.stdout.readline().strip()
            yield f"http://127.0.0.1:{port}/api/bench/cases", token
        finally:
            process.terminate()
            process.wait(20)
