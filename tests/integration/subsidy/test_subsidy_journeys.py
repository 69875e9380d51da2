"""From an application to an allowance granted, over HTTP."""

from services.subsidy.entitlements.views import ENTITLEMENTS
from tests.integration.subsidy.conftest import BUREAU, PROFILE, TALENT_OFFICE, Town


async def test_the_living_allowance_is_granted_by_the_unit_and_then_the_bureau(town: Town) -> None:
    talent, bureau = await town.talent(), await town.officer(BUREAU)
    unit = await town.unit()
    clerk = await town.clerk(unit)
    id = await town.submitted_for(talent, unit)

    (line,) = (await clerk.get("/reviews"))["items"]
    assert (line["application_id"], line["name"], line["waiting_at"]) == (
        id, "黎示范", ["用工单位"],
    )  # fmt: skip
    assert (await bureau.get("/reviews"))["items"] == []
    await clerk.does("POST", f"/reviews/{id}/claim")
    await clerk.does("POST", f"/reviews/{id}/approve", {"words": "系我单位员工。"})
    await town.settled()
    assert (await clerk.get("/reviews"))["items"] == []

    await town.classed(talent)
    (line,) = (await bureau.get("/reviews", params={"scheme": "living-allowance"}))["items"]
    case = await bureau.get(f"/reviews/{id}")
    assert case["class_now"] == {"talent_class": "F", "row": "F", "fits": True, "outstanding": []}
    answer = await bureau.does("POST", f"/reviews/{id}/approve", {})
    await town.settled()

    mine = await talent.get(f"/applications/{id}", params={"min_version": answer["version"]})
    assert [(s["what"], s["where"]) for s in mine["steps"]] == [
        ("submitted", None), ("stage-opened", "单位审核"), ("desk-approved", "用工单位"),
        ("stage-opened", "市人社局审批"), ("desk-approved", "市人社局"), ("approved", None),
    ]  # fmt: skip
    assert (mine["result"], mine["talent_class"]) == ("已通过", "F")
    scheme = await town.scheme(talent)
    assert [r["code"] for r in scheme["reasons"]] == ["subsidy-granted"]
    again = {"scheme": "living-allowance", "channel": "f", "first_contract": "2025-07-01"}
    assert (await talent.refused("POST", "/applications", again))[1] == "subsidy-granted"
    assert await town.messages(talent) == {
        "registered": 1, "subsidy-submitted": 1, "subsidy-desk-approved": 2, "subsidy-approved": 1,
        "payout-scheduled": 1,
    }  # fmt: skip


async def test_of_dispatched_labour_both_units_review_side_by_side(town: Town) -> None:
    talent, office = await town.talent(), await town.officer(TALENT_OFFICE)
    agency, host = await town.unit(dispatch=True), await town.unit()
    of_agency, of_host = await town.clerk(agency), await town.clerk(host, role="organisation_admin")
    await town.classed(talent, "E", "E2")
    id = await town.submitted_for(
        talent, host, channel="high-level", dispatch=True, recruiting_unit=agency
    )
    for clerk in (of_agency, of_host):
        (line,) = (await clerk.get("/reviews"))["items"]
        assert [u["role"] for u in line["units"]] == ["recruiting_unit", "host_unit"]
    await of_host.does("POST", f"/reviews/{id}/approve", {})
    assert (await office.refused("POST", f"/reviews/{id}/approve", {}))[1] == "not-at-desk"
    await of_agency.does("POST", f"/reviews/{id}/approve", {})
    await office.does("POST", f"/reviews/{id}/approve", {})
    await town.settled()
    stored = (await town.stored(ENTITLEMENTS))[talent.account]
    (granted,) = stored.entitlements
    assert (granted.channel, granted.talent_class, granted.row) == ("high-level", "E", "E2")


async def test_another_unit_on_correction_begins_the_review_anew(town: Town) -> None:
    talent, bureau = await town.talent(), await town.officer(BUREAU)
    first, second = await town.unit(), await town.unit()
    of_first, of_second = await town.clerk(first), await town.clerk(second)
    await town.classed(talent)
    id = await town.submitted_for(talent, first)
    await of_first.does("POST", f"/reviews/{id}/approve", {})
    wrong = {"fields": ["host_unit"], "words": "合同与用工单位不符。"}
    await bureau.does("POST", f"/reviews/{id}/return", wrong)
    await town.settled()
    await talent.does("PUT", f"/applications/{id}/profile", {"host_unit": second})
    assert (await town.submit(talent, id)).status_code == 200
    await town.settled()
    assert (await of_first.refused("GET", f"/reviews/{id}"))[0] == 404
    assert (await of_first.get("/reviews"))["items"] == []
    await of_second.does("POST", f"/reviews/{id}/approve", {})
    await bureau.does("POST", f"/reviews/{id}/approve", {})
    await town.settled()
    assert (await talent.get(f"/applications/{id}"))["status"] == "approved"


async def test_a_correction_without_another_unit_goes_back_to_who_returned_it(town: Town) -> None:
    talent, bureau = await town.talent(), await town.officer(BUREAU)
    unit = await town.unit()
    clerk = await town.clerk(unit)
    await town.classed(talent)
    id = await town.submitted_for(talent, unit)
    await clerk.does("POST", f"/reviews/{id}/approve", {})
    wrong = {"fields": ["position"], "attachments": ["labour_contract"], "words": "请核对。"}
    await bureau.does("POST", f"/reviews/{id}/return", wrong)
    await town.settled()
    mine = await talent.get(f"/applications/{id}")
    assert mine["unlocked"] == {
        "everything": False, "fields": ["/profile/position"], "attachments": ["labour_contract"],
    }  # fmt: skip
    refusal = await talent.refused("PUT", f"/applications/{id}/profile", {"email": "x@example.org"})
    assert refusal == (409, "application-locked", ["/email"])
    await talent.does("PUT", f"/applications/{id}/profile", {"position": "高级工程师"})
    assert (await town.submit(talent, id)).status_code == 200
    await bureau.does("POST", f"/reviews/{id}/approve", {})
    await town.settled()
    assert (await talent.get(f"/applications/{id}"))["status"] == "approved"


async def test_another_channel_on_correction_goes_to_its_authority(town: Town) -> None:
    talent = await town.talent()
    bureau, office = await town.officer(BUREAU), await town.officer(TALENT_OFFICE)
    unit = await town.unit()
    clerk = await town.clerk(unit)
    await town.classed(talent, "E", "E1")
    id = await town.submitted_for(talent, unit)
    await clerk.does("POST", f"/reviews/{id}/approve", {})
    refusal = await bureau.refused("POST", f"/reviews/{id}/approve", {})
    assert refusal[:2] == (409, "class-does-not-fit")
    body = {"fields": ["channel"], "words": "E类人才请走另一通道。"}
    await bureau.does("POST", f"/reviews/{id}/return", body)
    await talent.does("PUT", f"/applications/{id}/channel", {"channel": "high-level"})
    assert (await town.submit(talent, id)).status_code == 200
    await clerk.does("POST", f"/reviews/{id}/approve", {})
    await office.does("POST", f"/reviews/{id}/approve", {})
    await town.settled()
    assert (await talent.get(f"/applications/{id}"))["status"] == "approved"


async def test_the_authority_grants_nothing_without_a_class(town: Town) -> None:
    talent, bureau = await town.talent(), await town.officer(BUREAU)
    unit = await town.unit()
    clerk = await town.clerk(unit)
    id = await town.submitted_for(talent, unit)
    await clerk.does("POST", f"/reviews/{id}/approve", {})
    refusal = await bureau.refused("POST", f"/reviews/{id}/approve", {})
    assert refusal[:2] == (409, "no-class-to-grant-by")
    assert (await bureau.get(f"/reviews/{id}"))["class_now"]["fits"] is False
    await town.classed(talent)
    await bureau.does("POST", f"/reviews/{id}/approve", {})


async def test_the_form_begins_with_what_is_known(town: Town) -> None:
    talent = await town.talent()
    path = "/api/classification/applications"
    headers = {"Authorization": f"Bearer {talent.token}"}
    made = (await town.client.post(path, json={}, headers=headers)).json()
    profile = {
        "ethnic_group": "02", "current_address": PROFILE["current_address"],
        "work": [{"employer": "某公司", "position": "技术员", "since": "2020-01-01"}],
    }  # fmt: skip
    where = f"{path}/{made['application_id']}/profile"
    assert (await town.client.put(where, json=profile, headers=headers)).status_code == 200
    await town.settled()
    id = await town.start(talent)
    await town.settled()
    known = (await talent.get(f"/applications/{id}"))["profile"]
    assert (known["ethnic_group"], known["position"]) == ("02", "技术员")
    assert known["current_address"]["line"] == "檀溪路178号"
    assert (known["mobile"], known["birth_date"]) == ("+8613800138000", "1990-05-20")
    assert known["first_contract"] == "2025-07-01"


async def test_the_housing_subsidy_is_granted_once_a_window(town: Town) -> None:
    talent, office = await town.talent(), await town.officer(TALENT_OFFICE)
    unit = await town.unit()
    clerk = await town.clerk(unit)
    asked = {
        "scheme": "housing-subsidy", "channel": "high-level", "first_contract": "2021-07-01",
    }  # fmt: skip
    refusal = await talent.refused("POST", "/applications", asked)
    assert refusal[:2] == (409, "class-required")
    await town.classed(talent, "D")
    id = await town.submitted_for(talent, unit, **asked)
    await clerk.does("POST", f"/reviews/{id}/approve", {})
    await office.does("POST", f"/reviews/{id}/approve", {})
    await town.settled()
    assert (await talent.refused("POST", "/applications", asked))[1] == "subsidy-granted"
    town.later(days=120)
    talent = await town.again(talent)
    refusal = await talent.refused("POST", "/applications", asked)
    assert refusal[:2] == (409, "scheme-closed")
    scheme = await town.scheme(talent, "housing-subsidy")
    assert (scheme["open"], scheme["opens"], scheme["may_apply"]) == (False, "2027-03-01", False)
    town.later(days=245)
    talent = await town.again(talent)
    done = await talent.does("POST", "/applications", asked)
    assert (done["window"], done["attempt"]) == ("2027", 2)


async def test_a_draft_of_a_window_that_is_over_is_not_submitted(town: Town) -> None:
    talent, unit = await town.talent(), await town.unit()
    await town.classed(talent, "E", "E1")
    asked = {"scheme": "housing-subsidy", "channel": "high-level", "first_contract": "2021-07-01"}
    id = await town.filled_for(talent, unit, **asked)
    town.later(days=365)
    talent = await town.again(talent)
    answer = await town.submit(talent, id)
    assert (answer.status_code, answer.json()["code"]) == (409, "window-over")
    await talent.does("POST", f"/applications/{id}/withdraw")
    await talent.does("POST", "/applications", asked)


async def test_the_schemes_say_what_is_open_and_why_not(town: Town) -> None:
    talent = await town.talent()
    living = await town.scheme(talent)
    assert (living["open"], living["eligible"], living["may_apply"]) == (True, False, True)
    assert [r["code"] for r in living["reasons"]] == ["no-class-yet"]
    housing = await town.scheme(talent, "housing-subsidy")
    assert (housing["open"], housing["may_apply"]) == (True, False)
    assert [c["code"] for c in housing["channels"]] == ["high-level"]
    await town.classed(talent)
    housing = await town.scheme(talent, "housing-subsidy")
    assert [r["code"] for r in housing["reasons"]] == ["class-of-others"]
    id = await town.start(talent)
    living = await town.scheme(talent)
    assert (living["open_application"], living["may_apply"]) == (id, False)
    await town.listed(talent)
    reasons = (await town.scheme(talent))["reasons"]
    assert "application-barred" in [r["code"] for r in reasons]


async def test_a_silent_unit_is_passed_by_and_nobody_decides_twice(town: Town) -> None:
    talent = await town.talent()
    one, other = await town.officer(BUREAU), await town.officer(BUREAU)
    unit = await town.unit()
    await town.clerk(unit)
    await town.classed(talent)
    id = await town.submitted_for(talent, unit)
    town.later(days=10)
    await town.platform.host.ticker.tick()
    await town.settled()
    one, other = await town.again(one), await town.again(other)
    (line,) = (await one.get("/reviews", params={"overdue": True}))["items"]
    assert line["application_id"] == id
    await one.does("POST", f"/reviews/{id}/approve", {})
    refusal = await one.refused(
        "POST", f"/reviews/{id}/approve", {"desk": "authority-decision:hr_bureau"}
    )
    assert refusal[1] == "decided-at-another-desk"
    await other.does("POST", f"/reviews/{id}/approve", {})


async def test_a_unit_without_anybody_passes_its_cases_to_the_authority(town: Town) -> None:
    talent, bureau, unit = await town.talent(), await town.officer(BUREAU), await town.unit()
    clerk = await town.clerk(unit)
    id = await town.submitted_for(talent, unit)
    await town.leaves(clerk)
    await town.settled()
    (line,) = (await bureau.get("/reviews"))["items"]
    assert line["application_id"] == id


async def test_the_end_of_the_class_ends_what_was_granted_by_it(town: Town) -> None:
    talent, bureau, unit = await town.talent(), await town.officer(BUREAU), await town.unit()
    clerk = await town.clerk(unit)
    await town.classed(talent)
    id = await town.submitted_for(talent, unit)
    await clerk.does("POST", f"/reviews/{id}/approve", {})
    await bureau.does("POST", f"/reviews/{id}/approve", {})
    await town.settled()
    await town.unclassed(talent)
    await town.settled()
    (entitlement,) = (await town.stored(ENTITLEMENTS))[talent.account].entitlements
    assert entitlement.ended == "class-ended"
    assert (await town.messages(talent))["subsidy-entitlement-ended"] == 1
    assert (await town.scheme(talent))["may_apply"] is True


async def test_a_changed_mobile_is_followed_in_a_locked_profile(town: Town) -> None:
    talent, unit = await town.talent(), await town.unit()
    clerk = await town.clerk(unit)
    id = await town.submitted_for(talent, unit)
    await town.moves(talent, "+8613900139000")
    assert (await clerk.get(f"/reviews/{id}"))["profile"]["mobile"] == "+8613900139000"


async def test_an_erased_talent_leaves_no_file_and_no_name(town: Town) -> None:
    talent, bureau, unit = await town.talent(), await town.officer(BUREAU), await town.unit()
    clerk = await town.clerk(unit)
    await town.classed(talent)
    id = await town.submitted_for(talent, unit)
    await clerk.does("POST", f"/reviews/{id}/approve", {})
    await bureau.does("POST", f"/reviews/{id}/approve", {})
    await town.settled()
    assert await town.platform.kernel.files.keys("subsidy/") != []
    await town.erased(talent)
    case = await bureau.get(f"/reviews/{id}")
    assert (case["name"], case["document_number"], case["profile"]) == (None, None, None)
    assert await town.platform.kernel.files.keys("subsidy/") == []
    assert "subsidy.entitlement-ended.v1" in await town.events("talentSubsidies")


async def test_a_false_declaration_that_a_second_person_confirms_bars_for_a_year(
    town: Town,
) -> None:
    talent, unit = await town.talent(), await town.unit()
    clerk = await town.clerk(unit)
    id = await town.submitted_for(talent, unit)
    no = {"reason": "false-declaration", "words": "劳动合同系伪造。"}
    await clerk.does("POST", f"/reviews/{id}/reject", no)
    await town.settled()
    await town.confirms(f"subsidy-{id}")
    body = {"scheme": "living-allowance", "channel": "f", "first_contract": "2025-07-01"}
    assert (await talent.refused("POST", "/applications", body))[:2] == (403, "application-barred")
    town.later(days=366)
    talent = await town.again(talent)
    assert (await talent.call("POST", "/applications", json=body)).status_code == 201


async def test_a_rejection_by_a_unit_falls_on_objection_and_a_colleague_decides(
    town: Town,
) -> None:
    talent, bureau = await town.talent(), await town.officer(BUREAU)
    unit = await town.unit()
    clerk, colleague = await town.clerk(unit), await town.clerk(unit)
    await town.classed(talent)
    id = await town.submitted_for(talent, unit)
    reason = (await clerk.get("/reviews/reasons"))[0]["code"]
    no = {"reason": reason, "words": "本单位没有此人。"}
    await clerk.does("POST", f"/reviews/{id}/reject", no)
    await town.settled()
    await talent.does("POST", f"/applications/{id}/objection", {"words": "劳动合同见附件。"})
    await town.settled()
    assert [s["status"] for s in (await talent.get("/applications"))["items"]] == ["objected"]
    # A unit does not answer what is said against it.
    answer = f"/reviews/{id}/objection/uphold"
    assert (await colleague.refused("POST", answer, {"words": "是"}))[:2] == (403, "not-at-desk")
    await bureau.does("POST", answer, {"words": "合同已核实，请重新提交。"})
    assert (await town.submit(talent, id)).status_code == 200
    own = await clerk.refused("POST", f"/reviews/{id}/approve", {})
    assert own[:2] == (403, "review-own-decision")
    await colleague.does("POST", f"/reviews/{id}/approve", {})
    await bureau.does("POST", f"/reviews/{id}/approve", {})
    await town.settled()
    assert (await talent.get(f"/applications/{id}"))["status"] == "approved"
    assert len((await town.stored(ENTITLEMENTS))[talent.account].entitlements) == 1


async def test_what_is_known_is_filled_in_and_marked_where_from(town: Town) -> None:
    talent = await town.talent()
    id = await town.start(talent)
    await town.settled()
    mine = await talent.get(f"/applications/{id}")
    assert mine["sources"]["mobile"] == "registration"
    assert mine["profile"]["mobile"]
    await talent.does("PUT", f"/applications/{id}/profile", {"mobile": "13900139000"})
    await town.settled()
    mine = await talent.get(f"/applications/{id}")
    assert "mobile" not in mine["sources"]
    assert mine["sources"]["birth_date"] == "registration"
    await talent.does("POST", f"/applications/{id}/withdraw")
    again = await town.start(talent)
    await town.settled()
    mine = await talent.get(f"/applications/{again}")
    assert mine["sources"]["mobile"] == "earlier-application"
