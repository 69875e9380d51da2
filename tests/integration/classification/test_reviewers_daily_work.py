"""What reviewers do all day, over HTTP: the next case, many at once, a colleague's, figures."""

import asyncio
import csv
import io
from typing import Any

from tests.integration.classification.conftest import BUREAU, XIANGCHENG, City, Person


async def waiting(city: City, many: int) -> tuple[list[Person], list[str]]:
    talents = [await city.talent() for _ in range(many)]
    ids = [await city.submitted(one, region="city-organs") for one in talents]
    return talents, ids


async def test_the_next_case_is_one_request_and_of_two_reviewers_each_gets_their_own(
    city: City,
) -> None:
    one, other = await city.officer(BUREAU), await city.officer(BUREAU)
    _, ids = await waiting(city, 2)
    first, second = await asyncio.gather(
        *(who.does("POST", "/reviews/next") for who in (one, other))
    )
    assert {first["application_id"], second["application_id"]} == set(ids)
    await city.settled()
    assert await one.does("POST", "/reviews/next") is None


async def test_decisions_in_bulk_are_each_checked_on_their_own(city: City) -> None:
    bureau = await city.officer(BUREAU)
    _, (good, gone, bad) = await waiting(city, 3)
    await bureau.does("POST", f"/reviews/{gone}/approve", {})
    body = {
        "decisions": [
            {"decision": "approve", "application_id": good},
            {"decision": "reject", "application_id": gone, "reason": "other", "words": "不。"},
            {"decision": "return", "application_id": bad, "fields": ["major"], "words": "  "},
            {"decision": "approve", "application_id": "nobodys"},
        ]
    }
    key = {"idempotency-key": "bulk-1"}
    answer = await bureau.does("POST", "/reviews/bulk", body, headers=key)
    results = {one["application_id"]: one for one in answer["results"]}
    assert results[good]["done"]
    assert [results[id]["done"] for id in (gone, bad, "nobodys")] == [False] * 3
    assert [e["pointer"] for e in results[bad]["errors"]] == ["/words"]
    assert results["nobodys"]["code"] == "application-not-found"
    again = await bureau.does("POST", "/reviews/bulk", body, headers=key)
    assert {o["application_id"]: o["done"] for o in again["results"]} == {
        id: one["done"] for id, one in results.items()
    }
    await city.settled()
    approved = (await city.events("classificationApplication")).count(
        "classification.application-approved.v1"
    )
    assert approved == 2


async def test_one_case_is_named_once_in_a_bulk_decision(city: City) -> None:
    bureau = await city.officer(BUREAU)
    _, (id,) = await waiting(city, 1)
    twice = {"decisions": [{"decision": "approve", "application_id": id}] * 2}
    assert (await bureau.refused("POST", "/reviews/bulk", twice))[:2] == (422, "bulk-twice")


async def test_a_colleague_covers_for_who_is_away(city: City) -> None:
    away, here = await city.officer(BUREAU), await city.officer(BUREAU)
    _, ids = await waiting(city, 2)
    for id in ids:
        await away.does("POST", f"/reviews/{id}/claim", {})
    await city.settled()
    known = {one["account_id"] for one in await here.get("/reviews/colleagues")}
    assert known == {away.account, here.account}
    refusal = await here.refused("POST", f"/reviews/{ids[0]}/approve", {})
    assert refusal[1] == "claimed-by-another"
    covered = await here.does("POST", "/reviews/cover", {"from": away.account})
    assert [one["done"] for one in covered["results"]] == [True, True]
    await city.settled()
    mine = await here.get("/reviews", params={"claim": "mine"})
    assert {row["application_id"] for row in mine["items"]} == set(ids)
    await here.does("POST", f"/reviews/{ids[0]}/approve", {})


async def test_a_note_is_for_colleagues_alone(city: City) -> None:
    bureau, talent = await city.officer(BUREAU), await city.talent()
    id = await city.submitted(talent, region="city-organs")
    noted = await bureau.does("POST", f"/reviews/{id}/notes", {"words": "已电话核实学历。"})
    case = await bureau.get(f"/reviews/{id}", params={"min_version": noted["version"]})
    assert [(n["by"], n["words"]) for n in case["notes"]] == [(bureau.account, "已电话核实学历。")]
    whole = await talent.call("GET", f"/applications/{id}")
    assert "已电话核实学历" not in whole.text
    elsewhere = await city.officer(XIANGCHENG)
    assert (await elsewhere.refused("POST", f"/reviews/{id}/notes", {"words": "x"}))[0] == 404


async def test_what_a_correction_changed_is_shown_beside_what_was_there(city: City) -> None:
    bureau, talent = await city.officer(BUREAU), await city.talent()
    id = await city.submitted(talent, region="city-organs")
    body = {"fields": ["major"], "attachments": ["id_document"], "words": "请更正。"}
    await bureau.does("POST", f"/reviews/{id}/return", body)
    await city.settled()
    await talent.does("PUT", f"/applications/{id}/profile", {"major": "机械工程"})
    assert (await talent.upload(id, "id_document", b"%PDF-1.7\n%new\n%%EOF\n")).status_code == 201
    await city.submit(talent, id)
    await city.settled()
    changes = {one["pointer"]: one for one in await bureau.get(f"/reviews/{id}/correction")}
    assert set(changes) == {"/profile/major", "/attachments/id_document"}
    major = changes["/profile/major"]
    assert (major["before"], major["after"], major["asked"]) == ("材料学", "机械工程", True)
    assert len(changes["/attachments/id_document"]["after"]) == 2


async def test_a_change_application_is_compared_with_the_class_in_force(city: City) -> None:
    bureau, talent = await city.officer(BUREAU), await city.talent()
    first = await city.submitted(talent, region="city-organs")
    assert await bureau.get(f"/reviews/{first}/change") == []
    await bureau.does("POST", f"/reviews/{first}/approve", {})
    await city.settled()
    second = await city.submitted(talent, region="city-organs", kind="change", major="机械工程")
    changes = {one["pointer"]: one for one in await bureau.get(f"/reviews/{second}/change")}
    assert changes["/profile/major"]["before"] == "材料学"
    similar = await bureau.get(f"/reviews/{second}/similar")
    assert [(one["application_id"], one["status"]) for one in similar] == [(first, "approved")]
    assert "黎示范" not in str(similar)


async def test_a_list_is_exported_without_formulas(city: City) -> None:
    bureau = await city.officer(BUREAU)
    _, ids = await waiting(city, 2)
    answer = await bureau.call("GET", "/reviews/export", params={"format": "csv"})
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["申请编号"] for row in rows} == set(ids)
    assert rows[0]["姓名"] == "黎示范"
    book = await bureau.call("GET", "/reviews/export")
    assert book.content.startswith(b"PK")
    other = await city.officer(XIANGCHENG)
    empty = await other.call("GET", "/reviews/export", params={"format": "csv"})
    assert len(list(csv.DictReader(io.StringIO(empty.content.decode("utf-8-sig"))))) == 0


async def test_filters_are_saved_under_names_of_ones_own(city: City) -> None:
    bureau, other = await city.officer(BUREAU), await city.officer(BUREAU)
    asked: dict[str, Any] = {"claim": "none", "talent_class": "F", "sort": "-due"}
    await bureau.does("PUT", "/reviews/filters/待领取", asked)
    assert await bureau.get("/reviews/filters") == [{"name": "待领取", "asked": asked}]
    assert await other.get("/reviews/filters") == []
    wrong = await bureau.refused("PUT", "/reviews/filters/x", {"claim": "all", "shoe": "1"})
    assert wrong[:2] == (422, "invalid-input")
    assert len(wrong[2]) == 2
    assert (await bureau.call("DELETE", "/reviews/filters/待领取")).status_code == 204
    assert await bureau.get("/reviews/filters") == []


async def test_reasons_come_from_the_policy(city: City) -> None:
    reasons = await (await city.officer(BUREAU)).get("/reviews/reasons")
    assert any(one["false_declaration"] for one in reasons)


async def test_figures_count_in_out_waiting_overdue_and_the_median(city: City) -> None:
    bureau = await city.officer(BUREAU)
    month = f"{city.clock.now():%Y-%m}"
    span = {"since": month, "until": "2099-12"}
    _, ids = await waiting(city, 3)
    city.later(hours=5)
    bureau = await city.again(bureau)
    await bureau.does("POST", f"/reviews/{ids[0]}/approve", {})
    city.later(hours=2)
    bureau = await city.again(bureau)
    reasons = [r["code"] for r in await bureau.get("/reviews/reasons")]
    plain = next(code for code in reasons if code != "false-declaration")
    body = {"reason": plain, "words": "不符合。"}
    await bureau.does("POST", f"/reviews/{ids[1]}/reject", body)
    await city.settled()
    figures = {(f["desk"], f["month"]): f for f in await bureau.get(
        "/reviews/statistics", params=span
    )}  # fmt: skip
    done, now = figures[(BUREAU, month)], figures[(BUREAU, "now")]
    assert (done["arrived"], done["approved"], done["rejected"]) == (3, 1, 1)
    assert done["median_hours"] == 6
    assert (now["waiting"], now["overdue"]) == (1, 0)
    city.later(days=30)
    await city.platform.host.ticker.tick()
    await city.settled()
    bureau = await city.again(bureau)
    later = await bureau.get("/reviews/statistics", params=span)
    assert [f["overdue"] for f in later if f["month"] == "now"] == [1]
    apart = await bureau.get("/reviews/statistics", params=span | {"by_labels": True})
    assert {f["labels"] for f in apart} == {"F/city-organs"}
