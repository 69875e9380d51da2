"""Load over HTTP from another core: wrk where it is installed, else a client on aiohttp."""

import asyncio
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final

CONNECTIONS: Final = 64
_LUA: Final = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer {token}"
wrk.body = '{body}'
"""


def post(url: str, body: str, token: str, seconds: int, core: int) -> tuple[float, str]:
    """Requests answered with success a second, and by which client. Raises RuntimeError if any
    answer was none."""
    if shutil.which("wrk"):
        return _wrk(url, body, token, seconds, core), "wrk"
    return asyncio.run(_aiohttp(url, body, token, seconds)), "aiohttp"


def _wrk(url: str, body: str, token: str, seconds: int, core: int) -> float:
    with tempfile.NamedTemporaryFile("w", suffix=".lua", delete=False) as script:
        script.write(_LUA.format(token=token, body=body))
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", script.name, url]
    printed = subprocess.run(
        command, capture_output=True, text=True, check=True, preexec_fn=lambda: pin(core)
    ).stdout
    Path(script.name).unlink()
    if "Non-2xx" in printed or "Socket errors" in printed:
        raise RuntimeError(printed)
    found = re.search(r"Requests/sec:\s+([0-9.]+)", printed)
    if found is None:
        raise RuntimeError(printed)
    return float(found[1])


async def _aiohttp(url: str, body: str, token: str, seconds: int) -> float:
    import aiohttp

    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    until, done = time.perf_counter() + seconds, 0

    async with aiohttp.ClientSession(headers=headers) as session:

        async def one() -> None:
            nonlocal done
            while time.perf_counter() < until:
                async with session.post(url, data=body) as answer:
                    await answer.read()
                    answer.raise_for_status()
                    done += 1

        await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return done / seconds


def pin(core: int) -> None:
    """Keep this process on one core, where the system has more than one."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[core % len(cores)]})
