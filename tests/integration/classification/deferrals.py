"""What deferral's journeys have in common: an application without its contract."""

from datetime import date, datetime, timedelta
from typing import Any

from shared.domain.calendar import SHANGHAI
from tests.integration.classification.conftest import City, Person

CONTRACT = "labour_contract"
REASON = "合同原件在原单位，正在办理移交。"


def wanted(*categories: str, days: int = 30) -> dict[str, Any]:
    return {"categories": categories or (CONTRACT,), "days": days, "reason": REASON}


async def lacking(
    city: City, talent: Person, *categories: str, region: str = "city-organs", **filled: Any
) -> str:
    """Filled in, but for some categories."""
    id = await city.filled(talent, region=region, **filled)
    await city.settled()
    for one in (await talent.get(f"/applications/{id}"))["attachments"]:
        if one["category"] in (categories or (CONTRACT,)):
            await talent.does("DELETE", f"/applications/{id}/attachments/{one['attachment_id']}")
    return id


async def submit(city: City, talent: Person, id: str, asked: dict[str, Any] | None) -> Any:
    version = (await talent.get("/catalogue"))["commitment"]["version"]
    body = {"commitment": True, "commitment_version": version, "deferral": asked}
    answer = await talent.call("POST", f"/applications/{id}/submit", json=body)
    await city.settled()
    return answer


async def asking(city: City, talent: Person, *, days: int = 30, **filled: Any) -> str:
    """Submitted with a request for the contract."""
    id = await lacking(city, talent, **filled)
    answer = await submit(city, talent, id, wanted(days=days))
    assert answer.status_code == 200, answer.text
    return id


async def hand_in(city: City, talent: Person, id: str) -> None:
    """The contract, uploaded and handed in."""
    assert (await talent.upload(id, CONTRACT)).status_code == 201
    await talent.does("POST", f"/applications/{id}/supplement")
    await city.settled()


def noon(day: date | str) -> datetime:
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)


async def until(city: City, day: date | str, *, step: int = 1) -> None:
    """Let days pass, each looked at by the clock, until noon of one."""
    while city.clock.now() < noon(day):
        city.clock.set(min(noon(day), city.clock.now() + timedelta(days=step)))
        await city.ticked()
