"""What can be asked of an application."""

from datetime import date, datetime

from pydantic import InstanceOf

from services.classification.deferral.commands import DeferralCommand, DeferralRequest
from services.classification.events import ApplicationStarted
from services.classification.profile.model import Profile
from services.classification.rulebook import Rulebook
from shared.casework import commands as casework
from shared.casework.commands import AddNote as AddNote
from shared.casework.commands import EndApplication as EndApplication
from shared.casework.commands import RemoveAttachment as RemoveAttachment
from shared.casework.commands import ReplaceMobile as ReplaceMobile
from shared.casework.commands import WithdrawApplication as WithdrawApplication
from shared.domain.decider import Command
from shared.domain.review.intentions import ReviewIntention
from shared.domain.review.reviewer import Reviewer


class StartApplication(Command):
    """§3.3.1, §3.3.8. `profile`: what is filled in already."""

    fact: InstanceOf[ApplicationStarted]
    profile: Profile


class ChooseClass(Command):
    """§3.3.2."""

    row: str
    honours: tuple[str, ...]
    book: InstanceOf[Rulebook]
    at: datetime


class SaveProfile(Command):
    """§3.3.3. Only `fields` of `profile` count; the others stay as they were."""

    profile: Profile
    fields: frozenset[str]
    book: InstanceOf[Rulebook]
    at: datetime


class AddAttachment(casework.AddAttachment):
    """§3.3.4."""

    book: InstanceOf[Rulebook]


class SubmitApplication(Command):
    """§3.3.5. `commitment_version` is the text that was ticked, None if none was; `staff` is
    everybody who sits at a desk of the plan; `barred_until` the last day of a bar.
    `deferral`: what is asked to follow later; `owed` are the categories that are outstanding for
    the class in force already."""

    commitment_version: str | None
    deferral: DeferralRequest | None = None
    owed: frozenset[str] = frozenset()
    staff: tuple[Reviewer, ...]
    barred_until: date | None
    book: InstanceOf[Rulebook]
    at: datetime


class Review(Command):
    """What a reviewer, or a deadline, asks of the case."""

    intention: ReviewIntention
    staff: tuple[Reviewer, ...] = ()
    book: InstanceOf[Rulebook]


ApplicationCommand = (
    StartApplication
    | ChooseClass
    | SaveProfile
    | AddAttachment
    | RemoveAttachment
    | ReplaceMobile
    | SubmitApplication
    | Review
    | AddNote
    | WithdrawApplication
    | EndApplication
    | DeferralCommand
)
