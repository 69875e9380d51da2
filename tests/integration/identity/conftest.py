"""The identity service in-process, on the embedded adapters and a clock that stands still."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.classification import events as classification
from services.identity import events, private_events
from services.identity.main import IdentityService, build
from services.identity.passwords import Argon2Cost, PasswordVault
from shared.events.registry import EventRegistry
from shared.http.app import create_app
from shared.policy.loader import load_policies
from shared.ports.sms import Handover, HandoverResult, Sms
from shared.runtime.host import Host
from shared.runtime.kernel import Kernel
from shared.testing.clock import TestClock
from shared.testing.kernels import embedded_kernel

POLICIES = load_policies()
CHEAP = Argon2Cost(memory_kib=8, passes=1, lanes=1)
PASSWORD = "lantern-orchid-quarry-58"
DOCUMENT = "11010519491231002X"


class CaptchaAnswers(dict[str, str]):
    def captcha_issued(self, id: str, answer: str) -> None:
        self[id] = answer


@dataclass
class Outbox:
    """An SMS provider that keeps what it was given."""

    name: str = "outbox"
    settles_after = timedelta(seconds=5)
    sent: list[Sms] = field(default_factory=list)
    answer: Handover = Handover.TAKEN

    async def send(self, sms: Sms) -> HandoverResult:
        self.sent.append(sms)
        return HandoverResult(self.answer)

    async def query(self, sms: Sms, started_at: datetime) -> HandoverResult:
        return HandoverResult(Handover.UNKNOWN)

    def code(self, mobile: str) -> str:
        return next(s.params["code"] for s in reversed(self.sent) if s.mobile.endswith(mobile))


def card(number: int) -> str:
    """The resident identity card number of an invented person."""
    body = f"420606199001{number // 100 % 28 + 1:02d}{number % 1000:03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    total = sum(int(d) * w for d, w in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


@dataclass
class Site:
    """What a person, and a test, can do with the running service."""

    client: httpx.AsyncClient
    clock: TestClock
    service: IdentityService
    host: Host
    kernel: Kernel
    captchas: CaptchaAnswers
    outbox: Outbox
    addresses: Any = field(default_factory=lambda: itertools.count(1))
    password = PASSWORD
    document = DOCUMENT
    card = staticmethod(card)

    def later(self, **by: float) -> None:
        self.clock.move(timedelta(**by))

    async def captcha(self, kind: str = "image") -> dict[str, str]:
        made = (await self.client.post("/api/identity/captchas", json={"kind": kind})).json()
        return {"id": made["id"], "answer": self.captchas[made["id"]]}

    def elsewhere(self) -> dict[str, str]:
        """Headers of a request from an address that nobody used before."""
        n = next(self.addresses)
        return {"x-forwarded-for": f"203.0.{n // 250}.{n % 250 + 1}"}

    async def ask_code(
        self, purpose: str, mobile: str, entrance: str = "talent", **headers: str
    ) -> httpx.Response:
        body = {
            "purpose": purpose,
            "mobile": mobile,
            "entrance": entrance,
            "captcha": await self.captcha(),
        }
        where = headers or self.elsewhere()
        return await self.client.post("/api/identity/sms-codes", json=body, headers=where)

    async def code(self, purpose: str, mobile: str, entrance: str = "talent") -> str:
        asked = await self.ask_code(purpose, mobile, entrance)
        assert asked.status_code == 202, asked.text
        return self.outbox.code(mobile)

    async def form(self, **changes: Any) -> dict[str, Any]:
        form: dict[str, Any] = {
            "document_type": "resident_identity_card",
            "document_number": DOCUMENT,
            "name": "欧阳示例",
            "mobile": "13800138000",
            "account_name": "ouyang",
            "password": PASSWORD,
            "password_again": PASSWORD,
            "commitment": True,
        } | changes
        if "code" not in form:
            form["code"] = await self.code("register", form["mobile"])
        if "captcha" not in form:
            form["captcha"] = await self.captcha()
        return form

    async def send(self, form: dict[str, Any], **headers: str) -> httpx.Response:
        where = self.elsewhere() | headers
        return await self.client.post("/api/identity/talents", json=form, headers=where)

    async def registered(self, **changes: Any) -> dict[str, Any]:
        answer = await self.send(await self.form(**changes))
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def sign_in(self, **changes: Any) -> httpx.Response:
        headers = changes.pop("headers", None) or self.elsewhere()
        body: dict[str, Any] = {"account": "ouyang", "password": PASSWORD} | changes
        if "captcha" not in body:
            body["captcha"] = await self.captcha()
        return await self.client.post("/api/identity/sessions", json=body, headers=headers)

    async def signed_in(self, **changes: Any) -> dict[str, Any]:
        answer = await self.sign_in(**changes)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def as_me(self, method: str, path: str, tokens: dict[str, Any], **kw: Any) -> Any:
        headers = {"Authorization": f"Bearer {tokens['access_token']}"} | self.elsewhere()
        return await self.client.request(method, f"/api/identity{path}", headers=headers, **kw)


@pytest.fixture
def clock() -> TestClock:
    return TestClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))


@pytest.fixture
async def site(tmp_path: Path, clock: TestClock) -> AsyncIterator[Site]:
    registry = EventRegistry(
        [*events.CATEGORIES, *private_events.CATEGORIES, *classification.CATEGORIES],
        [*events.EVENTS, *private_events.EVENTS, *classification.EVENTS],
    )
    captchas, outbox = CaptchaAnswers(), Outbox()
    async with embedded_kernel(tmp_path, registry, clock) as kernel:
        vault = PasswordVault(CHEAP)
        service = build(kernel, policies=POLICIES, sms=outbox, inbox=captchas, vault=vault)
        host = Host(kernel, [service], tick_every=60)
        await host.start()
        app = create_app(
            title="身份",
            version="1",
            routers=service.routers,
            verifier=service.verifier,
            checks=dict(service.checks),
            trusted_proxies=("127.0.0.1/32",),
        )
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://identity") as client:
            yield Site(client, clock, service, host, kernel, captchas, outbox)
        await host.stop()
