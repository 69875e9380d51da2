"""A disk that is full: a clear answer, nothing half done, and on as soon as there is room again."""

import io
import random
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from rich.console import Console

from talent.demo.client import Browser
from talent.demo.people import somebody
from talent.demo.timeline import Timeline
from talent.demo.walk import by_password, register

PAGE = 4096
PDF = b"%PDF-1.7\n" + bytes(2 * PAGE)


@contextmanager
def full(server: Any) -> Iterator[None]:
    """No file of the process grows any more, its log lines' neither (setrlimit(2), EFBIG)."""
    pid = server.pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (PAGE, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def test_a_full_disk_refuses_and_loses_nothing(server: Any) -> None:
    person = somebody(random.Random(3))
    timeline = Timeline(server.settings, Console(file=io.StringIO()))
    with httpx.Client(base_url=server.url, timeout=30) as http:
        browser = Browser(http, timeline.request, timeline.wait)
        register(browser, person)
        by_password(browser, person)
        start = "/api/classification/applications"
        made = browser.call("POST", start, expect=201, json={"kind": "new"})
        one = f"{start}/{made['application_id']}"
        browser.call("GET", one, params={"min_version": made["version"]})
        bearer = {"Authorization": f"Bearer {browser.token}"}
        with full(server):
            for method, path, more in (
                ("PUT", f"{one}/profile", {"json": {"major": "材料学"}}),
                ("POST", f"{one}/attachments", upload()),
                ("POST", f"{one}/withdraw", {}),
            ):
                answer = http.request(method, path, headers=bearer, **more)
                assert (answer.status_code, answer.json()["code"]) == (503, "engine-unavailable")
                assert "retry-after" in answer.headers
            assert browser.call("GET", one)["status"] == "draft"
            assert http.get("/healthz").status_code == 200
        until = time.monotonic() + 30
        while (
            saved := http.put(f"{one}/profile", headers=bearer, json={"major": "材料学"})
        ).status_code != httpx.codes.OK and time.monotonic() < until:
            time.sleep(0.1)
        assert saved.status_code == httpx.codes.OK
        assert http.post(f"{one}/attachments", headers=bearer, **upload()).status_code == 201
        seen = browser.call("GET", one, params={"min_version": saved.json()["version"]})
        assert seen["profile"]["major"] == "材料学"
        server.stop()
        server.start()
        assert len(browser.call("GET", one)["attachments"]) == 1


def upload() -> dict[str, Any]:
    return {"data": {"category": "other"}, "files": {"file": ("a.pdf", PDF, "application/pdf")}}
