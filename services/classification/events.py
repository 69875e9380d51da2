"""What classification publishes: every step of an application, and the class that is in force.

Two kinds of stream. An application's own holds what was said and decided. The talent's own
(`talentClass`) arbitrates: it says which application is open, and holds the class in force. Events
of both have the talent as their subject; staff are named by account id and the keyed hash of
their document. `at` is always when it happened.
"""

from datetime import date, datetime
from typing import Final, Literal

from services.classification.deferral.events import DEFERRAL_EVENTS, DeferralEvent
from services.classification.deferral.events import MaterialsCompleted as MaterialsCompleted
from services.classification.deferral.events import MaterialsOutstanding as MaterialsOutstanding
from services.classification.deferral.events import MaterialsReleased as MaterialsReleased
from services.classification.ending.events import ClassEndingConfirmed as ClassEndingConfirmed
from services.classification.ending.events import ClassEndingDeclined as ClassEndingDeclined
from services.classification.ending.events import ClassEndingProposed as ClassEndingProposed
from services.classification.profile.model import Profile
from services.classification.talent_class.events import TALENT_CLASS as TALENT_CLASS
from services.classification.talent_class.events import TALENT_CLASS_EVENTS
from services.classification.talent_class.events import ApplicationClosed as ApplicationClosed
from services.classification.talent_class.events import ApplicationKind as ApplicationKind
from services.classification.talent_class.events import ApplicationOpened as ApplicationOpened
from services.classification.talent_class.events import ClassEnded as ClassEnded
from services.classification.talent_class.events import ClassGranted as ClassGranted
from services.classification.talent_class.events import Outcome as Outcome
from services.classification.talent_class.events import TalentClassEvent as TalentClassEvent
from shared.casework import facts as casework
from shared.domain.decider import Category
from shared.domain.review import facts
from shared.events.model import Event
from shared.events.personal import Personal
from shared.events.registry import Upcaster
from shared.policy.base import TalentClassCode
from shared.policy.classification import RowCode

APPLICATION: Final = Category("classificationApplication", "classification")


class ApplicationStarted(Event, type="classification.application-started.v1"):
    """§3.3.1, §3.3.8. What registration says of the person; `policy_version` is in force that day,
    and the one that counts is pinned at submission. `asks_household` and `foreign` say what the
    kind of document makes the profile ask for."""

    talent_id: str
    person: str
    kind: ApplicationKind
    attempt: int
    name: Personal[str]
    document_type: str
    document_number: Personal[str]
    birth_date: Personal[date | None]
    sex: Personal[Literal["male", "female"] | None]
    asks_household: bool
    foreign: bool
    policy_version: str
    at: datetime


class ClassChosen(Event, type="classification.class-chosen.v1"):
    """§3.3.2. `honours` are codes of the policy data."""

    talent_class: TalentClassCode
    row: RowCode
    honours: tuple[str, ...]
    at: datetime


class ProfileSaved(Event, type="classification.profile-saved.v1"):
    """§3.3.3. The whole profile after the change; it may be incomplete."""

    profile: Personal[Profile]
    at: datetime


class AttachmentAdded(casework.AttachmentAdded, type="classification.attachment-added.v1"):
    """§3.3.4. `size` in bytes, `sha256` in hex, `file_key` in the file store."""


class AttachmentRemoved(casework.AttachmentRemoved, type="classification.attachment-removed.v1"):
    """`submitted`: reviewers had it before them, so the file is kept."""


class NoteAdded(casework.NoteAdded, type="classification.note-added.v1"):
    """A reviewer wrote something down for colleagues."""


class ApplicationSubmitted(facts.RoundOpened, type="classification.application-submitted.v1"):
    """§3.3.5. A round begins. `mobile` (E.164) is the profile's, to which the result goes (§3.3.7);
    `commitment_version` is the text that was ticked."""

    talent_id: str
    kind: ApplicationKind
    attempt: int
    talent_class: TalentClassCode
    row: RowCode
    honours: tuple[str, ...]
    region: str
    mobile: Personal[str]
    commitment_version: str
    policy_version: str


class StageOpened(facts.StageOpened, type="classification.stage-opened.v1"):
    """The case came to a stage of its plan."""


class ReviewClaimed(facts.DeskClaimed, type="classification.review-claimed.v1"):
    """A reviewer took a desk's case."""


class ReviewReleased(facts.DeskReleased, type="classification.review-released.v1"):
    """And gave it back."""


class ReviewHandedOver(facts.DeskHandedOver, type="classification.review-handed-over.v1"):
    """A colleague has it now."""


class DeskApproved(facts.DeskApproved, type="classification.desk-approved.v1"):
    """One desk's yes."""


class ApplicationReturned(facts.CaseReturned, type="classification.application-returned.v1"):
    """For correction: `fields` are `/class` or `/profile/<field>`, `attachments` are categories;
    exactly those are unlocked."""


class ApplicationRejected(facts.CaseRejected, type="classification.application-rejected.v1"):
    """For good. `false_declaration`: the reason puts the person on the abnormal list."""

    false_declaration: bool = False


class ReviewPassedUp(facts.DeskPassedUp, type="classification.review-passed-up.v1"):
    """A desk had nobody who may decide."""


class ReviewEscalated(facts.StageEscalated, type="classification.review-escalated.v1"):
    """The due date of a stage passed."""


class ApplicationApproved(facts.CaseApproved, type="classification.application-approved.v1"):
    """Every desk approved: what the class in force will be. `full_time` is of the highest
    education, None where nobody said. `outstanding` are the categories that were deferred, until
    `last_day` (None while a supplement is reviewed)."""

    talent_id: str
    kind: ApplicationKind
    talent_class: TalentClassCode
    row: RowCode
    honours: tuple[str, ...]
    region: str
    highest_education: str | None
    full_time: bool | None
    policy_version: str
    outstanding: tuple[str, ...] = ()
    last_day: date | None = None


class ApplicationWithdrawn(facts.CaseWithdrawn, type="classification.application-withdrawn.v1"):
    """By the talent: a draft, or a case before its last decision."""


class ApplicationEnded(facts.CaseEnded, type="classification.application-ended.v1"):
    """By neither desk nor talent: `reason` is `talent-listed`,
    `talent-reclaimed`, `talent-erased` or `deferral-missed`."""


class ApplicationObjected(facts.CaseObjected, type="classification.application-objected.v1"):
    """By the talent, to its rejection: it is open again until that is answered."""


class ObjectionUpheld(facts.ObjectionUpheld, type="classification.objection-upheld.v1"):
    """The rejection falls: everything is unlocked, to be handed in again."""


class ObjectionDismissed(facts.ObjectionDismissed, type="classification.objection-dismissed.v1"):
    """The rejection stands."""


ApplicationEvent = (
    ApplicationStarted
    | ClassChosen
    | ProfileSaved
    | AttachmentAdded
    | AttachmentRemoved
    | NoteAdded
    | ApplicationSubmitted
    | StageOpened
    | ReviewClaimed
    | ReviewReleased
    | ReviewHandedOver
    | DeskApproved
    | ApplicationReturned
    | ApplicationRejected
    | ReviewPassedUp
    | ReviewEscalated
    | ApplicationApproved
    | ApplicationWithdrawn
    | ApplicationEnded
    | ApplicationObjected
    | ObjectionUpheld
    | ObjectionDismissed
    | DeferralEvent
)

CATEGORIES: Final = (APPLICATION, TALENT_CLASS)
EVENTS: Final[tuple[type[Event], ...]] = (
    ApplicationStarted, ClassChosen, ProfileSaved, AttachmentAdded, AttachmentRemoved,
    NoteAdded, ApplicationSubmitted, StageOpened, ReviewClaimed, ReviewReleased, ReviewHandedOver,
    DeskApproved, ApplicationReturned, ApplicationRejected, ReviewPassedUp, ReviewEscalated,
    ApplicationApproved, ApplicationWithdrawn, ApplicationEnded, ApplicationObjected,
    ObjectionUpheld, ObjectionDismissed,
    *DEFERRAL_EVENTS, *TALENT_CLASS_EVENTS,
)  # fmt: skip
UPCASTERS: Final[tuple[Upcaster, ...]] = ()
