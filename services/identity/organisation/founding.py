"""An organisation and its first administrator are one undertaking: both are there, or neither."""

from services.identity.events import OrganisationRegistered, StaffAdded
from shared.events.model import Event


class OrganisationFounded(Event, type="identity.organisation-founded.v1", private=True):
    """The fact of the registration; it stands in no stream but inside that decision, sealed."""

    organisation: OrganisationRegistered
    administrator: StaffAdded
