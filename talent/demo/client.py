"""A browser's part of the conversation: captchas, codes, tokens, and what came back."""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

_PATIENCE: Final = 30.0


class DemoFailed(Exception):
    """The platform answered otherwise than the story goes."""


@dataclass
class Browser:
    """One person's session with the platform. Captchas and codes are read in the developer inbox,
    as a developer would."""

    http: httpx.Client
    on_request: Callable[[str, str, httpx.Response, float], None]
    on_wait: Callable[[int, str], None]
    token: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    credentials: tuple[str, str, str] | None = field(default=None, repr=False)

    def call(self, method: str, path: str, *, expect: int = 200, **more: Any) -> Any:
        """Send, tell the timeline, and give the JSON; DemoFailed for another status."""
        headers = dict(self.headers)
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        if method == "POST":
            headers["Idempotency-Key"] = uuid.uuid4().hex
        began = time.perf_counter()
        answer = self.http.request(method, path, headers=headers, **more)
        self.on_request(method, path, answer, time.perf_counter() - began)
        if answer.status_code != expect:
            raise DemoFailed(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def look(self, path: str, **params: Any) -> Any:
        """GET without telling the timeline: for waiting."""
        return self._get(path, params).json()

    def fetch(self, path: str, **params: Any) -> bytes:
        """A file's bytes; DemoFailed for another status than 200."""
        began = time.perf_counter()
        answer = self._get(path, params)
        self.on_request("GET", path, answer, time.perf_counter() - began)
        if answer.status_code != httpx.codes.OK:
            raise DemoFailed(f"GET {path}: {answer.status_code} {answer.text}")
        return answer.content

    def _get(self, path: str, params: Mapping[str, Any]) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.http.get(path, headers=headers, params=params)

    def read(self, path: str, version: str, **params: Any) -> Any:
        """GET what one has just written: `version` is the answer's."""
        until = time.perf_counter() + _PATIENCE
        while True:
            wanted = {"min_version": version} | params
            answer = self._get(path, wanted)
            if answer.status_code != httpx.codes.ACCEPTED or time.perf_counter() > until:
                return self.call("GET", path, params=wanted)
            # The view is on its way: an engine, or a machine at its limits.
            time.sleep(float(answer.headers["Retry-After"]))

    def sign_in(self, entrance: str, account: str, password: str) -> None:
        """By account and password (§3.2)."""
        form = {"entrance": entrance, "account": account, "password": password}
        tokens = self.call(
            "POST", "/api/identity/sessions", expect=201, json=form | {"captcha": self.captcha()}
        )
        self.token = tokens["access_token"]
        self.credentials = entrance, account, password

    def sign_in_again(self) -> None:
        """After some time has passed."""
        if self.credentials is None:
            raise DemoFailed("nobody was signed in")
        self.token = None
        self.sign_in(*self.credentials)

    def captcha(self) -> Mapping[str, str]:
        """A captcha, solved."""
        made = self.call("POST", "/api/identity/captchas", expect=201, json={"kind": "image"})
        found = self.http.get("/dev/inbox.json", params={"key": made["id"]})
        if found.status_code != 200:
            raise DemoFailed(
                "没有开发者收件箱：请以 TALENT_ENVIRONMENT=development 启动 / "
                "no developer inbox: start with TALENT_ENVIRONMENT=development"
            )
        return {"id": made["id"], "answer": found.json()[0]["text"]}

    def code(self, purpose: str, mobile: str, entrance: str = "talent") -> str:
        """A code by SMS, read in the inbox."""
        body = {"purpose": purpose, "mobile": mobile, "entrance": entrance}
        send = "/api/identity/sms-codes"
        answer = self.http.post(send, json=body | {"captcha": self.captcha()})
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            self.on_wait(
                int(answer.headers["Retry-After"]), "一分钟内只发一条验证码 / one code a minute"
            )
            answer = self.http.post(send, json=body | {"captcha": self.captcha()})
        if answer.status_code != httpx.codes.ACCEPTED:
            raise DemoFailed(f"POST {send}: {answer.status_code} {answer.text}")
        text = self.sms(mobile)[0]["text"]
        return "".join(c for c in text if c.isdigit())[:6]

    def sms(self, mobile: str) -> list[dict[str, Any]]:
        """What the mobile received, newest first."""
        found: list[dict[str, Any]] = self.http.get(
            "/dev/inbox.json", params={"mobile": mobile}
        ).json()
        return found

    def wait_for_sms(self, mobile: str, words: str) -> str:
        """The text of the first message with these words; DemoFailed if none comes in time."""
        until = time.perf_counter() + _PATIENCE
        while time.perf_counter() < until:
            for message in self.sms(mobile):
                if words in message["text"]:
                    return str(message["text"])
            time.sleep(0.02)
        raise DemoFailed(f"no SMS with {words!r}")
