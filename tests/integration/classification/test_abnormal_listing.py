"""The abnormal list over HTTP: proposed by one, confirmed by another, objected to, decided by a
third; and what becomes of the person's business."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.classification.conftest import BUREAU, City, Person

WORDS = {"words": "证书经学信网核验属实。"}


@dataclass
class Desk:
    """Somebody at the account desk."""

    person: Person

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.person.token}"}
        address = f"/api/identity{path}"
        return await self.person.client.request(method, address, json=body, headers=headers)

    async def does(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.call(method, path, body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        answer = await self.call(method, path, body)
        return answer.status_code, answer.json()["code"]


@pytest.fixture
async def desks(city: City) -> list[Desk]:
    return [Desk(await city.officer(roles=("account-desk",))) for _ in range(3)]


async def rejected(city: City, talent: Person) -> str:
    """A reviewer says that a declaration is false; the entry's id."""
    bureau = await city.officer(BUREAU)
    id = await city.submitted(talent, region="city-organs")
    no = {"reason": "false-declaration", "words": "学历证书系伪造。"}
    await bureau.does("POST", f"/reviews/{id}/reject", no)
    await city.settled()
    return f"classification-{id}"


async def test_an_objection_that_is_upheld_gives_back_what_the_entry_took(
    city: City, desks: list[Desk]
) -> None:
    talent = await city.talent()
    own, (second, third, _) = Desk(talent), desks
    entry = await rejected(city, talent)
    (waiting,) = (await second.does("GET", "/listings"))["items"]
    assert (waiting["entry_id"], waiting["status_label"]) == (entry, "待复核")
    # A proposal is no decision: the person sees none, and there is nothing to object to.
    assert (await own.does("GET", "/me/listings"))["items"] == []
    objection = f"/me/listings/{entry}/objection"
    assert await own.refused("POST", objection, WORDS) == (409, "not-listed")

    await second.does("POST", f"/listings/{entry}/confirm")
    await city.settled()
    assert (await talent.refused("POST", "/applications", {}))[1] == "application-barred"
    # Still signed in, or again: to read the decision and to object.
    own = Desk(await city.again(talent))
    (decision,) = (await own.does("GET", "/me/listings"))["items"]
    assert (decision["barred_until"], decision["may_object"]) == ("2027-03-02", True)
    assert [step["what"] for step in decision["steps"]] == ["listing-confirmed"]
    await own.does("POST", objection, WORDS)
    await city.settled()
    assert await own.refused("POST", objection, WORDS) == (409, "objected-already")

    uphold = f"/listings/{entry}/objection/uphold"
    said = {"words": "异议成立，予以移出。"}
    assert await second.refused("POST", uphold, said) == (403, "second-person-needed")
    await third.does("POST", uphold, said)
    await city.settled()
    (decision,) = (await own.does("GET", "/me/listings"))["items"]
    assert (decision["status_label"], decision["may_object"]) == ("已移出", False)
    assert (await talent.call("POST", "/applications", json={})).status_code == 201
    sent = await city.messages(talent)
    assert [sent[t] for t in ("listed-business", "objection-made", "listing-lifted")] == [1, 1, 1]


async def test_an_objection_that_is_dismissed_leaves_the_bar_to_run_out(
    city: City, desks: list[Desk]
) -> None:
    talent = await city.talent()
    own, (second, third, _) = Desk(talent), desks
    entry = await rejected(city, talent)
    await second.does("POST", f"/listings/{entry}/confirm")
    await city.settled()
    await own.does("POST", f"/me/listings/{entry}/objection", WORDS)
    dismiss = f"/listings/{entry}/objection/dismiss"
    await third.does("POST", dismiss, {"words": "证书编号与学信网不符。"})
    await city.settled()
    assert (await talent.refused("POST", "/applications", {}))[1] == "application-barred"
    assert (await city.messages(talent))["objection-dismissed"] == 1
    city.later(days=366)
    talent = await city.again(talent)
    assert (await talent.call("POST", "/applications", json={})).status_code == 201


async def test_a_reviewer_proposes_and_the_desk_declines(city: City, desks: list[Desk]) -> None:
    talent = await city.talent()
    open_now = await city.submitted(talent)
    reviewer = Desk(await city.officer(BUREAU))
    form = {
        "kind": "registration", "reason": "护照系伪造。",
        "evidence": [
            {"context": "classification", "application_id": open_now, "attachment_id": "x"}
        ],
    }  # fmt: skip
    path = f"/talents/{talent.account}/listings"
    made = await reviewer.does("POST", path, form)
    entry = f"/listings/{made['entry_id']}"
    assert await reviewer.refused("POST", f"{entry}/confirm") == (403, "forbidden")
    shown = await desks[0].does("GET", f"{entry}?min_version={made['version']}")
    assert shown["evidence"][0]["application_id"] == open_now
    await desks[0].does("POST", f"{entry}/decline", {"words": "证据不足。"})
    await city.settled()
    assert (await talent.get(f"/applications/{open_now}"))["status"] == "in-review"
    assert await desks[1].refused("POST", f"{entry}/confirm") == (409, "listing-decided")
    nobody = "/talents/nobody/listings"
    assert await reviewer.refused("POST", nobody, form) == (404, "talent-not-found")


async def test_being_listed_ends_what_is_open(city: City, desks: list[Desk]) -> None:
    talent = await city.talent()
    open_now = await city.submitted(talent)
    form = {"kind": "business", "reason": "社保记录系伪造。"}
    made = await desks[0].does("POST", f"/talents/{talent.account}/listings", form)
    await desks[1].does("POST", f"/listings/{made['entry_id']}/confirm")
    await city.settled()
    ended = await talent.get(f"/applications/{open_now}")
    assert ended["status"] == "ended"


async def classed(city: City, talent: Person) -> str:
    """A class in force; the application by which it was granted."""
    bureau = await city.officer(BUREAU)
    id = await city.submitted(talent, region="city-organs")
    await bureau.does("POST", f"/reviews/{id}/approve", {})
    await city.settled()
    assert (await talent.get("/me"))["in_force"]["talent_class"] == "F"
    return id


async def test_a_class_that_rests_on_a_false_declaration_ends_with_the_entry_and_returns_with_it(
    city: City, desks: list[Desk]
) -> None:
    talent, (first, second, third) = await city.talent(), desks
    id = await classed(city, talent)
    form = {
        "kind": "business", "reason": "学历证书系伪造。", "ends_class": True,
        "evidence": [{"context": "classification", "application_id": id, "attachment_id": "x"}],
    }  # fmt: skip
    made = await first.does("POST", f"/talents/{talent.account}/listings", form)
    assert (await talent.get("/me"))["in_force"] is not None
    entry = made["entry_id"]
    await second.does("POST", f"/listings/{entry}/confirm")
    await city.settled()
    me = await talent.get("/me")
    assert (me["in_force"], me["ended"], me["may_apply"]) == (None, "false-declaration", None)
    await Desk(talent).does("POST", f"/me/listings/{entry}/objection", WORDS)
    await third.does("POST", f"/listings/{entry}/objection/uphold", {"words": "异议成立。"})
    await city.settled()
    me = await talent.get("/me")
    assert (me["in_force"]["talent_class"], me["may_apply"]) == ("F", "change")
    assert (await city.messages(talent))["class-ended-false-declaration"] == 1


async def test_a_class_is_ended_without_a_bar_by_two_people(city: City) -> None:
    talent = await city.talent()
    await classed(city, talent)
    first, second = await city.officer(BUREAU), await city.officer(BUREAU)
    path = f"/classes/{talent.account}/ending"
    codes = [one["code"] for one in await first.get("/class-endings/reasons")]
    assert codes[:2] == ["approved-in-error", "honour-withdrawn"]
    form = {"reason": "left-city", "words": "社保已转往武汉。"}
    wrong = await first.refused("POST", path, form | {"reason": "x"})
    assert wrong == (422, "invalid-fields", ["/reason"])
    made = await first.does("POST", path, form)
    listed = await second.get("/class-endings", params={"min_version": made["version"]})
    assert [(e["talent_class"], e["reason"], e["words"]) for e in listed["items"]] == [
        ("F", "left-city", "社保已转往武汉。")
    ]
    assert (await first.refused("POST", f"{path}/confirm"))[:2] == (403, "second-person-needed")
    assert (await talent.refused("POST", f"{path}/confirm"))[0] == 403
    await second.does("POST", f"{path}/confirm")
    await city.settled()
    me = await talent.get("/me")
    assert (me["in_force"], me["ended"], me["may_apply"]) == (None, "left-city", "new")
    assert (await city.messages(talent))["class-ended-left-city"] == 1
    assert (await first.get("/class-endings"))["items"] == []
    own = await city.officer(BUREAU, person=talent.person)
    assert (await own.refused("POST", path, form))[:2] == (403, "own-case")
