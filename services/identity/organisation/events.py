"""Organisations' part of what identity publishes; others import it from `identity.events`."""

from datetime import datetime
from typing import Final, Literal

from shared.domain.decider import Category
from shared.events.model import Event
from shared.events.personal import Personal

ORGANISATION: Final = Category("organisation", "identity")


class OrganisationRegistered(Event, type="identity.organisation-registered.v1"):
    """Asks to be let in. `code` is the unified social credit code (GB 32100); `district` the
    registered district; `dispatch` whether it dispatches labour or outsources services. The
    contact is the event's subject."""

    organisation_id: str
    kind: Literal["employer", "hotel", "developer"]
    name: str
    code: str
    district: str
    dispatch: bool
    contact_id: str
    contact_name: Personal[str]
    contact_mobile: Personal[str]
    registered_at: datetime


class OrganisationApproved(Event, type="identity.organisation-approved.v1"):
    decided_by: str
    decided_at: datetime


class OrganisationRejected(Event, type="identity.organisation-rejected.v1"):
    reason: str
    decided_by: str
    decided_at: datetime


class OrganisationChanged(Event, type="identity.organisation-changed.v1"):
    """The whole of what can change after the change."""

    name: str
    district: str
    dispatch: bool
    changed_by: str
    changed_at: datetime


OrganisationEvent = (
    OrganisationRegistered | OrganisationApproved | OrganisationRejected | OrganisationChanged
)
