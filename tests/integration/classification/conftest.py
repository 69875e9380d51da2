"""People around a running platform: identity's facts go straight into the log, and everybody has a
session; what classification does is asked over HTTP."""

import itertools
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from services.identity.accounts import Admission
from services.identity.events import (
    STAFF,
    TALENT,
    DocumentChanged,
    MobileChanged,
    StaffAdded,
    StaffRemoved,
    TalentErased,
    TalentListed,
    TalentRegistered,
)
from services.identity.main import IdentityService
from shared.domain.decider import Category
from shared.events.model import Event, Metadata
from shared.ports.view_store import Find
from shared.testing.clock import TestClock
from talent.composition import Platform

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
MOBILE = "+8613800138000"
TALENT_OFFICE = "talent_office@city"
BUREAU = "hr_bureau@city"
XIANGCHENG = "district_talent_desk@district:xiangcheng"

PROFILE: dict[str, Any] = {
    "mobile": "13800138000",
    "sex": "female",
    "birth_date": "1990-05-20",
    "ethnic_group": "01",
    "registered_address": {
        "province": "42", "city": "4206", "county": "420602", "township": "420602004",
        "line": "檀溪路176号",
    },
    "current_address": {
        "province": "42", "city": "4206", "county": "420602", "line": "檀溪路178号",
    },
    "region": "xiangcheng",
    "highest_education": "11",
    "major": "材料学",
    "graduation_certificate_number": "105901201801000001",
    "work": [{"employer": "襄阳示例科技有限公司", "position": "工程师", "since": "2018-07-01"}],
    "education": [
        {
            "school": "华中科技大学", "major": "材料学", "level": "11", "full_time": True,
            "since": "2014-09-01", "until": "2018-06-30",
        }
    ],
}  # fmt: skip


@dataclass
class Person:
    """Somebody signed in."""

    client: httpx.AsyncClient
    account: str
    kind: str
    person: str | None
    roles: tuple[str, ...]
    token: str = field(repr=False)

    async def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} | more.pop("headers", {})
        address = f"/api/classification{path}"
        return await self.client.request(method, address, headers=headers, **more)

    async def get(self, path: str, **more: Any) -> Any:
        answer = await self.call("GET", path, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def does(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        answer = await self.call(method, path, json=body, **more)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def refused(
        self, method: str, path: str, body: Any = None, **more: Any
    ) -> tuple[Any, ...]:
        """(status, code, pointers at fault)."""
        answer = await self.call(method, path, json=body, **more)
        problem = answer.json()
        return (
            answer.status_code,
            problem["code"],
            [e["pointer"] for e in problem.get("errors", ())],
        )

    async def upload(
        self, id: str, category: str, data: bytes = PDF, name: str = "证明.pdf", **more: Any
    ) -> httpx.Response:
        return await self.call(
            "POST", f"/applications/{id}/attachments",
            data={"category": category}, files={"file": (name, data, "application/pdf")}, **more,
        )  # fmt: skip


@dataclass
class City:
    """The platform with people in it."""

    platform: Platform
    client: httpx.AsyncClient
    clock: TestClock
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def later(self, **by: float) -> None:
        self.clock.move(timedelta(**by))

    async def settled(self) -> None:
        await self.platform.host.settled()
        await self.platform.host.settled()

    async def ticked(self) -> None:
        """What is due by now has happened."""
        await self.settled()
        await self.platform.host.ticker.tick()
        await self.settled()

    async def record(self, category: Category, id: str, event: Event) -> None:
        """A fact of another context, as if it had recorded it."""
        kernel, stream = self.platform.kernel, category.stream(id)
        metadata = Metadata(command_id=uuid.uuid4().hex, actor="test", subject=id)
        version = len(await kernel.store.read_stream(stream))
        encoded = await kernel.codec.encode(stream, [event], metadata)
        await kernel.store.append(stream, encoded, expected_version=version)
        await self.settled()

    async def talent(self, *, person: str | None = None, **changes: Any) -> Person:
        """A registered talent, signed in."""
        id = f"talent{next(self.numbers)}"
        person = person or f"person-of-{id}"
        fact: dict[str, Any] = {
            "talent_id": id, "person": person, "document_type": "resident_identity_card",
            "document_number": "420602199005200026", "name": "黎示范", "sex": "female",
            "birth_date": date(1990, 5, 20), "mobile": MOBILE, "account_name": id,
            "commitment_version": "1", "verified": False, "registered_at": self.clock.now(),
        }  # fmt: skip
        await self.record(TALENT, id, TalentRegistered(**(fact | changes)))
        return await self.signed_in(id, "talent", person=person)

    async def officer(
        self, *desks: str, person: str | None = None, roles: Sequence[str] = ("reviewer",)
    ) -> Person:
        """A member of the government's staff at desks, signed in."""
        id = f"officer{next(self.numbers)}"
        person = person or f"person-of-{id}"
        fact = StaffAdded(
            account_id=id, entrance="government", name="审核员", mobile="+8613700000001",
            account_name=id, person=person, organisation_id=None, roles=tuple(roles),
            desks=desks, added_by="test", added_at=self.clock.now(),
        )  # fmt: skip
        await self.record(STAFF, id, fact)
        return await self.signed_in(id, "government", person=person, roles=roles, desks=desks)

    async def leaves(self, officer: Person) -> None:
        at = self.clock.now()
        removed = StaffRemoved(removed_by="test", removed_at=at)
        await self.record(STAFF, officer.account, removed)

    async def moves(self, talent: Person, mobile: str) -> None:
        at = self.clock.now()
        changed = MobileChanged(mobile=mobile, previous=MOBILE, changed_at=at)
        await self.record(TALENT, talent.account, changed)

    async def erased(self, talent: Person) -> None:
        erased = TalentErased(talent_id=talent.account, erased_at=self.clock.now())
        await self.record(TALENT, talent.account, erased)

    async def renewed(self, talent: Person, document: str) -> None:
        """A desk saw another document of the same person."""
        fact = DocumentChanged(
            document=document, document_type="passport", document_number="E87654321", sex="female",
            birth_date=date(1990, 5, 20), verified=False, why="renewed", assisted_by="desk",
            changed_at=self.clock.now(),
        )  # fmt: skip
        await self.record(TALENT, talent.account, fact)

    async def listed(self, talent: Person) -> None:
        """Put on the abnormal list, business kind, for a year."""
        now = self.clock.now()
        fact = TalentListed(
            entry_id="entry", kind="business", reason="申报不实", decided_by="desk",
            barred_until=now.date() + timedelta(days=365), listed_at=now,
        )  # fmt: skip
        await self.record(TALENT, talent.account, fact)

    async def confirms(self, entry_id: str) -> None:
        """A second person puts somebody on the abnormal list."""
        desk = await self.officer(roles=("account-desk",))
        headers = {"Authorization": f"Bearer {desk.token}"}
        address = f"/api/identity/listings/{entry_id}/confirm"
        answer = await self.client.post(address, headers=headers)
        assert answer.status_code == 200, answer.text
        await self.settled()

    async def again(self, person: Person) -> Person:
        """Signed in anew: a token is shorter than some waits."""
        return await self.signed_in(
            person.account, person.kind, person=person.person, roles=person.roles
        )

    async def signed_in(
        self, account: str, kind: str, *, person: str | None = None,
        roles: Sequence[str] = (), desks: Sequence[str] = (),
    ) -> Person:  # fmt: skip
        identity = next(s for s in self.platform.services if isinstance(s, IdentityService))
        admission = Admission(
            account, roles=frozenset(roles), desks=frozenset(desks), person=person
        )
        tokens = await identity.identity.sessions.open(kind, admission)
        return Person(self.client, account, kind, person, tuple(roles), tokens.access_token)

    async def filled(
        self, talent: Person, *, row: str = "F", region: str = "xiangcheng", kind: str = "new",
        **profile: Any,
    ) -> str:  # fmt: skip
        """An application that lacks nothing but its submission."""
        id = (await talent.does("POST", "/applications", {"kind": kind}))["application_id"]
        honours = (await talent.get("/catalogue"))["honours"]
        fitting = [
            h["code"] for h in honours
            if h["talent_class"] == row[0] and h["row"] in (None, row) and not h["limited_to_one"]
        ]  # fmt: skip
        body = {"row": row, "honours": fitting[:1]}
        await talent.does("PUT", f"/applications/{id}/class", body)
        form = PROFILE | {"region": region} | profile
        await talent.does("PUT", f"/applications/{id}/profile", form)
        for category in await self.required(talent, row[0], region):
            assert (await talent.upload(id, category)).status_code == 201
        return id

    async def required(self, talent: Person, letter: str, region: str) -> list[str]:
        categories = (await talent.get("/catalogue"))["attachments"]
        return [
            c["code"] for c in categories
            if letter in c["required_for"] and region not in c["except_regions"]
        ]  # fmt: skip

    async def submit(self, talent: Person, id: str, **more: Any) -> httpx.Response:
        version = (await talent.get("/catalogue"))["commitment"]["version"]
        body = {"commitment": True, "commitment_version": version}
        return await talent.call("POST", f"/applications/{id}/submit", json=body, **more)

    async def submitted(self, talent: Person, **filled: Any) -> str:
        id = await self.filled(talent, **filled)
        answer = await self.submit(talent, id)
        assert answer.status_code == 200, answer.text
        await self.settled()
        return id

    async def messages(self, talent: Person) -> Counter[str]:
        """How often each text was sent, as the talent's own list of messages shows."""
        await self.settled()
        headers = {"Authorization": f"Bearer {talent.token}"}
        listed = await self.client.get("/api/notifier/messages", headers=headers)
        return Counter(message["template"] for message in listed.json()["items"])

    async def events(self, category: str) -> list[str]:
        store = self.platform.kernel.store
        return [e.type async for e in store.read_all(categories=(category,))]

    async def stored(self, projection: Any) -> dict[str, Any]:
        page = await self.platform.kernel.views.of(projection).find(Find(limit=1000))
        return dict(page.items)


@pytest.fixture
def city(platform: Platform, api: httpx.AsyncClient, platform_clock: TestClock) -> City:
    return City(platform, api, platform_clock)
