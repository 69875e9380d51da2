"""Deferral over HTTP, from what is missing at submission to what became of it (§3.3.5-3.3.6)."""

from datetime import date, timedelta

from services.classification.views import CASES
from services.subsidy.entitlements.events import EntitlementGranted
from services.subsidy.events import TALENT_SUBSIDIES
from tests.integration.classification.conftest import BUREAU, TALENT_OFFICE, City, Person
from tests.integration.classification.deferrals import (
    CONTRACT,
    REASON,
    asking,
    hand_in,
    lacking,
    submit,
    until,
    wanted,
)


async def in_force(city: City, talent: Person, bureau: Person, **asked: int) -> tuple[str, date]:
    """Granted and approved: the application and the last day."""
    id = await asking(city, talent, **asked)
    await bureau.does("POST", f"/reviews/{id}/deferral/grant", {})
    await bureau.does("POST", f"/reviews/{id}/approve", {})
    await city.settled()
    mine = await talent.get(f"/applications/{id}")
    return id, date.fromisoformat(mine["deferral"]["last_day"])


async def test_a_deferral_is_granted_and_met(city: City) -> None:
    talent, bureau = await city.talent(), await city.officer(BUREAU)
    offered = (await talent.get("/catalogue"))["deferral"]
    assert (offered["period_days"], offered["longest_days"]) == ([30, 60, 90], 180)
    id = await lacking(city, talent)
    answer = await submit(city, talent, id, None)
    assert answer.json()["errors"][0]["pointer"] == f"/attachments/{CONTRACT}"
    assert (await submit(city, talent, id, wanted())).status_code == 200

    (line,) = (await bureau.get("/reviews/supplements", params={"work": "asked"}))["items"]
    assert (line["application_id"], line["deferral_standing"]) == (id, "asked")
    case = await bureau.get(f"/reviews/{id}")
    assert (case["deferral"]["reason"], case["deferral"]["days"]) == (REASON, 30)
    refusal = await bureau.refused("POST", f"/reviews/{id}/approve", {})
    assert refusal[:2] == (409, "deferral-undecided")
    await bureau.does("POST", f"/reviews/{id}/deferral/grant", {"words": "同意，请按期补交。"})
    await city.settled()
    # A grant is no approval.
    me = await talent.get("/me")
    assert (me["in_force"], me["open_application"]["deferral"]["standing"]) == (None, "open")

    await bureau.does("POST", f"/reviews/{id}/approve", {})
    await city.settled()
    me = await talent.get("/me")
    assert me["in_force"]["talent_class"] == "F"
    assert (me["outstanding"]["categories"], me["outstanding"]["last_day"]) == (
        [CONTRACT], "2026-04-01",
    )  # fmt: skip

    city.later(days=10)
    talent, bureau = await city.again(talent), await city.again(bureau)
    await hand_in(city, talent, id)
    assert (await talent.get("/me"))["outstanding"]["standing"] == "handed-in"
    (line,) = (await bureau.get("/reviews/supplements"))["items"]
    assert (line["application_id"], line["supplement_due"] is None) == (id, False)
    await bureau.does("POST", f"/reviews/{id}/supplement/accept", {"words": "齐全。"})
    await city.settled()

    me, mine = await talent.get("/me"), await talent.get(f"/applications/{id}")
    assert (me["in_force"]["talent_class"], me["outstanding"]) == ("F", None)
    assert [s["what"] for s in mine["steps"] if s["what"] not in ("stage-opened",)] == [
        "submitted", "deferral-asked", "deferral-granted", "desk-approved", "approved",
        "supplement-submitted", "supplement-accepted",
    ]  # fmt: skip
    assert all(step["by"] is None for step in mine["steps"])
    (row,) = (await talent.get("/applications"))["items"]
    assert (row["status"], row["deferral_standing"]) == ("approved", "lifted")
    assert await city.messages(talent) == {
        "registered": 1, "application-submitted": 1, "deferral-granted": 1, "desk-approved": 1,
        "application-approved": 1, "supplement-submitted": 1, "supplement-accepted": 1,
    }  # fmt: skip
    await until(city, date(2026, 4, 3), step=7)
    talent = await city.again(talent)
    assert (await talent.get("/me"))["in_force"]["talent_class"] == "F"


async def test_a_missed_date_ends_the_class_and_what_depends_on_it(city: City) -> None:
    talent, bureau = await city.talent(), await city.officer(BUREAU)
    id, last_day = await in_force(city, talent, bureau, days=60)
    allowance = EntitlementGranted.model_validate({
        "application_id": "allowance", "scheme": "living-allowance", "window": None,
        "first_contract": date(2023, 1, 1), "channel": "f", "talent_class": "F", "row": "F",
        "class_application_id": id, "highest_education": "11", "full_time": True,
        "policy_version": "1", "at": city.clock.now(),
    })  # fmt: skip
    await city.record(TALENT_SUBSIDIES, talent.account, allowance)

    await until(city, last_day)
    talent = await city.again(talent)
    assert (await city.messages(talent))["deferral-reminded"] == 4
    assert (await talent.get("/me"))["in_force"]["talent_class"] == "F"
    await until(city, last_day + timedelta(days=1))
    talent = await city.again(talent)
    me = await talent.get("/me")
    assert (me["in_force"], me["ended"], me["outstanding"]) == (None, "deferral-missed", None)
    # It is no abnormal listing: applying again is open at once.
    assert (me["barred_until"], me["may_apply"]) == (None, "new")
    mine = await talent.get(f"/applications/{id}")
    assert (mine["status"], mine["deferral"]["standing"]) == ("approved", "missed")
    assert mine["steps"][-1]["what"] == "deferral-missed"
    sent = await city.messages(talent)
    assert (sent["class-ended-deferral"], sent["subsidy-entitlement-ended"]) == (1, 1)
    ended = [t for t in await city.events("talentSubsidies") if "entitlement-ended" in t]
    assert len(ended) == 1

    again = await lacking(city, talent)
    assert (await talent.upload(again, CONTRACT)).status_code == 201
    assert (await submit(city, talent, again, None)).status_code == 200
    refusal = await talent.refused("POST", f"/applications/{id}/supplement")
    assert refusal[:2] == (409, "deferral-not-open")


async def test_a_period_that_ends_before_the_approval_ends_the_application(city: City) -> None:
    talent, bureau = await city.talent(), await city.officer(BUREAU)
    id = await asking(city, talent)
    await bureau.does("POST", f"/reviews/{id}/deferral/grant", {"days": 10})
    await until(city, date(2026, 3, 13))
    talent = await city.again(talent)
    (row,) = (await talent.get("/applications"))["items"]
    assert (row["status"], row["remark"]) == ("ended", "逾期未补充容缺资料，申请终止")
    me = await talent.get("/me")
    assert (me["open_application"], me["may_apply"]) == (None, "new")
    sent = await city.messages(talent)
    assert (sent["application-ended-deferral"], sent["class-ended-deferral"]) == (1, 0)


async def test_who_declines_returns_the_application(city: City) -> None:
    talent, bureau = await city.talent(), await city.officer(BUREAU)
    id = await asking(city, talent)
    await bureau.does("POST", f"/reviews/{id}/deferral/decline", {"words": "合同可当日调取。"})
    await city.settled()
    mine = await talent.get(f"/applications/{id}")
    assert (mine["status"], mine["remark"]) == ("returned", "合同可当日调取。")
    assert mine["unlocked"]["attachments"] == [CONTRACT]
    assert (await submit(city, talent, id, None)).status_code == 422
    assert (await talent.upload(id, CONTRACT)).status_code == 201
    assert (await submit(city, talent, id, None)).status_code == 200
    await bureau.does("POST", f"/reviews/{id}/approve", {})
    await city.settled()
    me = await talent.get("/me")
    assert (me["in_force"]["talent_class"], me["outstanding"]) == ("F", None)
    assert (await city.messages(talent))["application-returned"] == 1


async def test_a_returned_supplement_leaves_the_days_that_were_left(city: City) -> None:
    talent, bureau = await city.talent(), await city.officer(BUREAU)
    id, last_day = await in_force(city, talent, bureau)
    await until(city, last_day - timedelta(days=5))
    talent, bureau = await city.again(talent), await city.again(bureau)
    await hand_in(city, talent, id)
    # The clock stands while it is reviewed.
    await until(city, last_day + timedelta(days=4))
    talent, bureau = await city.again(talent), await city.again(bureau)
    wrong = {"categories": [CONTRACT], "words": "缺少签章页。"}
    await bureau.does("POST", f"/reviews/{id}/supplement/return", wrong)
    await city.settled()
    mine = (await talent.get("/me"))["outstanding"]
    assert (mine["standing"], mine["faulty"], mine["words"]) == ("open", [CONTRACT], "缺少签章页。")
    assert mine["last_day"] == str(last_day + timedelta(days=9))
    refusal = await talent.refused("POST", f"/applications/{id}/supplement")
    assert refusal == (422, "invalid-fields", [f"/attachments/{CONTRACT}"])
    city.later(minutes=5)
    await hand_in(city, talent, id)
    await bureau.does("POST", f"/reviews/{id}/supplement/accept")
    await city.settled()
    assert (await talent.get("/me"))["outstanding"] is None
    sent = await city.messages(talent)
    assert (sent["supplement-submitted"], sent["supplement-returned"]) == (2, 1)


async def test_a_reviewer_extends_with_a_reason(city: City) -> None:
    talent, bureau = await city.talent(), await city.officer(BUREAU)
    id, last_day = await in_force(city, talent, bureau)
    later = last_day + timedelta(days=20)
    body = {"last_day": str(later), "words": "原单位出具证明，移交尚需时日。"}
    beyond = body | {"last_day": str(last_day + timedelta(days=365))}
    refusal = await bureau.refused("POST", f"/reviews/{id}/deferral/extend", beyond)
    assert refusal == (422, "invalid-fields", ["/last_day"])
    await bureau.does("POST", f"/reviews/{id}/deferral/extend", body)
    await until(city, last_day + timedelta(days=1))
    talent = await city.again(talent)
    me = await talent.get("/me")
    assert (me["in_force"]["talent_class"], me["outstanding"]["last_day"]) == ("F", str(later))
    mine = await talent.get(f"/applications/{id}")
    extended = next(s for s in mine["steps"] if s["what"] == "deferral-extended")
    assert (extended["words"], extended["day"]) == (body["words"], str(later))
    assert (await city.messages(talent))["deferral-extended"] == 1


async def test_a_missed_date_of_a_change_ends_the_class_that_held_before_too(city: City) -> None:
    talent = await city.talent()
    bureau, office = await city.officer(BUREAU), await city.officer(TALENT_OFFICE)
    first = await city.submitted(talent, region="city-organs")
    await bureau.does("POST", f"/reviews/{first}/approve", {})
    await city.settled()
    change = await asking(city, talent, row="E1", kind="change")
    await office.does("POST", f"/reviews/{change}/deferral/grant", {})
    await city.settled()
    assert (await talent.get("/me"))["in_force"]["talent_class"] == "F"
    await office.does("POST", f"/reviews/{change}/approve", {})
    await city.settled()
    me = await talent.get("/me")
    assert (me["in_force"]["row"], me["outstanding"]["categories"]) == ("E1", [CONTRACT])
    await until(city, date(2026, 4, 2))
    talent = await city.again(talent)
    me = await talent.get("/me")
    assert (me["in_force"], me["may_apply"]) == (None, "new")


async def test_a_change_takes_the_place_of_a_class_with_outstanding_materials(city: City) -> None:
    talent = await city.talent()
    bureau, office = await city.officer(BUREAU), await city.officer(TALENT_OFFICE)
    id, last_day = await in_force(city, talent, bureau)
    change = await lacking(city, talent, row="E1", kind="change")
    answer = await submit(city, talent, change, wanted())
    assert [e["code"] for e in answer.json()["errors"]] == ["deferred-already"]
    assert (await talent.upload(change, CONTRACT)).status_code == 201
    assert (await submit(city, talent, change, None)).status_code == 200
    await office.does("POST", f"/reviews/{change}/approve", {})
    await city.settled()
    me = await talent.get("/me")
    assert (me["in_force"]["row"], me["outstanding"]) == ("E1", None)
    mine = await talent.get(f"/applications/{id}")
    assert (mine["deferral"]["standing"], mine["deferral"]["closed"]) == ("closed", "superseded")
    await until(city, last_day + timedelta(days=1), step=5)
    talent = await city.again(talent)
    assert (await talent.get("/me"))["in_force"]["row"] == "E1"


async def test_who_is_barred_may_still_supplement_and_the_clock_runs(city: City) -> None:
    talent, bureau = await city.talent(), await city.officer(BUREAU)
    id, _ = await in_force(city, talent, bureau)
    await city.listed(talent)
    await hand_in(city, talent, id)
    await bureau.does("POST", f"/reviews/{id}/supplement/accept")
    await city.settled()
    mine = await talent.get(f"/applications/{id}")
    assert mine["deferral"]["standing"] == "lifted"


async def test_an_erased_talent_leaves_no_clock_running(city: City) -> None:
    talent, bureau = await city.talent(), await city.officer(BUREAU)
    id, last_day = await in_force(city, talent, bureau)
    await city.erased(talent)
    await city.settled()
    case = (await city.stored(CASES))[id]
    assert (case.deferral.standing, case.deferral_due) == ("closed", None)
    assert "原单位" not in case.model_dump_json()
    await until(city, last_day + timedelta(days=1), step=5)
    missed = [t for t in await city.events("classificationApplication") if "missed" in t]
    assert missed == []


async def test_a_supplement_is_no_business_of_others(city: City) -> None:
    talent, bureau = await city.talent(), await city.officer(BUREAU)
    id, _ = await in_force(city, talent, bureau)
    other, district = (
        await city.talent(),
        await city.officer("district_talent_desk@district:zaoyang"),
    )
    assert (await other.refused("POST", f"/applications/{id}/supplement"))[0] == 404
    await hand_in(city, talent, id)
    assert (await district.get("/reviews/supplements"))["items"] == []
    for path in ("supplement/accept", "deferral/extend"):
        body = {"last_day": "2026-05-01", "words": "x"} if "extend" in path else {}
        assert (await district.refused("POST", f"/reviews/{id}/{path}", body))[0] == 404
    oneself = await city.officer(BUREAU, person=talent.person)
    assert (await oneself.get("/reviews/supplements"))["items"] == []
    refusal = await oneself.refused("POST", f"/reviews/{id}/supplement/accept", {})
    assert refusal[:2] == (403, "review-own-case")
