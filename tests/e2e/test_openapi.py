"""Generated input over the whole API: no 5xx, and nothing that OpenAPI does not say."""

import io
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console

from talent.demo.client import Browser
from talent.demo.people import somebody
from talent.demo.timeline import Timeline
from talent.demo.walk import by_password, register

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance"
)


def talent_token(server: Any) -> str:
    timeline = Timeline(server.settings, Console(file=io.StringIO()))
    person = somebody(random.Random(3))
    with httpx.Client(base_url=server.url, timeout=30) as http:
        browser = Browser(http, timeline.request, timeline.wait)
        register(browser, person)
        by_password(browser, person)
        assert browser.token is not None
        return browser.token


@pytest.mark.parametrize("who", ["stranger", "talent"])
def test_no_generated_input_gets_a_5xx_or_an_undocumented_answer(
    server: Any, who: str, tmp_path: Path
) -> None:
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run",
        f"{server.url}/openapi.json", "--checks", CHECKS, "--max-examples", "8",
        "--phases", "examples,coverage,fuzzing", "--seed", "1", "--no-color",
        # Signing out would leave the rest of the run without a session.
        "--exclude-path-regex", "/sessions",
    ]  # fmt: skip
    if who == "talent":
        command += ["-H", f"Authorization: Bearer {talent_token(server)}"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert done.returncode == 0, done.stdout[-6_000:]
