"""Staff of the government and of units, and the desks they sit at, as identity publishes them."""

from typing import Any, Final, assert_never

from pydantic import BaseModel, ConfigDict

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
from shared.runtime.projection import Projection

_ADMIN: Final = "organisation_admin"
_CLERK: Final = "organisation_staff"


class StaffView(BaseModel):
    """A member of staff and the desks they sit at. `unit` is the organisation, None for the
    government's."""

    model_config = ConfigDict(frozen=True)

    account_id: str
    person: str | None
    name: Personal[str]
    unit: str | None
    desks: tuple[str, ...]


def evolve_staff(view: StaffView | None, recorded: Recorded[Any]) -> StaffView | None:
    event: StaffEvent = recorded.event
    if isinstance(event, StaffAdded):
        if event.entrance not in ("government", "employer"):
            return None
        unit = event.organisation_id
        desks = _desks(unit, event.roles, event.desks)
        return StaffView(
            account_id=event.account_id,
            person=event.person,
            name=event.name,
            unit=unit,
            desks=desks,
        )
    if view is None:
        return None
    match event:
        case StaffRolesChanged(roles=roles, desks=desks):
            return view.model_copy(update={"desks": _desks(view.unit, roles, desks)})
        case StaffMobileChanged() | PasswordChanged():
            return view
        case StaffRemoved():
            return None
        case _:
            assert_never(event)


def _desks(unit: str | None, roles: tuple[str, ...], desks: tuple[str, ...]) -> tuple[str, ...]:
    """The government gives its people desks; in a unit the role is the desk, and whoever
    administers it sits at its clerks' desk too."""
    if unit is None:
        return desks
    seats = {role for role in roles if role in (_ADMIN, _CLERK)}
    if _ADMIN in seats:
        seats.add(_CLERK)
    return tuple(sorted(f"{seat}@organisation:{unit}" for seat in seats))


def staff_at_desks(context: str) -> Projection[StaffView, StaffView]:
    """A context's view of who sits at which desk, by account id."""
    return Projection(
        name=f"{context}_staff",
        version=1,
        categories=(STAFF,),
        document=StaffView,
        evolve=evolve_staff,
        indexes=(Index(("desks",)),),
    )
