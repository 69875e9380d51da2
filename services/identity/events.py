"""What identity publishes: who is a talent, an organisation, a member of staff, and who is barred.

Credentials are in `private_events.py`; sessions are no events at all.
"""

from datetime import date, datetime
from typing import Final, Literal

from services.identity.listing.events import LISTING as LISTING
from services.identity.listing.events import LISTING_EVENTS
from services.identity.listing.events import AbnormalKind as AbnormalKind
from services.identity.listing.events import EntryLifted as EntryLifted
from services.identity.listing.events import ListingConfirmed as ListingConfirmed
from services.identity.listing.events import ListingEvent as ListingEvent
from services.identity.listing.events import ListingProposed as ListingProposed
from services.identity.listing.events import ObjectionDismissed as ObjectionDismissed
from services.identity.listing.events import ObjectionMade as ObjectionMade
from services.identity.listing.events import ObjectionUpheld as ObjectionUpheld
from services.identity.organisation.events import ORGANISATION as ORGANISATION
from services.identity.organisation.events import OrganisationApproved as OrganisationApproved
from services.identity.organisation.events import OrganisationChanged as OrganisationChanged
from services.identity.organisation.events import OrganisationEvent as OrganisationEvent
from services.identity.organisation.events import OrganisationRegistered as OrganisationRegistered
from services.identity.organisation.events import OrganisationRejected as OrganisationRejected
from shared.domain.decider import Category
from shared.events.model import Event
from shared.events.personal import Personal
from shared.events.registry import Upcaster

TALENT: Final = Category("talent", "identity", erases=True)
STAFF: Final = Category("staff", "identity")
ACCESS: Final = Category("access", "identity")


class TalentRegistered(Event, type="identity.talent-registered.v1"):
    """§3.1. `person` is the keyed hash of the identity document; `verified` whether an authority
    confirmed name and number together; mobiles are E.164."""

    talent_id: str
    person: str
    document_type: str
    document_number: Personal[str]
    name: Personal[str]
    birth_date: Personal[date | None]
    sex: Personal[Literal["male", "female"] | None]
    mobile: Personal[str]
    account_name: Personal[str]
    commitment_version: str
    verified: bool
    registered_at: datetime


class MobileChanged(Event, type="identity.mobile-changed.v1"):
    """§3.6. `assisted_by`: the desk's account, where the old number and the password were lost."""

    mobile: Personal[str]
    previous: Personal[str]
    changed_at: datetime
    assisted_by: str | None = None


class PasswordChanged(Event, type="identity.password-changed.v1"):
    """§3.5, or forgotten, or set anew at a desk. The hash itself is private."""

    how: Literal["changed", "forgotten", "assisted"]
    changed_at: datetime
    assisted_by: str | None = None


class TalentListed(Event, type="identity.talent-listed.v1"):
    """Put on the abnormal list (异常名单, §3.1, §3.4.5). `barred_until` is the last barred day in
    Asia/Shanghai. Kind `registration` ends the account, `business` forbids applications."""

    entry_id: str
    kind: AbnormalKind
    reason: Personal[str]
    barred_until: date
    decided_by: str
    listed_at: datetime


class ListingLifted(Event, type="identity.listing-lifted.v1"):
    """An entry of the abnormal list was lifted before its time."""

    entry_id: str
    reason: Personal[str]
    decided_by: str
    lifted_at: datetime


class HoldPlaced(Event, type="identity.hold-placed.v1"):
    """Another context needs the person's data for now: an open case, or money under retention
    (`until`: the last day)."""

    context: str
    reference: str
    reason: Literal["open-case", "retention"]
    until: date | None = None


class HoldReleased(Event, type="identity.hold-released.v1"):
    """The hold's reason is gone."""

    context: str
    reference: str


class TalentReclaimed(Event, type="identity.talent-reclaimed.v1"):
    """A desk found that somebody else had registered with this person's document: this account
    lost the document, and ended."""

    by: str
    reclaimed_at: datetime


class DocumentChanged(Event, type="identity.document-changed.v1"):
    """A desk saw a renewed passport, or put a mistyped number right. `document` is the new
    document's keyed hash. Who the person is, `TalentRegistered.person` goes on saying; the earlier
    documents stay theirs, so a person is recognised by any of them."""

    document: str
    document_type: str
    document_number: Personal[str]
    birth_date: Personal[date | None]
    sex: Personal[Literal["male", "female"] | None]
    verified: bool
    why: Literal["renewed", "corrected"]
    changed_at: datetime
    assisted_by: str


class DocumentReleased(Event, type="identity.document-released.v1"):
    """An earlier document (its keyed hash) turned out to be somebody else's; the account goes on
    with its present one."""

    document: str
    by: str
    released_at: datetime


class AssistanceRecorded(Event, type="identity.assistance-recorded.v1"):
    """Why a desk did what the next event of the stream says."""

    what: Literal["reclaim", "mobile", "document"]
    reason: Personal[str]
    by: str
    at: datetime


class TalentErased(Event, type="identity.talent-erased.v1", erases_subject=True):
    """The person's data is to be erased everywhere; the key is tombstoned."""

    talent_id: str
    erased_at: datetime


class StaffAdded(Event, type="identity.staff-added.v1"):
    """A member of staff: of an organisation (`organisation_id`), or of the government. `desks` are
    `role@scope`; `person` is the document's keyed hash, by which nobody decides on themselves."""

    account_id: str
    entrance: Literal["employer", "hotel", "developer", "government"]
    name: Personal[str]
    mobile: Personal[str]
    account_name: Personal[str]
    person: str | None
    organisation_id: str | None
    roles: tuple[str, ...]
    desks: tuple[str, ...]
    added_by: str
    added_at: datetime


class StaffRolesChanged(Event, type="identity.staff-roles-changed.v1"):
    """The whole of the roles and desks after the change."""

    roles: tuple[str, ...]
    desks: tuple[str, ...]
    changed_by: str
    changed_at: datetime


class StaffMobileChanged(Event, type="identity.staff-mobile-changed.v1"):
    """`assisted_by` an administrator, for the `reason` given."""

    mobile: Personal[str]
    changed_at: datetime
    assisted_by: str | None = None
    reason: Personal[str | None] = None


class StaffRemoved(Event, type="identity.staff-removed.v1"):
    """The account is closed; what it decided stands."""

    removed_by: str
    removed_at: datetime


class AccessRevoked(Event, type="identity.access-revoked.v1"):
    """Tokens of a session, or all of an account's, issued before `not_before` are void."""

    account_id: str
    session_id: str | None
    not_before: datetime


TalentEvent = (
    TalentRegistered
    | MobileChanged
    | PasswordChanged
    | TalentListed
    | ListingLifted
    | HoldPlaced
    | HoldReleased
    | TalentReclaimed
    | DocumentChanged
    | DocumentReleased
    | AssistanceRecorded
    | TalentErased
)
StaffEvent = StaffAdded | StaffRolesChanged | StaffMobileChanged | PasswordChanged | StaffRemoved

CATEGORIES: Final = (TALENT, STAFF, ORGANISATION, ACCESS, LISTING)
EVENTS: Final[tuple[type[Event], ...]] = (
    TalentRegistered,
    MobileChanged,
    PasswordChanged,
    TalentListed,
    ListingLifted,
    HoldPlaced,
    HoldReleased,
    TalentReclaimed,
    DocumentChanged,
    DocumentReleased,
    AssistanceRecorded,
    TalentErased,
    StaffAdded,
    StaffRolesChanged,
    StaffMobileChanged,
    StaffRemoved,
    OrganisationRegistered,
    OrganisationApproved,
    OrganisationRejected,
    OrganisationChanged,
    AccessRevoked,
    *LISTING_EVENTS,
)
UPCASTERS: Final[tuple[Upcaster, ...]] = ()
