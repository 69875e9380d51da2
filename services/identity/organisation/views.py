"""Organisations, as they are searched and reviewed."""

from typing import Any, Final, Literal, assert_never

from pydantic import BaseModel

from services.identity.events import (
    ORGANISATION,
    OrganisationApproved,
    OrganisationChanged,
    OrganisationEvent,
    OrganisationRegistered,
    OrganisationRejected,
)
from shared.events.model import Recorded
from shared.events.personal import Personal
from shared.ports.view_store import Index
from shared.runtime.deadlines import instant
from shared.runtime.projection import Projection


class OrganisationRow(BaseModel):
    """One organisation."""

    organisation_id: str
    kind: Literal["employer", "hotel", "developer"]
    name: str
    code: str
    district: str
    dispatch: bool
    status: Literal["waiting", "approved", "rejected"] = "waiting"
    reason: str | None = None
    contact_id: str
    contact_name: Personal[str]
    contact_mobile: Personal[str]
    registered_at: str


def evolve(
    row: OrganisationRow | None, recorded: Recorded[OrganisationEvent]
) -> OrganisationRow | None:
    event = recorded.event
    if isinstance(event, OrganisationRegistered):
        return _registered(event)
    if row is None:
        return None
    match event:
        case OrganisationApproved():
            return row.model_copy(update={"status": "approved"})
        case OrganisationRejected(reason=reason):
            return row.model_copy(update={"status": "rejected", "reason": reason})
        case OrganisationChanged(name=name, district=district, dispatch=dispatch):
            return row.model_copy(update={"name": name, "district": district, "dispatch": dispatch})
        case _:
            assert_never(event)


def _registered(event: OrganisationRegistered) -> OrganisationRow:
    return OrganisationRow(
        organisation_id=event.organisation_id,
        kind=event.kind,
        name=event.name,
        code=event.code,
        district=event.district,
        dispatch=event.dispatch,
        contact_id=event.contact_id,
        contact_name=event.contact_name,
        contact_mobile=event.contact_mobile,
        registered_at=instant(event.registered_at),
    )


ORGANISATIONS: Final[Projection[Any, OrganisationRow]] = Projection(
    "identity_organisation",
    1,
    (ORGANISATION,),
    OrganisationRow,
    evolve,
    indexes=(Index(("status", "registered_at")), Index(("name",)), Index(("code",))),
)
