"""What the disk holds of a person: only what the design says that views hold."""

import io
import random
import time
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from talent.demo.client import Browser
from talent.demo.people import Person, somebody
from talent.demo.timeline import Timeline
from talent.demo.walk import assess, by_password, register

SAID = ("檀溪路176号", "卧龙大道12号", "汉江新材料", "材料物理与化学", "签章页")
"""Addresses, an employer, a subject of study, and what a reviewer wrote about the person."""
MAY_HOLD = ("views.db", "inbox.db")
"""Views show a person to those who may see them; the inbox is development's SMS provider."""


def test_what_a_talent_said_lies_in_views_alone(server: Any) -> None:
    person = assessed(server)
    server.stop()
    found = places(server.settings.data, person)
    assert any(name.startswith("views.db") for name in found)
    assert {name for name in found if not name.startswith(MAY_HOLD)} == set()
    assert not words_in(server.log, person)


def test_of_who_is_erased_nothing_is_left(server: Any) -> None:
    person = assessed(server)
    with httpx.Client(base_url=server.url, timeout=30) as http:
        timeline = Timeline(server.settings, Console(file=io.StringIO()))
        browser = Browser(http, timeline.request, timeline.wait)
        by_password(browser, person)
        refused = browser.call(
            "DELETE", "/api/identity/me", expect=422, json={"password": "wrong-" + person.password}
        )
        assert [e["pointer"] for e in refused["errors"]] == ["/password"]
        uploads = server.settings.data / "files"
        assert [p for p in uploads.rglob("*") if p.is_file()]
        browser.call("DELETE", "/api/identity/me", json={"password": person.password})
        until = time.monotonic() + 30
        while left(server.settings.data, person) and time.monotonic() < until:
            time.sleep(0.1)
        # Of a running platform, its write-ahead logs and free pages too.
        assert left(server.settings.data, person) == set()
        assert [p for p in uploads.rglob("*") if p.is_file()] == []
    server.stop()
    assert left(server.settings.data, person) == set()


def left(folder: Path, person: Person) -> set[str]:
    """Where anything of them is, but for the SMS that a provider has taken."""
    return {name for name in places(folder, person) if not name.startswith("inbox.db")}


def assessed(server: Any) -> Person:
    person = somebody(random.Random(7))
    timeline = Timeline(server.settings, Console(file=io.StringIO()))
    with httpx.Client(base_url=server.url, timeout=30) as http:
        browser = Browser(http, timeline.request, timeline.wait)
        register(browser, person)
        browser.wait_for_sms(person.mobile, "注册")
        by_password(browser, person)
        assert browser.call("GET", "/api/identity/me")["name"] == person.name
        assess(browser, person, timeline)
    return person


def places(folder: Path, person: Person) -> set[str]:
    """The files that hold anything of the person in the clear."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)) for path in files if words_in(path, person)}


def words_in(path: Path, person: Person) -> set[str]:
    wanted = {
        person.name, person.document_number, person.mobile.removeprefix("+86"),
        person.account_name, person.password, *SAID,
    }  # fmt: skip
    data = path.read_bytes()
    return {word for word in wanted if word.encode() in data}
