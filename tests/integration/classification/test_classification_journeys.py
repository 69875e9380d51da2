"""From an application to a class in force, over HTTP."""

from tests.integration.classification.conftest import BUREAU, TALENT_OFFICE, XIANGCHENG, City


async def test_a_class_is_granted_by_two_desks_after_a_correction(city: City) -> None:
    talent = await city.talent()
    district, bureau = await city.officer(XIANGCHENG), await city.officer(BUREAU)
    id = await city.submitted(talent)

    (line,) = (await district.get("/reviews"))["items"]
    assert (line["application_id"], line["name"]) == (id, "黎示范")
    assert (await bureau.get("/reviews"))["items"] == []

    await district.does("POST", f"/reviews/{id}/claim")
    wrong = {"fields": ["major"], "attachments": ["labour_contract"], "words": "专业与证书不符。"}
    await district.does("POST", f"/reviews/{id}/return", wrong)
    await city.settled()
    mine = await talent.get(f"/applications/{id}")
    assert (mine["status"], mine["remark"]) == ("returned", "专业与证书不符。")
    assert mine["unlocked"] == {
        "everything": False, "fields": ["/profile/major"], "attachments": ["labour_contract"],
    }  # fmt: skip

    refusal = await talent.refused("PUT", f"/applications/{id}/profile", {"region": "fancheng"})
    assert refusal == (409, "application-locked", ["/region"])
    await talent.does("PUT", f"/applications/{id}/profile", {"major": "材料物理与化学"})
    assert (await talent.upload(id, "labour_contract")).status_code == 201
    assert (await city.submit(talent, id)).status_code == 200
    await district.does("POST", f"/reviews/{id}/approve", {"words": "已补正。"})
    answer = await bureau.does("POST", f"/reviews/{id}/approve", {})
    await city.settled()

    mine = await talent.get(f"/applications/{id}", params={"min_version": answer["version"]})
    assert [(s["what"], s["round"]) for s in mine["steps"]] == [
        ("submitted", 1), ("stage-opened", 1), ("returned", 1),
        ("submitted", 2), ("stage-opened", 2), ("desk-approved", 2),
        ("stage-opened", 2), ("desk-approved", 2), ("approved", 2),
    ]  # fmt: skip
    assert all(step["by"] is None for step in mine["steps"])
    me = await talent.get("/me")
    assert (me["in_force"]["talent_class"], me["in_force"]["full_time"]) == ("F", True)
    assert (me["open_application"], me["may_apply"]) == (None, "change")
    assert await city.messages(talent) == {
        "registered": 1, "application-submitted": 2, "application-returned": 1,
        "desk-approved": 2, "application-approved": 1,
    }  # fmt: skip


async def test_the_old_class_holds_until_the_change_is_approved(city: City) -> None:
    talent = await city.talent()
    bureau, office = await city.officer(BUREAU), await city.officer(TALENT_OFFICE)
    first = await city.submitted(talent, region="city-organs")
    await bureau.does("POST", f"/reviews/{first}/approve", {})
    await city.settled()
    assert (await talent.refused("POST", "/applications", {"kind": "new"}))[1] == "class-in-force"

    second = await city.submitted(talent, row="E1", region="city-organs", kind="change")
    assert (await talent.get("/me"))["in_force"]["talent_class"] == "F"
    await office.does("POST", f"/reviews/{second}/approve", {})
    await city.settled()
    assert (await talent.get("/me"))["in_force"]["row"] == "E1"
    history = (await talent.get("/applications"))["items"]
    assert [(h["attempt"], h["kind"], h["result"]) for h in history] == [
        (2, "change", "已通过"), (1, "new", "已通过"),
    ]  # fmt: skip


async def test_a_rejected_change_leaves_the_class_as_it_was(city: City) -> None:
    talent = await city.talent()
    bureau, office = await city.officer(BUREAU), await city.officer(TALENT_OFFICE)
    first = await city.submitted(talent, region="city-organs")
    await bureau.does("POST", f"/reviews/{first}/approve", {})
    await city.settled()
    second = await city.submitted(talent, row="D", region="city-organs", kind="change")
    no = {"reason": "condition-not-met", "words": "不符合拔尖人才的条件。"}
    await office.does("POST", f"/reviews/{second}/reject", no)
    await city.settled()
    me = await talent.get("/me")
    assert (me["in_force"]["talent_class"], me["may_apply"]) == ("F", "change")
    (latest, _) = (await talent.get("/applications"))["items"]
    assert (latest["result"], latest["remark"]) == ("未通过", "不符合拔尖人才的条件。")


async def test_a_false_declaration_that_a_second_person_confirms_bars_for_a_year(
    city: City,
) -> None:
    talent, bureau = await city.talent(), await city.officer(BUREAU)
    id = await city.submitted(talent, region="city-organs")
    no = {"reason": "false-declaration", "words": "学历证书系伪造。"}
    await bureau.does("POST", f"/reviews/{id}/reject", no)
    await city.settled()
    assert (await talent.get("/me"))["barred_until"] is None
    await city.confirms(f"classification-{id}")
    me = await talent.get("/me")
    assert (me["barred_until"], me["may_apply"]) == ("2027-03-02", None)
    assert (await talent.refused("POST", "/applications", {}))[:2] == (403, "application-barred")
    city.later(days=366)
    talent = await city.again(talent)
    assert (await talent.call("POST", "/applications", json={})).status_code == 201


async def test_a_withdrawn_application_makes_room_for_another(city: City) -> None:
    talent, bureau = await city.talent(), await city.officer(BUREAU)
    id = await city.submitted(talent, region="city-organs")
    assert (await talent.refused("POST", "/applications", {}))[:2] == (409, "application-open")
    await talent.does("POST", f"/applications/{id}/withdraw")
    await city.settled()
    assert (await bureau.get("/reviews"))["items"] == []
    assert (await bureau.refused("POST", f"/reviews/{id}/approve", {}))[1] == "review-closed"
    again = await talent.does("POST", "/applications", {})
    assert again["attempt"] == 2
    # What was typed the last time is there.
    assert (await talent.get(
        f"/applications/{again['application_id']}", params={"min_version": again["version"]}
    ))["profile"]["major"] == "材料学"  # fmt: skip


async def test_nothing_is_lost_between_two_steps_of_the_form(city: City) -> None:
    talent = await city.talent()
    id = (await talent.does("POST", "/applications", {}))["application_id"]
    await talent.does("PUT", f"/applications/{id}/profile", {"major": "材料学"})
    done = await talent.does("PUT", f"/applications/{id}/profile", {"region": "gaoxin"})
    seen = await talent.get(f"/applications/{id}", params={"min_version": done["version"]})
    assert (seen["profile"]["major"], seen["profile"]["region"]) == ("材料学", "gaoxin")
    assert (seen["profile"]["mobile"], seen["profile"]["sex"]) == ("+8613800138000", "female")


async def test_a_late_stage_is_escalated_and_the_superior_decides(city: City) -> None:
    talent, district = await city.talent(), await city.officer(XIANGCHENG)
    bureau = await city.officer(BUREAU)
    id = await city.submitted(talent)
    assert (await bureau.refused("POST", f"/reviews/{id}/approve", {}))[:2] == (403, "not-at-desk")
    city.later(days=10)
    await city.platform.host.ticker.tick()
    await city.settled()
    bureau, district = await city.again(bureau), await city.again(district)
    for officer in (bureau, district):
        (line,) = (await officer.get("/reviews", params={"overdue": True}))["items"]
        assert line["application_id"] == id
    await bureau.does("POST", f"/reviews/{id}/approve", {})


async def test_a_desk_without_anybody_passes_its_cases_up(city: City) -> None:
    talent = await city.talent()
    district, bureau = await city.officer(XIANGCHENG), await city.officer(BUREAU)
    id = await city.submitted(talent)
    await city.leaves(district)
    await city.settled()
    (line,) = (await bureau.get("/reviews"))["items"]
    assert line["application_id"] == id


async def test_a_changed_mobile_is_followed_in_a_locked_profile(city: City) -> None:
    talent, district = await city.talent(), await city.officer(XIANGCHENG)
    id = await city.submitted(talent)
    await city.moves(talent, "+8613900139000")
    case = await district.get(f"/reviews/{id}")
    assert case["profile"]["mobile"] == "+8613900139000"


async def test_an_erased_talent_leaves_no_file_and_no_name(city: City) -> None:
    talent, bureau = await city.talent(), await city.officer(BUREAU)
    id = await city.submitted(talent, region="city-organs")
    await bureau.does("POST", f"/reviews/{id}/approve", {})
    await city.settled()
    assert await city.platform.kernel.files.keys("classification/") != []
    await city.erased(talent)
    case = await bureau.get(f"/reviews/{id}")
    assert (case["name"], case["document_number"], case["profile"]) == (None, None, None)
    assert await city.platform.kernel.files.keys("classification/") == []
    assert "classification.class-ended.v1" in await city.events("talentClass")
