"""What is refused, and with which words: bad files, other people's cases, two at once."""

import asyncio

import pytest

from tests.integration.classification.conftest import (
    BUREAU,
    PDF,
    PNG,
    PROFILE,
    TALENT_OFFICE,
    XIANGCHENG,
    City,
)

ZIP = b"PK\x03\x04" + bytes(64)


async def test_everything_that_is_missing_is_named_at_once(city: City) -> None:
    talent = await city.talent()
    id = (await talent.does("POST", "/applications", {}))["application_id"]
    form = {"commitment": False, "commitment_version": "1"}
    status, code, at = await talent.refused("POST", f"/applications/{id}/submit", form)
    assert (status, code) == (422, "invalid-fields")
    assert {"/class", "/commitment", "/profile/region", "/profile/education"} <= set(at)


async def test_every_wrong_field_of_the_profile_is_named_at_once(city: City) -> None:
    talent = await city.talent()
    id = (await talent.does("POST", "/applications", {}))["application_id"]
    wrong = {
        "mobile": "12", "sex": "male", "birth_date": "2999-01-01", "ethnic_group": "99",
        "region": "mars", "work": [{"since": "2020-01-01", "until": "2019-01-01"}],
        "current_address": {"province": "42", "city": "1101"},
    }  # fmt: skip
    refusal = await talent.refused("PUT", f"/applications/{id}/profile", wrong)
    assert refusal[:2] == (422, "invalid-fields")
    assert set(refusal[2]) == {
        "/mobile", "/sex", "/birth_date", "/ethnic_group", "/region",
        "/work/0/since", "/work/0/until", "/current_address",
    }  # fmt: skip


async def test_an_unknown_field_is_a_spelling_mistake(city: City) -> None:
    talent = await city.talent()
    id = (await talent.does("POST", "/applications", {}))["application_id"]
    refusal = await talent.refused("PUT", f"/applications/{id}/profile", {"majour": "材料学"})
    assert refusal == (422, "invalid-input", ["/majour"])


@pytest.mark.parametrize(
    ("name", "data", "status", "code"),
    [
        ("压缩包.pdf", ZIP, 415, "file-type-not-allowed"),
        ("空.pdf", b"", 422, "file-empty"),
        ("脚本.png", b"<html><script>alert(1)</script>", 415, "file-type-not-allowed"),
        ("大.pdf", PDF + bytes(20 * 2**20), 413, "file-too-large"),
        ("过大.pdf", PDF + bytes(22 * 2**20), 413, "body-too-large"),
    ],
)
async def test_a_file_is_what_its_content_says(
    city: City, name: str, data: bytes, status: int, code: str
) -> None:
    talent = await city.talent()
    id = (await talent.does("POST", "/applications", {}))["application_id"]
    answer = await talent.upload(id, "other", data, name)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await city.platform.kernel.files.keys("") == []


async def test_an_upload_names_every_part_at_fault(city: City) -> None:
    talent = await city.talent()
    id = (await talent.does("POST", "/applications", {}))["application_id"]
    path = f"/applications/{id}/attachments"
    answer = await talent.call("POST", path, data={"kind": "x"}, files={"fil": ("a.pdf", PDF)})
    found = [e["pointer"] for e in answer.json()["errors"]]
    assert (answer.status_code, found) == (422, ["/fil", "/kind", "/category", "/file"])
    answer = await talent.call("POST", path, json={"category": "other"})
    assert (answer.status_code, answer.json()["code"]) == (415, "multipart-expected")
    broken = {"content-type": "multipart/form-data; boundary=x"}
    answer = await talent.call("POST", path, content=b"\xff\xfe nonsense", headers=broken)
    assert answer.status_code == 422


async def test_an_upload_tried_again_is_one_attachment(city: City) -> None:
    talent = await city.talent()
    id = (await talent.does("POST", "/applications", {}))["application_id"]
    path = f"/applications/{id}/attachments"
    body = b'--x\r\nContent-Disposition: form-data; name="category"\r\n\r\nother\r\n'
    body += b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    body += PNG + b"\r\n--x--\r\n"
    headers = {"content-type": "multipart/form-data; boundary=x", "idempotency-key": "upload-1"}
    first = await talent.call("POST", path, content=body, headers=headers)
    again = await talent.call("POST", path, content=body, headers=headers)
    assert (first.status_code, again.json()) == (201, first.json())
    seen = await talent.get(f"/applications/{id}", params={"min_version": again.json()["version"]})
    assert [a["media_type"] for a in seen["attachments"]] == ["image/png"]
    shown = await talent.call("GET", f"{path}/{seen['attachments'][0]['attachment_id']}")
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")
    assert "sandbox" in shown.headers["content-security-policy"]


async def test_a_deleted_file_is_gone_unless_reviewers_had_it(city: City) -> None:
    talent, bureau = await city.talent(), await city.officer(BUREAU)
    id = await city.filled(talent, region="city-organs")
    extra = (await talent.upload(id, "other")).json()["attachment_id"]
    await talent.does("DELETE", f"/applications/{id}/attachments/{extra}")
    await city.settled()
    assert not [k for k in await city.platform.kernel.files.keys("") if k.endswith(extra)]
    assert (await city.submit(talent, id)).status_code == 200
    words = {"attachments": ["labour_contract"], "words": "合同已过期。"}
    await bureau.does("POST", f"/reviews/{id}/return", words)
    await city.settled()
    mine = (await talent.get(f"/applications/{id}"))["attachments"]
    contract = next(a for a in mine if a["category"] == "labour_contract")["attachment_id"]
    other = next(a for a in mine if a["category"] == "id_document")["attachment_id"]
    refusal = await talent.refused("DELETE", f"/applications/{id}/attachments/{other}")
    assert refusal[:2] == (409, "application-locked")
    await talent.does("DELETE", f"/applications/{id}/attachments/{contract}")
    await city.settled()
    assert [k for k in await city.platform.kernel.files.keys("") if k.endswith(contract)]


async def test_somebody_elses_application_does_not_exist(city: City) -> None:
    owner, other = await city.talent(), await city.talent()
    officer = await city.officer("talent_office@city")
    id = await city.filled(owner)
    for method, path, body in (
        ("GET", f"/applications/{id}", None),
        ("PUT", f"/applications/{id}/class", {"row": "F", "honours": []}),
        ("PUT", f"/applications/{id}/profile", {}),
        ("POST", f"/applications/{id}/submit", {"commitment": True, "commitment_version": "1"}),
        ("POST", f"/applications/{id}/withdraw", None),
        ("DELETE", f"/applications/{id}/attachments/x", None),
    ):
        assert (await other.refused(method, path, body))[:2] == (404, "application-not-found")
    assert (await other.upload(id, "other")).status_code == 404
    # Nor does a draft for reviewers.
    assert (await officer.refused("GET", f"/reviews/{id}"))[0] == 404


async def test_a_case_is_no_business_of_another_districts_desk(city: City) -> None:
    talent = await city.talent()
    stranger = await city.officer("district_talent_desk@district:zaoyang")
    await city.officer(XIANGCHENG)
    id = await city.submitted(talent)
    assert (await stranger.get("/reviews"))["items"] == []
    for path in (f"/reviews/{id}/approve", f"/reviews/{id}/claim"):
        assert (await stranger.refused("POST", path, {}))[0] == 404


async def test_nobody_decides_on_their_own_case_under_any_account(city: City) -> None:
    talent = await city.talent(person="the-same")
    self_officer = await city.officer(BUREAU, person="the-same")
    other = await city.officer(BUREAU)
    id = await city.submitted(talent, region="city-organs")
    assert (await self_officer.get("/reviews"))["items"] == []
    refusal = await self_officer.refused("POST", f"/reviews/{id}/approve", {})
    assert refusal[:2] == (403, "review-own-case")
    await other.does("POST", f"/reviews/{id}/approve", {})


async def test_a_renewed_passport_makes_nobody_somebody_else(city: City) -> None:
    talent = await city.talent()
    await city.renewed(talent, "the-new-passport")
    self_officer = await city.officer(BUREAU, person="the-new-passport")
    await city.officer(BUREAU)
    why = "永久居留，免办工作许可。"
    id = await city.submitted(talent, region="city-organs", no_work_permit_reason=why)
    refusal = await self_officer.refused("POST", f"/reviews/{id}/approve", {})
    assert refusal[:2] == (403, "review-own-case")


async def test_a_case_about_the_only_officer_goes_to_the_superior(city: City) -> None:
    talent = await city.talent(person="the-same")
    await city.officer(BUREAU, person="the-same")
    office = await city.officer(TALENT_OFFICE)
    id = await city.submitted(talent, region="city-organs")
    (line,) = (await office.get("/reviews"))["items"]
    assert line["application_id"] == id


async def test_of_two_reviewers_at_once_one_decides(city: City) -> None:
    talent = await city.talent()
    officers = [await city.officer(BUREAU) for _ in range(2)]
    id = await city.submitted(talent, region="city-organs")
    no = {"reason": "other", "words": "不予认定。"}
    answers = await asyncio.gather(
        officers[0].call("POST", f"/reviews/{id}/approve", json={}),
        officers[1].call("POST", f"/reviews/{id}/reject", json=no),
    )
    assert sorted(a.status_code for a in answers) == [200, 409]
    await city.settled()
    decided = [t for t in await city.events("classificationApplication") if "desk-approved" in t]
    assert len(decided) <= 1


async def test_a_double_click_decides_once(city: City) -> None:
    talent, bureau = await city.talent(), await city.officer(BUREAU)
    id = await city.submitted(talent, region="city-organs")
    body = {"words": "同意。"}
    first, again = await asyncio.gather(
        *(bureau.call("POST", f"/reviews/{id}/approve", json=body) for _ in range(2))
    )
    assert (first.status_code, again.status_code) == (200, 200)
    await city.settled()
    assert (await city.messages(talent))["application-approved"] == 1


async def test_a_claim_keeps_colleagues_out_until_it_is_given_back(city: City) -> None:
    talent = await city.talent()
    one, two = await city.officer(BUREAU), await city.officer(BUREAU)
    id = await city.submitted(talent, region="city-organs")
    await one.does("POST", f"/reviews/{id}/claim")
    await city.settled()
    assert (await two.refused("POST", f"/reviews/{id}/approve", {}))[1] == "claimed-by-another"
    assert len((await one.get("/reviews", params={"claim": "mine"}))["items"]) == 1
    assert (await one.get("/reviews", params={"claim": "none"}))["items"] == []
    await two.does("POST", f"/reviews/{id}/hand-over", {"to": two.account})
    await two.does("POST", f"/reviews/{id}/approve", {})


async def test_a_return_must_say_what_is_wrong(city: City) -> None:
    talent, bureau = await city.talent(), await city.officer(BUREAU)
    id = await city.submitted(talent, region="city-organs")
    refusal = await bureau.refused("POST", f"/reviews/{id}/return", {"words": " "})
    assert refusal == (422, "invalid-fields", ["/words", "/fields"])
    body = {"fields": ["shoe_size"], "attachments": ["poem"], "words": "请改。"}
    refusal = await bureau.refused("POST", f"/reviews/{id}/return", body)
    assert refusal == (422, "invalid-fields", ["/fields/0", "/attachments/0"])
    refusal = await bureau.refused(
        "POST", f"/reviews/{id}/reject", {"reason": "mood", "words": "不。"}
    )
    assert refusal == (422, "invalid-fields", ["/reason"])


async def test_a_stale_version_is_refused(city: City) -> None:
    talent = await city.talent()
    id = (await talent.does("POST", "/applications", {}))["application_id"]
    path = f"/applications/{id}/profile"
    old = (await talent.call("PUT", path, json={"major": "数学"})).headers["etag"]
    await talent.does("PUT", path, {"major": "物理"})
    refusal = await talent.refused("PUT", path, {"major": "化学"}, headers={"if-match": old})
    assert refusal[:2] == (412, "stale-version")


async def test_a_version_of_another_application_is_no_version_of_this_one(city: City) -> None:
    talent, other = await city.talent(), await city.talent()
    id = (await talent.does("POST", "/applications", {}))["application_id"]
    another = (await other.does("POST", "/applications", {}))["application_id"]
    theirs = await other.call("PUT", f"/applications/{another}/profile", json={"major": "数学"})
    refusal = await talent.refused(
        "PUT", f"/applications/{id}/profile", {"major": "化学"},
        headers={"if-match": theirs.headers["etag"]},
    )  # fmt: skip
    assert refusal[:2] == (412, "stale-version")


async def test_starting_twice_with_one_key_is_one_application(city: City) -> None:
    talent = await city.talent()
    key = {"idempotency-key": "start-1"}
    first, again = await asyncio.gather(
        *(talent.call("POST", "/applications", json={}, headers=key) for _ in range(2))
    )
    assert first.json()["application_id"] == again.json()["application_id"]
    assert await city.events("talentClass") == ["classification.application-opened.v1"]


async def test_a_limited_qualification_warns_when_the_enterprise_has_one(city: City) -> None:
    office = await city.officer(TALENT_OFFICE)
    first, second = await city.talent(), await city.talent()
    ids = []
    for talent in (first, second):
        id = await city.filled(talent, row="B", region="city-organs")
        await talent.does("PUT", f"/applications/{id}/class", {"row": "B", "honours": ["b-04"]})
        assert (await city.submit(talent, id)).status_code == 200
        await city.settled()
        ids.append(id)
        if talent is first:
            await office.does("POST", f"/reviews/{id}/approve", {})
            await city.settled()
    warned = (await office.get(f"/reviews/{ids[1]}"))["limited_to_one"]
    assert warned == [{"honour": "b-04", "application_id": ids[0]}]


async def test_a_worklist_filters_sorts_and_pages(city: City) -> None:
    bureau = await city.officer(BUREAU)
    ids = []
    for _ in range(3):
        ids.append(await city.submitted(await city.talent(), region="city-organs"))
        city.later(minutes=1)
    first = await bureau.get("/reviews", params={"sort": "-submitted_at", "limit": 2})
    rest = await bureau.get(
        "/reviews", params={"sort": "-submitted_at", "limit": 2, "cursor": first["next"]}
    )
    assert [r["application_id"] for r in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next"] is None
    none = await bureau.get("/reviews", params={"region": "zaoyang"})
    some = await bureau.get("/reviews", params={"talent_class": "F", "kind": "new"})
    assert (none["items"], len(some["items"])) == ([], 3)
    assert (await bureau.refused("GET", "/reviews", params={"talent_class": "Z"}))[0] == 422


async def test_a_barred_talent_starts_nothing(city: City) -> None:
    talent = await city.talent()
    await city.listed(talent)
    assert (await talent.refused("POST", "/applications", {}))[:2] == (403, "application-barred")


async def test_being_listed_ends_the_open_application(city: City) -> None:
    talent, bureau = await city.talent(), await city.officer(BUREAU)
    id = await city.submitted(talent, region="city-organs")
    await city.listed(talent)
    mine = await talent.get(f"/applications/{id}")
    assert (mine["status"], mine["remark"]) == ("ended", "已列入异常名单，申请终止")
    assert (await bureau.refused("POST", f"/reviews/{id}/approve", {}))[1] == "review-closed"


async def test_the_catalogue_and_the_divisions_are_open_to_everybody(city: City) -> None:
    catalogue = (await city.client.get("/api/classification/catalogue")).json()
    assert [c["code"] for c in catalogue["classes"]] == list("ABCDEF")
    assert len(catalogue["ethnic_groups"]) == 56
    assert len([h for h in catalogue["honours"] if h["talent_class"] == "C"]) == 10
    divisions = "/api/classification/divisions"
    below = (await city.client.get(divisions, params={"parent": "4206"})).json()["items"]
    assert {"code": "420602", "name": "襄城区"} in below
    assert (await city.client.get(divisions, params={"parent": "99"})).status_code == 404


async def test_papers_without_a_household_are_not_asked_for_one(city: City) -> None:
    talent = await city.talent(document_type="passport", document_number="E12345678", sex=None)
    missing = {k: v for k, v in PROFILE.items() if k not in ("registered_address", "ethnic_group")}
    id = (await talent.does("POST", "/applications", {}))["application_id"]
    await talent.does("PUT", f"/applications/{id}/profile", missing)
    answer = await city.submit(talent, id)
    at = {e["pointer"] for e in answer.json()["errors"]}
    assert not at & {"/profile/registered_address", "/profile/ethnic_group"}
    assert "/profile/foreign_work_permit" in at
