"""An objection to a rejection over HTTP: upheld, dismissed, late, taken back; and what the talent's
own list, the worklists and the messages say."""

from services.classification.talent_class.commands import OpenApplication
from services.classification.talent_class.decider import DECIDER as TALENT_CLASSES
from shared.events.model import Metadata
from tests.integration.classification.conftest import BUREAU, TALENT_OFFICE, City, Person

NO = {"reason": "materials-insufficient", "words": "所附证书与所选条件不符。"}
WHY = {"words": "证书编号可在学信网查询，请复核。"}
YES = {"words": "经复核，证书真实有效。"}


async def rejected(city: City, talent: Person) -> tuple[str, Person]:
    bureau = await city.officer(BUREAU)
    id = await city.submitted(talent, region="city-organs")
    await bureau.does("POST", f"/reviews/{id}/reject", NO)
    await city.settled()
    return id, bureau


async def test_an_objection_that_is_upheld_ends_in_a_class(city: City) -> None:
    talent, office = await city.talent(), await city.officer(TALENT_OFFICE)
    id, bureau = await rejected(city, talent)
    assert (await talent.get(f"/applications/{id}"))["objection_until"] == "2026-03-17"
    await talent.does("POST", f"/applications/{id}/objection", WHY)
    await city.settled()

    mine = await talent.get(f"/applications/{id}")
    assert (mine["status_label"], mine["objection_until"]) == ("异议处理中", None)
    assert mine["waiting_at"] == ["市人社局"]
    assert (await talent.get("/me"))["open_application"]["application_id"] == id
    assert (await talent.refused("POST", "/applications", {}))[1] == "application-open"
    # It is above the desk that rejected, and no work of that desk's.
    assert (await bureau.get("/reviews?status=objected"))["items"] == []
    (row,) = (await office.get("/reviews?status=objected"))["items"]
    assert (row["application_id"], row["overdue"]) == (id, False)
    uphold = f"/reviews/{id}/objection/uphold"
    assert (await bureau.refused("POST", uphold, YES))[:2] == (403, "not-at-desk")
    await office.does("POST", uphold, YES)
    await city.settled()

    mine = await talent.get(f"/applications/{id}")
    assert (mine["status"], mine["unlocked"]["everything"]) == ("returned", True)
    assert mine["remark"] == YES["words"]
    steps = [(step["what"], step["words"], step["by"]) for step in mine["steps"]]
    assert steps[-2:] == [
        ("objected", WHY["words"], None), ("objection-upheld", YES["words"], None),
    ]  # fmt: skip
    assert (await city.submit(talent, id)).status_code == 200
    await city.settled()
    approve = f"/reviews/{id}/approve"
    assert (await bureau.refused("POST", approve, {}))[:2] == (403, "review-own-decision")
    colleague = await city.officer(BUREAU)
    await colleague.does("POST", approve, {})
    await city.settled()
    assert (await talent.get("/me"))["in_force"]["application_id"] == id
    sent = await city.messages(talent)
    assert (sent["application-objected"], sent["application-objection-upheld"]) == (1, 1)


async def test_an_objection_that_is_dismissed_leaves_applying_again(city: City) -> None:
    talent, office = await city.talent(), await city.officer(TALENT_OFFICE)
    id, _ = await rejected(city, talent)
    path = f"/applications/{id}/objection"
    await talent.does("POST", path, WHY)
    await office.does("POST", f"/reviews/{id}/objection/dismiss", YES)
    await city.settled()
    mine = await talent.get(f"/applications/{id}")
    assert (mine["status"], mine["objection_until"]) == ("rejected", None)
    assert (await talent.refused("POST", path, WHY))[:2] == (409, "review-objected-already")
    assert (await city.messages(talent))["application-objection-dismissed"] == 1
    assert (await talent.call("POST", "/applications", json={})).status_code == 201


async def test_the_same_request_again_is_answered_as_it_was(city: City) -> None:
    talent, office = await city.talent(), await city.officer(TALENT_OFFICE)
    id, _ = await rejected(city, talent)
    path, key = f"/applications/{id}/objection", {"Idempotency-Key": "objection-1"}
    first = await talent.does("POST", path, WHY, headers=key)
    await office.does("POST", f"/reviews/{id}/objection/dismiss", YES)
    await city.settled()
    assert await talent.does("POST", path, WHY, headers=key) == first
    assert (await talent.get("/me"))["open_application"] is None


async def test_an_objection_that_is_taken_back_leaves_applying_again(city: City) -> None:
    talent = await city.talent()
    id, _ = await rejected(city, talent)
    await talent.does("POST", f"/applications/{id}/objection", WHY)
    await talent.does("POST", f"/applications/{id}/withdraw")
    await city.settled()
    assert (await talent.get(f"/applications/{id}"))["status"] == "withdrawn"
    assert (await talent.call("POST", "/applications", json={})).status_code == 201


async def test_an_objection_that_is_late_is_shown_as_overdue(city: City) -> None:
    talent, office = await city.talent(), await city.officer(TALENT_OFFICE)
    id, _ = await rejected(city, talent)
    await talent.does("POST", f"/applications/{id}/objection", WHY)
    city.later(days=40)
    office = await city.again(office)
    await city.ticked()
    (row,) = (await office.get("/reviews?status=objected"))["items"]
    assert (row["overdue"], row["due"]) == (True, None)
    await office.does("POST", f"/reviews/{id}/objection/uphold", YES)


async def test_what_cannot_be_objected_to(city: City) -> None:
    talent, other = await city.talent(), await city.talent()
    id, bureau = await rejected(city, talent)
    path = f"/applications/{id}/objection"
    assert (await other.refused("POST", path, WHY))[:2] == (404, "application-not-found")
    assert (await bureau.call("POST", path, json=WHY)).status_code == 403
    assert await talent.refused("POST", path, {"words": " "}) == (422, "invalid-fields", ["/words"])
    assert (await talent.refused("POST", path, {}))[0] == 422
    none = await bureau.refused("POST", f"/reviews/{id}/objection/uphold", YES)
    assert none[:2] == (409, "review-no-objection")
    # Another is under way: its own objection would be two at once.
    second = (await talent.does("POST", "/applications", {}))["application_id"]
    assert (await talent.refused("POST", path, WHY))[:2] == (409, "application-open")
    await talent.does("POST", f"/applications/{second}/withdraw")
    await city.settled()
    city.later(days=20)
    talent = await city.again(talent)
    assert (await talent.refused("POST", path, WHY))[:2] == (409, "review-objection-late")


async def test_an_interrupted_objection_does_not_bar_the_next_application(city: City) -> None:
    """The talent's own stream is written first; the process may die before the application's is."""
    talent = await city.talent()
    id, _ = await rejected(city, talent)
    again = OpenApplication(application_id=id, kind="new", attempt=1, at=city.clock.now())
    metadata = Metadata(command_id="again", actor="test", subject=talent.account)
    handler = city.platform.kernel.handler
    await handler.handle(TALENT_CLASSES, talent.account, again, metadata)
    await city.settled()
    assert (await talent.get("/me"))["open_application"] is not None
    assert (await talent.call("POST", "/applications", json={})).status_code == 201
