"""People and units around a running platform: identity's and classification's facts go straight
into the log; what subsidy does is asked over HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
import pytest

from services.classification.events import TALENT_CLASS, ClassEnded, ClassGranted
from services.identity.accounts import Admission
from services.identity.events import (
    ORGANISATION,
    STAFF,
    OrganisationApproved,
    OrganisationRegistered,
    StaffAdded,
)
from services.identity.main import IdentityService
from shared.testing.clock import TestClock
from talent.composition import Platform
from tests.integration.classification.conftest import BUREAU, PDF, TALENT_OFFICE, City, Person

__all__ = ["BUREAU", "PDF", "TALENT_OFFICE", "Applicant", "Town"]

PROFILE: dict[str, Any] = {
    "mobile": "13800138000",
    "sex": "female",
    "birth_date": "1990-05-20",
    "native_place": "湖北襄阳",
    "ethnic_group": "01",
    "email": "li@example.org",
    "political_affiliation": "13",
    "application_type": "graduate",
    "registered_address": {
        "province": "42", "city": "4206", "county": "420602", "line": "檀溪路176号",
    },
    "current_address": {
        "province": "42", "city": "4206", "county": "420602", "line": "檀溪路178号",
    },
    "position": "工程师",
    "dispatch": False,
}  # fmt: skip


@dataclass
class Applicant(Person):
    """Somebody signed in, who speaks with subsidy."""

    organisation: str | None = None

    async def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} | more.pop("headers", {})
        address = f"/api/subsidy{path}"
        return await self.client.request(method, address, headers=headers, **more)

    async def upload(
        self, id: str, category: str, data: bytes = PDF, name: str = "证明.pdf", **more: Any
    ) -> httpx.Response:
        month = more.pop("month", None)
        form = {"category": category} | ({} if month is None else {"month": month})
        return await self.call(
            "POST", f"/applications/{id}/attachments",
            data=form, files={"file": (name, data, "application/pdf")}, **more,
        )  # fmt: skip


@dataclass
class Town(City):
    """The city, with units in it."""

    async def signed_in(
        self, account: str, kind: str, *, person: str | None = None,
        roles: Sequence[str] = (), desks: Sequence[str] = (), organisation: str | None = None,
    ) -> Applicant:  # fmt: skip
        identity = next(s for s in self.platform.services if isinstance(s, IdentityService))
        admission = Admission(
            account, roles=frozenset(roles), desks=frozenset(desks), person=person,
            organisation_id=organisation,
        )  # fmt: skip
        tokens = await identity.identity.sessions.open(kind, admission)
        return Applicant(
            self.client, account, kind, person, tuple(roles), tokens.access_token, organisation
        )

    async def talent(self, *, person: str | None = None, **changes: Any) -> Applicant:
        found = await super().talent(person=person, **changes)
        assert isinstance(found, Applicant)
        return found

    async def officer(
        self, *desks: str, person: str | None = None, roles: Sequence[str] = ("reviewer",)
    ) -> Applicant:
        found = await super().officer(*desks, person=person, roles=roles)
        assert isinstance(found, Applicant)
        return found

    async def unit(self, *, dispatch: bool = False, approved: bool = True) -> str:
        """An employer's id, 32 hex digits."""
        id = f"{next(self.numbers):032x}"
        now = self.clock.now()
        fact = OrganisationRegistered(
            organisation_id=id, kind="employer", name=f"襄阳示例{id[-2:]}有限公司", code="x",
            district="xiangcheng", dispatch=dispatch, contact_id="contact", contact_name="联系人",
            contact_mobile="+8613700000009", registered_at=now,
        )  # fmt: skip
        await self.record(ORGANISATION, id, fact)
        if approved:
            await self.record(
                ORGANISATION, id, OrganisationApproved(decided_by="desk", decided_at=now)
            )
        return id

    async def clerk(
        self, unit: str, *, role: str = "organisation_staff", person: str | None = None
    ) -> Applicant:
        """A member of a unit's staff, signed in."""
        id = f"clerk{next(self.numbers)}"
        fact = StaffAdded(
            account_id=id, entrance="employer", name="经办人", mobile="+8613700000002",
            account_name=id, person=person, organisation_id=unit, roles=(role,), desks=(),
            added_by="test", added_at=self.clock.now(),
        )  # fmt: skip
        await self.record(STAFF, id, fact)
        return await self.signed_in(id, "employer", person=person, roles=(role,), organisation=unit)

    async def again(self, person: Person) -> Applicant:
        unit = person.organisation if isinstance(person, Applicant) else None
        return await self.signed_in(
            person.account, person.kind, person=person.person, roles=person.roles,
            organisation=unit,
        )  # fmt: skip

    async def classed(self, talent: Person, letter: str = "F", row: str | None = None) -> None:
        """Classification granted a class."""
        fact = ClassGranted.model_validate({
            "application_id": f"class-of-{talent.account}-{letter}", "talent_class": letter,
            "row": row or letter, "honours": (), "region": "xiangcheng",
            "highest_education": "21", "full_time": True, "policy_version": "1",
            "at": self.clock.now(),
        })  # fmt: skip
        await self.record(TALENT_CLASS, talent.account, fact)

    async def unclassed(
        self, talent: Person, letter: str = "F", *, reason: str = "deferral-missed"
    ) -> None:
        """And it ended."""
        fact = ClassEnded.model_validate({
            "application_id": f"class-of-{talent.account}-{letter}", "talent_class": letter,
            "reason": reason, "at": self.clock.now(),
        })  # fmt: skip
        await self.record(TALENT_CLASS, talent.account, fact)

    async def start(
        self, talent: Applicant, *, scheme: str = "living-allowance", channel: str = "f",
        first_contract: str = "2025-07-01",
    ) -> str:  # fmt: skip
        body = {"scheme": scheme, "channel": channel, "first_contract": first_contract}
        done = await talent.does("POST", "/applications", body)
        return str(done["application_id"])

    async def filled_for(self, talent: Applicant, host: str, **more: Any) -> str:
        """An application that lacks nothing but its submission; `more`: how it is started, and
        fields of the profile."""
        asked = {k: more.pop(k) for k in ("scheme", "channel", "first_contract") if k in more}
        id = await self.start(talent, **asked)
        form = PROFILE | {"host_unit": host} | more
        await talent.does("PUT", f"/applications/{id}/profile", form)
        assert (await talent.upload(id, "labour_contract")).status_code == 201
        month = f"{date_of(self.clock):%Y-%m}"
        added = await talent.upload(id, "contribution_record", month=month)
        assert added.status_code == 201, added.text
        return id

    async def submitted_for(self, talent: Applicant, host: str, **more: Any) -> str:
        id = await self.filled_for(talent, host, **more)
        answer = await self.submit(talent, id)
        assert answer.status_code == 200, answer.text
        await self.settled()
        return id

    async def scheme(self, talent: Applicant, code: str = "living-allowance") -> dict[str, Any]:
        """A scheme as the talent sees it."""
        await self.settled()
        listed = await talent.get("/schemes")
        return next(one for one in listed["items"] if one["code"] == code)


def date_of(clock: TestClock) -> date:
    return clock.now().date()


@pytest.fixture
def town(platform: Platform, api: httpx.AsyncClient, platform_clock: TestClock) -> Town:
    return Town(platform, api, platform_clock)
