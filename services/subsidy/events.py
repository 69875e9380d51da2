"""What subsidy publishes: every step of an application for an allowance, what was granted, and
what is paid.

An application's own stream holds what was said and decided. The talent's own
(`talentSubsidies`) arbitrates: it says which application of a scheme is open, and holds the
entitlements. A schedule (`payoutSchedule`) holds the payments of one of them. Events of all have
the talent as their subject; staff are named by account id and the keyed hash of their document.
`at` is always when it happened.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from services.subsidy.accounts.events import ACCOUNT as ACCOUNT
from services.subsidy.accounts.events import ACCOUNT_EVENTS
from services.subsidy.accounts.events import AccountEntered as AccountEntered
from services.subsidy.asking.events import ASKING_EVENTS, AskingEvent
from services.subsidy.asking.events import UnitsAsked as UnitsAsked
from services.subsidy.asking.events import UnitsReminded as UnitsReminded
from services.subsidy.batches.events import BATCH as BATCH
from services.subsidy.batches.events import BATCH_EVENTS
from services.subsidy.batches.events import CHUNK as CHUNK
from services.subsidy.entitlements.events import TALENT_SUBSIDIES as TALENT_SUBSIDIES
from services.subsidy.entitlements.events import ApplicationClosed as ApplicationClosed
from services.subsidy.entitlements.events import ApplicationOpened as ApplicationOpened
from services.subsidy.entitlements.events import EntitlementEnded as EntitlementEnded
from services.subsidy.entitlements.events import EntitlementGranted as EntitlementGranted
from services.subsidy.entitlements.events import Outcome as Outcome
from services.subsidy.entitlements.events import TalentSubsidiesEvent as TalentSubsidiesEvent
from services.subsidy.payouts.events import SCHEDULE as SCHEDULE
from services.subsidy.payouts.events import SCHEDULE_EVENTS
from services.subsidy.payouts.events import ScheduleMade as ScheduleMade
from services.subsidy.profile.model import Profile, UnitRole
from services.subsidy.windows.events import WINDOW_EVENTS
from services.subsidy.windows.events import WINDOWS as WINDOWS
from shared.casework import facts as casework
from shared.domain.decider import Category
from shared.domain.review import facts
from shared.events.model import Event
from shared.events.personal import Personal
from shared.events.registry import Upcaster
from shared.policy.base import TalentClassCode
from shared.policy.classification import RowCode
from shared.policy.subsidy import ChannelCode, SchemeCode

APPLICATION: Final = Category("subsidyApplication", "subsidy")


class UnitAtWork(BaseModel):
    """A unit that reviews, as it was called at submission."""

    model_config = ConfigDict(frozen=True)

    role: UnitRole
    organisation_id: str
    name: str


Source = Literal["registration", "classification", "earlier-application"]


class ApplicationStarted(Event, type="subsidy.application-started.v1"):
    """§3.4.1. `attempt` counts within the scheme; `window` is the code of the open window, None
    for what is always open. What registration says of the person; `asks_household` says what the
    kind of document makes the profile ask for."""

    talent_id: str
    person: str
    scheme: SchemeCode
    window: str | None
    attempt: int
    name: Personal[str]
    document_type: str
    document_number: Personal[str]
    birth_date: Personal[date | None]
    sex: Personal[Literal["male", "female"] | None]
    asks_household: bool
    policy_version: str
    at: datetime


class ChannelChosen(Event, type="subsidy.channel-chosen.v1"):
    """§3.4.2. It says which authority decides."""

    channel: ChannelCode
    at: datetime


class ProfileSaved(Event, type="subsidy.profile-saved.v1"):
    """§3.4.3. The whole profile after the change; it may be incomplete. `sources` say where fields
    are from that were filled in for the talent."""

    profile: Personal[Profile]
    sources: Mapping[str, Source] = {}
    at: datetime


class AttachmentAdded(casework.AttachmentAdded, type="subsidy.attachment-added.v1"):
    """§3.4.4. `size` in bytes, `sha256` in hex, `file_key` in the file store; `month` (`YYYY-MM`)
    is the last that a contribution record covers."""

    month: str | None = None


class AttachmentRemoved(casework.AttachmentRemoved, type="subsidy.attachment-removed.v1"):
    """`submitted`: reviewers had it before them, so the file is kept."""


class NoteAdded(casework.NoteAdded, type="subsidy.note-added.v1"):
    """A reviewer wrote something down for colleagues."""


class ApplicationSubmitted(facts.RoundOpened, type="subsidy.application-submitted.v1"):
    """§3.4.5. A round begins. `first_contract` is the day of the first labour contract in
    Xiangyang; `commitment_version` is the text that was ticked."""

    talent_id: str
    scheme: SchemeCode
    window: str | None
    attempt: int
    channel: ChannelCode
    application_type: str
    first_contract: date
    dispatch: bool
    units: tuple[UnitAtWork, ...]
    commitment_version: str
    policy_version: str


class StageOpened(facts.StageOpened, type="subsidy.stage-opened.v1"):
    """The case came to a stage of its plan."""


class ReviewClaimed(facts.DeskClaimed, type="subsidy.review-claimed.v1"):
    """A reviewer took a desk's case."""


class ReviewReleased(facts.DeskReleased, type="subsidy.review-released.v1"):
    """And gave it back."""


class ReviewHandedOver(facts.DeskHandedOver, type="subsidy.review-handed-over.v1"):
    """A colleague has it now."""


class DeskApproved(facts.DeskApproved, type="subsidy.desk-approved.v1"):
    """One desk's yes: a unit's, or the authority's."""


class ApplicationReturned(facts.CaseReturned, type="subsidy.application-returned.v1"):
    """For correction: `fields` are `/channel` or `/profile/<field>`, `attachments` are categories;
    exactly those are unlocked."""


class ApplicationRejected(facts.CaseRejected, type="subsidy.application-rejected.v1"):
    """For good. `false_declaration`: the reason puts the person on the abnormal list."""

    false_declaration: bool = False


class ReviewPassedUp(facts.DeskPassedUp, type="subsidy.review-passed-up.v1"):
    """A desk had nobody who may decide."""


class ReviewEscalated(facts.StageEscalated, type="subsidy.review-escalated.v1"):
    """The due date of a stage passed."""


class ApplicationApproved(facts.CaseApproved, type="subsidy.application-approved.v1"):
    """Every desk approved. The class in force at that moment is pinned: what is paid is reckoned
    by it. `full_time` is of the highest education, None where nobody said."""

    talent_id: str
    scheme: SchemeCode
    window: str | None
    channel: ChannelCode
    first_contract: date
    units: tuple[UnitAtWork, ...]
    talent_class: TalentClassCode
    row: RowCode
    class_application_id: str
    highest_education: str | None
    full_time: bool | None
    policy_version: str


class ApplicationWithdrawn(facts.CaseWithdrawn, type="subsidy.application-withdrawn.v1"):
    """By the talent: a draft, or a case before its last decision."""


class ApplicationEnded(facts.CaseEnded, type="subsidy.application-ended.v1"):
    """By neither desk nor talent: `reason` is `talent-listed`,
    `talent-reclaimed` or `talent-erased`."""


class ApplicationObjected(facts.CaseObjected, type="subsidy.application-objected.v1"):
    """By the talent, to its rejection: it is open again until that is answered."""


class ObjectionUpheld(facts.ObjectionUpheld, type="subsidy.objection-upheld.v1"):
    """The rejection falls: everything is unlocked, to be handed in again."""


class ObjectionDismissed(facts.ObjectionDismissed, type="subsidy.objection-dismissed.v1"):
    """The rejection stands."""


ApplicationEvent = (
    ApplicationStarted
    | ChannelChosen
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
    | AskingEvent
)

CATEGORIES: Final = (APPLICATION, TALENT_SUBSIDIES, ACCOUNT, SCHEDULE, BATCH, CHUNK, WINDOWS)
EVENTS: Final[tuple[type[Event], ...]] = (
    ApplicationStarted, ChannelChosen, ProfileSaved, AttachmentAdded, AttachmentRemoved,
    NoteAdded, ApplicationSubmitted, StageOpened, ReviewClaimed, ReviewReleased, ReviewHandedOver,
    DeskApproved, ApplicationReturned, ApplicationRejected, ReviewPassedUp, ReviewEscalated,
    ApplicationApproved, ApplicationWithdrawn, ApplicationEnded, ApplicationObjected,
    ObjectionUpheld, ObjectionDismissed,
    ApplicationOpened, ApplicationClosed, EntitlementGranted, EntitlementEnded,
    *ASKING_EVENTS, *ACCOUNT_EVENTS, *SCHEDULE_EVENTS, *BATCH_EVENTS, *WINDOW_EVENTS,
)  # fmt: skip
UPCASTERS: Final[tuple[Upcaster, ...]] = ()
