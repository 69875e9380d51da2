"""What the disk holds of a person: only what the design says that views hold."""

import io
import random
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from talent.demo.client import Browser
from talent.demo.people import Person, somebody
from talent.demo.timeline import Timeline
from talent.demo.walk import by_password, register

MAY_HOLD = ("views.db", "inbox.db")
"""Views show a person to those who may see them; the inbox is development's SMS provider."""


def test_names_numbers_and_mobiles_lie_in_views_alone(server: Any) -> None:
    person = registered(server)
    server.stop()
    found = places(server.settings.data, person)
    assert any(name.startswith("views.db") for name in found)
    assert {name for name in found if not name.startswith(MAY_HOLD)} == set()


def registered(server: Any) -> Person:
    person = somebody(random.Random(7))
    timeline = Timeline(server.settings, Console(file=io.StringIO()))
    with httpx.Client(base_url=server.url, timeout=30) as http:
        browser = Browser(http, timeline.request, timeline.wait)
        register(browser, person)
        browser.wait_for_sms(person.mobile, "注册")
        by_password(browser, person)
        assert browser.call("GET", "/api/identity/me")["name"] == person.name
    return person


def places(folder: Path, person: Person) -> set[str]:
    """The files that hold anything of the person in the clear."""
    wanted = [person.name, person.document_number, person.mobile.removeprefix("+86"),
              person.account_name, person.password]  # fmt: skip
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(w.encode() in path.read_bytes() for w in wanted)
    }
