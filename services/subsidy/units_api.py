"""The units that a talent may name (manual §3.4.3), found by name or by pinyin initials."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from services.subsidy.people.searching import asked_for, matches
from services.subsidy.people.units import UNITS
from shared.casework.talent_routes import ATalent
from shared.http.paging import Page
from shared.http.versions import AtLeast, pending
from shared.ports.view_store import Find, Where
from shared.runtime.views import Views

Search = Annotated[str, Query(max_length=100)]
ABSENT: Final = (
    "没有找到该单位。请核对名称，或改用拼音首字母；单位尚未入驻的，请其经办人在平台“单位入口”"
    "用统一社会信用代码注册，审核通过后即可选择。"
)


class UnitOut(BaseModel):
    """`dispatch`: a labour-dispatch or outsourcing company."""

    organisation_id: str
    name: str
    dispatch: bool


class UnitsOut(BaseModel):
    """`absent`: what to do where nothing was found."""

    items: tuple[UnitOut, ...]
    next: str | None
    absent: str | None


@dataclass(frozen=True)
class UnitsApi:
    views: Views

    async def units(
        self,
        page: Page,
        at_least: AtLeast,
        caller: ATalent,
        search: Search = "",
        dispatch: bool | None = None,
    ) -> UnitsOut | Response:
        """Approved employers with `search` in their name, or in its pinyin initials."""
        view = self.views.of(UNITS)
        if not await at_least.reached(view):
            return pending()
        where = [Where("approved", value=True)]
        where += [Where("grams", one, "has") for one in asked_for(search)]
        where += [] if dispatch is None else [Where("dispatch", value=dispatch)]
        found = await view.find(Find(tuple(where), ("name",), page.cursor, page.limit))
        items = tuple(
            UnitOut(**one.model_dump(include=set(UnitOut.model_fields)))
            for _, one in found.items
            # Two signs in a row and two more need not follow each other.
            if matches(one.name, search)
        )
        nothing = not items and found.next is None and page.cursor is None
        return UnitsOut(items=items, next=found.next, absent=ABSENT if nothing else None)


def units_router(api: UnitsApi) -> APIRouter:
    """`/api/subsidy/units`."""
    router = APIRouter(prefix="/api/subsidy", tags=["单位 / units"])
    router.add_api_route("/units", api.units, methods=["GET"], response_model=UnitsOut)
    return router
