"""Where an application stands, and what the talent may change now."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.classification.deferral.state import Deferral
from services.classification.events import (
    ApplicationStarted,
    ApplicationSubmitted,
    AttachmentAdded,
    ClassChosen,
)
from services.classification.profile.model import Profile
from services.classification.profile.rules import Papers
from shared.casework.state import Standing
from shared.domain.review.application import Status
from shared.domain.review.state import Review
from shared.events.personal import Erased


@dataclass(frozen=True, slots=True)
class NotStarted:
    """Nothing yet."""


@dataclass(frozen=True, slots=True)
class Application(Standing):
    """Personal values may read ERASED."""

    started: ApplicationStarted
    chosen: ClassChosen | None = None
    profile: Profile | Erased = field(default_factory=Profile)
    attachments: Mapping[str, AttachmentAdded] = field(default_factory=dict)
    submitted: ApplicationSubmitted | None = None
    review: Review | None = None
    closed: Status | None = None
    deferral: Deferral | None = None

    @property
    def outstanding(self) -> tuple[str, ...]:
        """The categories that a grant lets follow later."""
        return () if self.deferral is None else self.deferral.outstanding

    @property
    def papers(self) -> Papers:
        started = self.started
        return Papers(started.birth_date, started.sex, started.asks_household, started.foreign)


ApplicationState = NotStarted | Application
