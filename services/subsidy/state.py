"""Where an application stands, and what the talent may change now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from services.subsidy.events import (
    ApplicationStarted,
    ApplicationSubmitted,
    AttachmentAdded,
    ChannelChosen,
)
from services.subsidy.profile.model import Profile
from services.subsidy.profile.rules import Papers
from shared.domain.review.application import Status, Unlocked, status_of, unlocked
from shared.domain.review.reviewer import Party
from shared.domain.review.state import Review
from shared.events.personal import Erased


@dataclass(frozen=True, slots=True)
class NotStarted:
    """Nothing yet."""


@dataclass(frozen=True, slots=True)
class Application:
    """Personal values may read ERASED. `first_submitted_on` is a Shanghai day: contribution
    records are measured by it; `closed` is how a draft ended that no reviewer saw."""

    started: ApplicationStarted
    channel: ChannelChosen | None = None
    profile: Profile | Erased = field(default_factory=Profile)
    attachments: Mapping[str, AttachmentAdded] = field(default_factory=dict)
    submitted: ApplicationSubmitted | None = None
    first_submitted_on: date | None = None
    review: Review | None = None
    closed: Status | None = None

    @property
    def talent_id(self) -> str:
        return self.started.talent_id

    @property
    def policy_version(self) -> str | None:
        """Pinned at submission."""
        return None if self.submitted is None else self.submitted.policy_version

    @property
    def status(self) -> Status:
        return status_of(self.review, self.closed)

    @property
    def over(self) -> bool:
        """Whether nothing can happen to it any more."""
        return self.status not in (Status.DRAFT, Status.IN_REVIEW, Status.RETURNED)

    @property
    def unlocked(self) -> Unlocked:
        return unlocked(self.review, self.closed)

    @property
    def applicant(self) -> Party:
        return Party(account_id=self.started.talent_id, person=self.started.person)

    @property
    def papers(self) -> Papers:
        started = self.started
        return Papers(started.birth_date, started.sex, started.asks_household)


ApplicationState = NotStarted | Application
