"""Staff accounts, as their administrators see them."""

from typing import Any, Final, assert_never

from pydantic import BaseModel

from services.identity.events import (
    STAFF,
    PasswordChanged,
    StaffAdded,
    StaffEvent,
    StaffMobileChanged,
    StaffRemoved,
    StaffRolesChanged,
)
from shared.events.model import Recorded
from shared.events.personal import Personal
from shared.ports.view_store import Index
from shared.runtime.deadlines import instant
from shared.runtime.projection import Projection


class StaffRow(BaseModel):
    """One account."""

    account_id: str
    entrance: str
    organisation_id: str | None
    name: Personal[str]
    mobile: Personal[str]
    account_name: Personal[str]
    roles: tuple[str, ...]
    desks: tuple[str, ...]
    removed: bool = False
    added_at: str


def evolve(row: StaffRow | None, recorded: Recorded[StaffEvent]) -> StaffRow | None:
    event = recorded.event
    if isinstance(event, StaffAdded):
        return _added(event)
    if row is None:
        return None
    match event:
        case StaffRolesChanged(roles=roles, desks=desks):
            return row.model_copy(update={"roles": roles, "desks": desks})
        case StaffMobileChanged(mobile=mobile):
            return row.model_copy(update={"mobile": mobile})
        case PasswordChanged():
            return row
        case StaffRemoved():
            return row.model_copy(update={"removed": True})
        case _:
            assert_never(event)


def _added(event: StaffAdded) -> StaffRow:
    return StaffRow(
        account_id=event.account_id,
        entrance=event.entrance,
        organisation_id=event.organisation_id,
        name=event.name,
        mobile=event.mobile,
        account_name=event.account_name,
        roles=event.roles,
        desks=event.desks,
        added_at=instant(event.added_at),
    )


STAFF_ACCOUNTS: Final[Projection[Any, StaffRow]] = Projection(
    "identity_staff",
    1,
    (STAFF,),
    StaffRow,
    evolve,
    indexes=(Index(("organisation_id", "added_at")), Index(("entrance", "added_at"))),
)
