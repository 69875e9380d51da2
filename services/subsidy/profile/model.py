"""The profile as it is recorded: any field may be missing, for a draft is saved step by step."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.domain.addresses import Address, Line

Sex = Literal["male", "female"]
UnitRole = Literal["recruiting_unit", "host_unit"]


class Unit(BaseModel):
    """A unit as identity's events show it now. `open`: an employer that was let in; `dispatch`:
    it dispatches labour or outsources services."""

    model_config = ConfigDict(frozen=True)

    organisation_id: str
    name: str
    dispatch: bool = False
    open: bool = True


class Profile(BaseModel):
    """Everything of §3.4.3 but name, document type and number, which come from registration.

    `first_contract` is the day of the first labour contract in Xiangyang (§3.4.1); `dispatch` is
    是否劳务派遣（服务外包）; the units, 引进单位 and 用工单位, are ids of organisations;
    `political_affiliation` (所属党派) is a code of GB/T 4762, `joined_party_on` 入党时间.
    """

    model_config = ConfigDict(frozen=True)

    first_contract: date | None = None
    sex: Sex | None = None
    birth_date: date | None = None
    native_place: Line | None = None
    ethnic_group: Line | None = None
    mobile: Line | None = None
    email: Line | None = None
    political_affiliation: Line | None = None
    joined_party_on: date | None = None
    application_type: Line | None = None
    registered_address: Address | None = None
    current_address: Address | None = None
    position: Line | None = None
    dispatch: bool | None = None
    recruiting_unit: Line | None = None
    host_unit: Line | None = None

    @property
    def units(self) -> tuple[tuple[UnitRole, str], ...]:
        """The units that review, each with what it is to the talent."""
        named: tuple[tuple[UnitRole, str | None], ...] = (
            ("recruiting_unit", self.recruiting_unit if self.dispatch else None),
            ("host_unit", self.host_unit),
        )
        return tuple((role, id) for role, id in named if id)


FIELDS = tuple(Profile.model_fields)
