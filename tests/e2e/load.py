"""People at work while the platform is killed under them."""

import io
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
from rich.console import Console

from talent.demo.assessment import apply
from talent.demo.client import Browser, DemoFailed
from talent.demo.office import Office, appoint
from talent.demo.people import Person, somebody
from talent.demo.timeline import Timeline
from talent.demo.walk import by_password, register

_REVIEWS = "/api/classification/reviews"


@dataclass
class Load:
    """Talents who register and apply, and reviewers who approve whatever they find; what the
    platform acknowledged is written down here."""

    server: Any
    registered: list[Person] = field(default_factory=list)
    submitted: list[str] = field(default_factory=list)
    approved: list[tuple[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def start(self, talents: int) -> None:
        """Begin; the reviewers are appointed before the first kill."""
        with self.browser(random.Random(0)) as browser:
            quiet = Timeline(self.server.settings, Console(file=io.StringIO()))
            office = appoint(browser, quiet, random.Random(0))
        works: list[tuple[Callable[[int], None], int]] = [(self._talent, n) for n in range(talents)]
        self._threads = [threading.Thread(target=work, args=(n,)) for work, n in works]
        self._threads.append(threading.Thread(target=self._reviewers, args=(office,)))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self.over.set()
        for thread in self._threads:
            thread.join()

    @contextmanager
    def browser(self, chance: random.Random) -> Iterator[Browser]:
        quiet = Timeline(self.server.settings, Console(file=io.StringIO()))
        address = f"198.51.{chance.randrange(256)}.{chance.randrange(256)}"
        headers = {"X-Forwarded-For": address}
        with httpx.Client(base_url=self.server.url, timeout=5, headers=headers) as http:
            yield Browser(http, quiet.request, quiet.wait)

    def _talent(self, seed: int) -> None:
        chance = random.Random(seed)
        while not self.over.wait(0.01):
            person = somebody(chance)
            with suppress(httpx.TransportError, DemoFailed), self.browser(chance) as browser:
                register(browser, person)
                self.registered.append(person)
                by_password(browser, person)
                quiet = Timeline(self.server.settings, Console(file=io.StringIO()))
                self.submitted.append(apply(browser, person, quiet))

    def _reviewers(self, office: Office) -> None:
        while not self.over.wait(0.01):
            for browser in (office.district, office.authority):
                self._approve_everything(browser.token)

    def _approve_everything(self, token: str | None) -> None:
        with suppress(httpx.TransportError, DemoFailed), self.browser(random.Random(1)) as browser:
            browser.token = token
            for line in browser.call("GET", _REVIEWS)["items"]:
                id = line["application_id"]
                done = browser.call("POST", f"{_REVIEWS}/{id}/approve", json={})
                self.approved.append((id, done["version"]))
