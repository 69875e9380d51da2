"""What can be asked of an application."""

from collections.abc import Mapping
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, InstanceOf

from services.subsidy.asking.commands import RemindUnits
from services.subsidy.events import ApplicationStarted, Source
from services.subsidy.profile.model import Profile, Unit
from services.subsidy.rulebook import Rulebook
from services.subsidy.windows.calendar import SchemeWindows
from shared.casework import commands as casework
from shared.casework.commands import AddNote as AddNote
from shared.casework.commands import EndApplication as EndApplication
from shared.casework.commands import RemoveAttachment as RemoveAttachment
from shared.casework.commands import ReplaceMobile as ReplaceMobile
from shared.casework.commands import WithdrawApplication as WithdrawApplication
from shared.domain.decider import Command
from shared.domain.review.intentions import ReviewIntention
from shared.domain.review.reviewer import Reviewer
from shared.policy.base import TalentClassCode
from shared.policy.classification import RowCode


class ClassInForce(BaseModel):
    """The class that classification says a talent has now."""

    model_config = ConfigDict(frozen=True)

    talent_class: TalentClassCode
    row: RowCode
    class_application_id: str
    highest_education: str | None
    full_time: bool | None


class StartApplication(Command):
    """§3.4.1, §3.4.2. `profile`: what is filled in already, the first contract among it, and
    `sources` where it is from."""

    fact: InstanceOf[ApplicationStarted]
    channel: str
    profile: Profile
    sources: Mapping[str, Source] = {}
    book: InstanceOf[Rulebook]


class ChooseChannel(Command):
    """§3.4.2."""

    channel: str
    book: InstanceOf[Rulebook]
    at: datetime


class SaveProfile(Command):
    """§3.4.3. Only `fields` of `profile` count; the others stay as they were. `units` are those
    that the profile names, before and after, as far as they are known."""

    profile: Profile
    fields: frozenset[str]
    units: tuple[Unit, ...]
    book: InstanceOf[Rulebook]
    at: datetime


class AddAttachment(casework.AddAttachment):
    """§3.4.4. `month` (`YYYY-MM`) is up to when a contribution record reaches."""

    month: str | None = None
    book: InstanceOf[Rulebook]


class SubmitApplication(Command):
    """§3.4.5. `commitment_version` is the text that was ticked, None if none was; `staff` is
    everybody who sits at a desk of the plan; `barred_until` the last day of a bar; `units` are
    those of the profile, as far as they are known; `windows` what an authority changed of the
    scheme's."""

    commitment_version: str | None
    staff: tuple[Reviewer, ...]
    units: tuple[Unit, ...]
    barred_until: date | None
    windows: InstanceOf[SchemeWindows] = SchemeWindows()
    book: InstanceOf[Rulebook]
    at: datetime


class Review(Command):
    """What a reviewer, or a deadline, asks of the case. `in_force` is the talent's class now, None
    without one: the last approval asks for it."""

    intention: ReviewIntention
    staff: tuple[Reviewer, ...] = ()
    in_force: ClassInForce | None = None
    book: InstanceOf[Rulebook]


ApplicationCommand = (
    StartApplication
    | ChooseChannel
    | SaveProfile
    | AddAttachment
    | RemoveAttachment
    | ReplaceMobile
    | SubmitApplication
    | Review
    | AddNote
    | WithdrawApplication
    | EndApplication
    | RemindUnits
)
