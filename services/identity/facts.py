"""Facts of undertakings that come to several events; they stand in no stream but inside the
registration's decision, sealed."""

from services.identity.events import DocumentChanged, MobileChanged, StaffMobileChanged
from shared.events.model import Event
from shared.events.personal import Personal


class MobileAssisted(Event, type="identity.mobile-assisted.v1", private=True):
    changed: MobileChanged
    reason: Personal[str]


class DocumentAssisted(Event, type="identity.document-assisted.v1", private=True):
    changed: DocumentChanged
    reason: Personal[str]


class StaffMobileMoved(Event, type="identity.staff-mobile-moved.v1", private=True):
    """The public event does not say which number went."""

    changed: StaffMobileChanged
    previous: Personal[str]
