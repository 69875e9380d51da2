"""An authority opens, extends and closes windows; talents see it, and are refused by the second."""

from tests.integration.subsidy.conftest import BUREAU, TALENT_OFFICE, Town

ASKED = {"scheme": "housing-subsidy", "channel": "high-level", "first_contract": "2020-07-01"}


async def test_a_window_that_is_closed_takes_nothing_more_and_another_opens(town: Town) -> None:
    talent, unit = await town.talent(), await town.unit()
    office = await town.officer(TALENT_OFFICE, roles=("reviewer", "talent_office"))
    await town.classed(talent, "D")
    draft = await town.filled_for(talent, unit, **ASKED)
    items = (await office.get("/windows"))["items"]
    assert [(w["code"], w["open"]) for w in items] == [
        ("2025", False), ("2026", True), ("2027", False),
    ]  # fmt: skip
    await office.does("POST", "/windows/housing-subsidy/2026/close", {"words": "额度已满。"})
    refused = await town.submit(talent, draft)
    assert (refused.status_code, refused.json()["code"]) == (409, "scheme-closed")
    scheme = await town.scheme(talent, "housing-subsidy")
    assert (scheme["open"], scheme["opens"]) == (False, "2027-03-01")
    assert "scheme-closed" in [reason["code"] for reason in scheme["reasons"]]

    autumn = {"opens": "2026-09-01", "closes": "2026-09-30", "words": "追加额度。"}
    await office.does("POST", "/windows/housing-subsidy", autumn)
    scheme = await town.scheme(talent, "housing-subsidy")
    assert (scheme["opens"], scheme["closes"]) == ("2026-09-01", "2026-09-30")
    await talent.does("POST", f"/applications/{draft}/withdraw")
    town.later(days=184)
    talent = await town.again(talent)
    done = await talent.does("POST", "/applications", ASKED)
    assert done["window"] == "2026-09-01"


async def test_an_extended_window_takes_a_draft_that_would_have_been_late(town: Town) -> None:
    talent, unit = await town.talent(), await town.unit()
    office = await town.officer(TALENT_OFFICE, roles=("reviewer", "talent_office"))
    await town.classed(talent, "D")
    draft = await town.filled_for(talent, unit, **ASKED)
    longer = {"closes": "2026-06-30", "words": "延期。"}
    await office.does("POST", "/windows/housing-subsidy/2026/extend", longer)
    town.later(days=92)
    talent = await town.again(talent)
    month = await talent.upload(draft, "contribution_record", month="2026-06")
    assert month.status_code == 201
    assert (await town.submit(talent, draft)).status_code == 200


async def test_who_may_change_windows_and_what_is_refused(town: Town) -> None:
    bureau = await town.officer(BUREAU)
    office = await town.officer(TALENT_OFFICE, roles=("reviewer", "talent_office"))
    path, words = "/windows/housing-subsidy", {"words": "x"}
    assert (await bureau.refused("POST", f"{path}/2026/close", words))[0] == 403
    assert (await office.refused("POST", f"{path}/1999/close", words))[:2] == (
        404, "window-not-found",
    )  # fmt: skip
    always = "/windows/living-allowance/2026/close"
    assert (await office.refused("POST", always, words))[1] == "scheme-without-windows"
    wrong = {"opens": "2020-01-01", "closes": "2019-01-01", "words": "x"}
    assert await office.refused("POST", path, wrong) == (
        422, "invalid-fields", ["/opens", "/closes"],
    )  # fmt: skip
