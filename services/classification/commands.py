"""What can be asked of an application."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, InstanceOf

from services.classification.events import ApplicationStarted
from services.classification.profile.model import Profile
from services.classification.rulebook import Rulebook
from shared.domain.review.intentions import ReviewIntention
from shared.domain.review.reviewer import Party, Reviewer


class Command(BaseModel):
    """An intention; time and ids come with it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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


class AddAttachment(Command):
    """§3.3.4. The file is stored under `file_key` already, scanned, and of an allowed type."""

    attachment_id: str
    category: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    file_key: str
    book: InstanceOf[Rulebook]
    at: datetime


class RemoveAttachment(Command):
    attachment_id: str
    at: datetime


class ReplaceMobile(Command):
    """§3.6. The account's number changed; both in E.164."""

    previous: str
    mobile: str
    at: datetime


class SubmitApplication(Command):
    """§3.3.5. `commitment_version` is the text that was ticked, None if none was; `staff` is
    everybody who sits at a desk of the plan; `barred_until` the last day of a bar."""

    commitment_version: str | None
    staff: tuple[Reviewer, ...]
    barred_until: date | None
    book: InstanceOf[Rulebook]
    at: datetime


class Review(Command):
    """What a reviewer, or a deadline, asks of the case."""

    intention: ReviewIntention
    staff: tuple[Reviewer, ...] = ()
    book: InstanceOf[Rulebook]


class WithdrawApplication(Command):
    by: Party
    at: datetime


class EndApplication(Command):
    reason: str
    at: datetime


ApplicationCommand = (
    StartApplication
    | ChooseClass
    | SaveProfile
    | AddAttachment
    | RemoveAttachment
    | ReplaceMobile
    | SubmitApplication
    | Review
    | WithdrawApplication
    | EndApplication
)
