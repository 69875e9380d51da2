"""What is refused, and with which words: the wrong scheme, wrong units, old records, strangers."""

import asyncio
from typing import Any

import pytest

from tests.integration.subsidy.conftest import BUREAU, PROFILE, TALENT_OFFICE, Town


@pytest.mark.parametrize(
    ("asked", "at"),
    [
        ({"first_contract": "2022-07-09"}, ["/first_contract"]),
        ({"first_contract": "2027-01-01"}, ["/first_contract"]),
        ({"scheme": "housing-subsidy", "first_contract": "2022-07-10"},
         ["/first_contract", "/channel"]),
    ],
)  # fmt: skip
async def test_the_first_contracts_day_chooses_the_scheme(
    town: Town, asked: dict[str, str], at: list[str]
) -> None:
    talent = await town.talent()
    body = {"scheme": "living-allowance", "channel": "f"} | asked
    refusal = await talent.refused("POST", "/applications", body)
    assert refusal == (422, "invalid-fields", at)


async def test_the_days_on_both_sides_of_the_line_are_taken(town: Town) -> None:
    talent = await town.talent()
    await town.classed(talent, "E", "E1")
    await town.start(talent, first_contract="2022-07-10")
    await town.start(
        talent, scheme="housing-subsidy", channel="high-level", first_contract="2022-07-09"
    )


async def test_everything_that_is_missing_is_named_at_once(town: Town) -> None:
    talent = await town.talent()
    id = await town.start(talent)
    form = {"commitment": False, "commitment_version": "1"}
    status, code, at = await talent.refused("POST", f"/applications/{id}/submit", form)
    assert (status, code) == (422, "invalid-fields")
    assert set(at) == {
        "/profile/native_place", "/profile/ethnic_group", "/profile/email",
        "/profile/political_affiliation", "/profile/application_type",
        "/profile/registered_address", "/profile/current_address", "/profile/position",
        "/profile/host_unit", "/profile/dispatch", "/attachments/labour_contract",
        "/attachments/contribution_record", "/commitment",
    }  # fmt: skip


async def test_every_wrong_field_is_named_at_once(town: Town) -> None:
    talent = await town.talent()
    id = await town.start(talent)
    wrong = {
        "mobile": "12", "sex": "male", "birth_date": "1991-01-01", "email": "nobody",
        "ethnic_group": "99", "political_affiliation": "99", "joined_party_on": "2999-01-01",
        "application_type": "friend", "host_unit": "nowhere", "first_contract": "2020-01-01",
        "current_address": {"province": "42", "city": "1101"},
    }  # fmt: skip
    refusal = await talent.refused("PUT", f"/applications/{id}/profile", wrong)
    assert refusal[:2] == (422, "invalid-fields")
    assert set(refusal[2]) == {f"/{name}" for name in wrong}


async def test_a_dispatched_talent_names_two_units_and_anybody_else_one(town: Town) -> None:
    talent = await town.talent()
    agency, host = await town.unit(dispatch=True), await town.unit()
    waiting = await town.unit(approved=False)
    id = await town.filled_for(talent, host)
    path = f"/applications/{id}/profile"

    async def refused(**fields: Any) -> Any:
        return await talent.refused("PUT", path, fields)

    assert (await refused(recruiting_unit=agency))[2] == ["/recruiting_unit"]
    assert (await refused(dispatch=True, recruiting_unit=host))[2] == [
        "/recruiting_unit", "/host_unit",
    ]  # fmt: skip
    assert (await refused(dispatch=True, recruiting_unit=agency, host_unit=agency))[2] == [
        "/host_unit"
    ]
    assert (await refused(host_unit=waiting))[2] == ["/host_unit"]
    await talent.does("PUT", path, {"dispatch": True})
    answer = await town.submit(talent, id)
    assert [e["pointer"] for e in answer.json()["errors"]] == ["/profile/recruiting_unit"]
    await talent.does("PUT", path, {"recruiting_unit": agency})
    assert (await town.submit(talent, id)).status_code == 200


async def test_a_contribution_record_reaches_the_month_of_submission_or_the_one_before(
    town: Town,
) -> None:
    talent, unit = await town.talent(), await town.unit()
    id = await town.start(talent)
    await talent.does("PUT", f"/applications/{id}/profile", PROFILE | {"host_unit": unit})
    await talent.upload(id, "labour_contract")
    for month, code in ((None, "required"), ("2026-13", "month-format"),
                        ("2026-04", "month-in-future")):  # fmt: skip
        answer = await talent.upload(id, "contribution_record", month=month)
        (fault,) = answer.json()["errors"]
        assert (answer.status_code, fault["pointer"], fault["code"]) == (422, "/month", code)
    assert (await talent.upload(id, "other", month="2026-01")).status_code == 422
    old = (await talent.upload(id, "contribution_record", month="2026-01")).json()
    answer = await town.submit(talent, id)
    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == (
        "/attachments/contribution_record",
        "month-too-old",
    )
    assert "2026 年 2 月" in fault["detail"]
    await talent.does("DELETE", f"/applications/{id}/attachments/{old['attachment_id']}")
    await talent.upload(id, "contribution_record", month="2026-02")
    assert (await town.submit(talent, id)).status_code == 200


async def test_a_correction_keeps_the_first_submissions_month(town: Town) -> None:
    talent, unit = await town.talent(), await town.unit()
    clerk = await town.clerk(unit)
    id = await town.submitted_for(talent, unit)
    town.later(days=65)
    talent, clerk = await town.again(talent), await town.again(clerk)
    wrong = {"attachments": ["labour_contract"], "words": "合同缺页。"}
    await clerk.does("POST", f"/reviews/{id}/return", wrong)
    assert (await talent.upload(id, "labour_contract")).status_code == 201
    assert (await town.submit(talent, id)).status_code == 200


async def test_one_application_of_a_scheme_is_open_at_a_time(town: Town) -> None:
    talent = await town.talent()
    body = {"scheme": "living-allowance", "channel": "f", "first_contract": "2025-07-01"}
    answers = await asyncio.gather(
        *(talent.call("POST", "/applications", json=body) for _ in range(3))
    )
    assert sorted(a.status_code for a in answers) == [201, 409, 409]
    opened = await town.events("talentSubsidies")
    assert opened == ["subsidy.application-opened.v1"]
    id = next(a.json()["application_id"] for a in answers if a.status_code == 201)
    await talent.does("POST", f"/applications/{id}/withdraw")
    again = await talent.does("POST", "/applications", body)
    assert again["attempt"] == 2


async def test_starting_twice_with_one_key_is_one_application(town: Town) -> None:
    talent = await town.talent()
    body = {"scheme": "living-allowance", "channel": "f", "first_contract": "2025-07-01"}
    key = {"idempotency-key": "start-1"}
    first, again = await asyncio.gather(
        *(talent.call("POST", "/applications", json=body, headers=key) for _ in range(2))
    )
    assert first.json()["application_id"] == again.json()["application_id"]


async def test_another_units_clerk_sees_nothing(town: Town) -> None:
    talent, unit, other = await town.talent(), await town.unit(), await town.unit()
    await town.clerk(unit)
    stranger = await town.clerk(other, role="organisation_admin")
    id = await town.submitted_for(talent, unit)
    assert (await stranger.get("/reviews"))["items"] == []
    for method, path in (
        ("GET", f"/reviews/{id}"), ("POST", f"/reviews/{id}/claim"),
        ("GET", f"/reviews/{id}/attachments/x"),
    ):  # fmt: skip
        assert (await stranger.refused(method, path))[0] == 404


async def test_somebody_elses_application_does_not_exist(town: Town) -> None:
    owner, other, unit = await town.talent(), await town.talent(), await town.unit()
    clerk = await town.clerk(unit)
    id = await town.filled_for(owner, unit)
    for method, path, body in (
        ("GET", f"/applications/{id}", None),
        ("PUT", f"/applications/{id}/channel", {"channel": "f"}),
        ("PUT", f"/applications/{id}/profile", {}),
        ("POST", f"/applications/{id}/submit", {"commitment": True, "commitment_version": "1"}),
        ("POST", f"/applications/{id}/withdraw", None),
        ("DELETE", f"/applications/{id}/attachments/x", None),
    ):
        assert (await other.refused(method, path, body))[:2] == (404, "application-not-found")
    # Nor does a draft for the unit that it names.
    assert (await clerk.refused("GET", f"/reviews/{id}"))[0] == 404


async def test_nobody_decides_on_their_own_case_in_their_unit(town: Town) -> None:
    talent, unit = await town.talent(person="the-same"), await town.unit()
    himself = await town.clerk(unit, person="the-same")
    colleague = await town.clerk(unit)
    id = await town.submitted_for(talent, unit)
    assert (await himself.get("/reviews"))["items"] == []
    refusal = await himself.refused("POST", f"/reviews/{id}/approve", {})
    assert refusal[:2] == (403, "review-own-case")
    await colleague.does("POST", f"/reviews/{id}/approve", {})


async def test_a_double_click_decides_once(town: Town) -> None:
    talent, bureau, unit = await town.talent(), await town.officer(BUREAU), await town.unit()
    clerk = await town.clerk(unit)
    await town.classed(talent)
    id = await town.submitted_for(talent, unit)
    for reviewer in (clerk, bureau):
        body = {"words": "同意。"}
        answers = await asyncio.gather(
            *(reviewer.call("POST", f"/reviews/{id}/approve", json=body) for _ in range(2))
        )
        assert [a.status_code for a in answers] == [200, 200]
    await town.settled()
    assert (await town.messages(talent))["subsidy-approved"] == 1


async def test_a_rejection_names_a_reason_of_the_catalogue(town: Town) -> None:
    talent, unit = await town.talent(), await town.unit()
    clerk = await town.clerk(unit)
    id = await town.submitted_for(talent, unit)
    no = {"reason": "mood", "words": "不。"}
    assert (await clerk.refused("POST", f"/reviews/{id}/reject", no))[2] == ["/reason"]
    body = {"fields": ["shoe_size"], "attachments": ["poem"], "words": "请改。"}
    refusal = await clerk.refused("POST", f"/reviews/{id}/return", body)
    assert refusal == (422, "invalid-fields", ["/fields/0", "/attachments/0"])
    no = {"reason": "not-employed-here", "words": "非本单位人员。"}
    await clerk.does("POST", f"/reviews/{id}/reject", no)
    await town.settled()
    (mine,) = (await talent.get("/applications"))["items"]
    assert (mine["result"], mine["remark"]) == ("未通过", "非本单位人员。")
    await town.start(talent)


async def test_being_listed_ends_every_open_application(town: Town) -> None:
    talent, unit = await town.talent(), await town.unit()
    await town.officer(TALENT_OFFICE)
    clerk = await town.clerk(unit)
    id = await town.submitted_for(talent, unit)
    await town.listed(talent)
    mine = await talent.get(f"/applications/{id}")
    assert (mine["status"], mine["remark"]) == ("ended", "talent-listed")
    assert (await clerk.refused("POST", f"/reviews/{id}/approve", {}))[1] == "review-closed"
    body = {"scheme": "living-allowance", "channel": "f", "first_contract": "2025-07-01"}
    assert (await talent.refused("POST", "/applications", body))[:2] == (403, "application-barred")


async def test_the_catalogue_is_open_to_everybody(town: Town) -> None:
    catalogue = (await town.client.get("/api/subsidy/catalogue")).json()
    assert [s["code"] for s in catalogue["schemes"]] == ["living-allowance", "housing-subsidy"]
    assert len(catalogue["political_affiliations"]) == 13
    assert catalogue["notice"]["title"] == "人才补贴个人申报须知"


async def test_units_are_found_by_a_part_of_the_name_or_by_its_initials(town: Town) -> None:
    talent = await town.talent()
    first, agency = await town.unit(), await town.unit(dispatch=True)
    waiting = await town.unit(approved=False)
    await town.settled()

    async def found(**asked: Any) -> list[str]:
        listed = await talent.get("/units", params=asked)
        return [one["organisation_id"] for one in listed["items"]]

    assert set(await found()) == {first, agency}
    assert set(await found(search="示例")) == {first, agency}
    assert set(await found(search="XYSL")) == {first, agency}
    assert await found(search=f"{first[-2:]}有限") == [first]
    assert await found(dispatch=True) == [agency]
    assert waiting not in await found(search="示例")
    nothing = await talent.get("/units", params={"search": "没有这家"})
    assert (nothing["items"], nothing["next"]) == ([], None)
    assert "注册" in nothing["absent"]
