"""Where an application stands, and what the talent may change now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from services.subsidy.asking.events import UnitsAsked, UnitsReminded
from services.subsidy.events import (
    ApplicationStarted,
    ApplicationSubmitted,
    AttachmentAdded,
    ChannelChosen,
)
from services.subsidy.profile.model import Profile
from services.subsidy.profile.rules import Papers
from shared.casework.state import Standing
from shared.domain.review.application import Status
from shared.domain.review.state import Review
from shared.events.personal import Erased


@dataclass(frozen=True, slots=True)
class NotStarted:
    """Nothing yet."""


@dataclass(frozen=True, slots=True)
class Application(Standing):
    """Personal values may read ERASED. `first_submitted_on` is a Shanghai day: contribution
    records are measured by it. `asked` and `reminded` are the last words to units."""

    started: ApplicationStarted
    channel: ChannelChosen | None = None
    profile: Profile | Erased = field(default_factory=Profile)
    attachments: Mapping[str, AttachmentAdded] = field(default_factory=dict)
    submitted: ApplicationSubmitted | None = None
    first_submitted_on: date | None = None
    review: Review | None = None
    closed: Status | None = None
    asked: UnitsAsked | None = None
    reminded: UnitsReminded | None = None

    @property
    def papers(self) -> Papers:
        started = self.started
        return Papers(started.birth_date, started.sex, started.asks_household)


ApplicationState = NotStarted | Application
