"""Where an application stands, and what the talent may change now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from services.classification.events import (
    ApplicationStarted,
    ApplicationSubmitted,
    AttachmentAdded,
    ClassChosen,
)
from services.classification.profile.model import Profile
from services.classification.profile.rules import Papers
from shared.domain.review import state as review_state
from shared.domain.review.reviewer import Party
from shared.events.personal import Erased


class Status(StrEnum):
    """`draft` and `returned` are the talent's, `in-review` the reviewers'; the rest is final."""

    DRAFT = "draft"
    IN_REVIEW = "in-review"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


_OF_REVIEW = {
    review_state.Status.OPEN: Status.IN_REVIEW,
    review_state.Status.RETURNED: Status.RETURNED,
    review_state.Status.APPROVED: Status.APPROVED,
    review_state.Status.REJECTED: Status.REJECTED,
    review_state.Status.WITHDRAWN: Status.WITHDRAWN,
    review_state.Status.ENDED: Status.ENDED,
}


def status_of(review: review_state.Review | None, closed: Status | None) -> Status:
    """The status of a review, or of a draft that was closed."""
    return closed or Status.DRAFT if review is None else _OF_REVIEW[review.status]


@dataclass(frozen=True, slots=True)
class Unlocked:
    """What may be changed: everything, or exactly what a reviewer named."""

    everything: bool = False
    fields: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()

    def field(self, pointer: str) -> bool:
        return self.everything or pointer in self.fields

    def category(self, code: str) -> bool:
        return self.everything or code in self.categories


def unlocked(review: review_state.Review | None, closed: Status | None) -> Unlocked:
    """A draft is open, a returned case where it was returned, and nothing else."""
    if review is None:
        return Unlocked(everything=closed is None)
    if review.status is not review_state.Status.RETURNED:
        return Unlocked()
    returned = [d for d in review.decisions.values() if d.kind == "returned"]
    return Unlocked(
        fields=frozenset(name for d in returned for name in d.fields),
        categories=frozenset(code for d in returned for code in d.attachments),
    )


@dataclass(frozen=True, slots=True)
class NotStarted:
    """Nothing yet."""


@dataclass(frozen=True, slots=True)
class Application:
    """Personal values may read ERASED. `closed` is how a draft ended that no reviewer saw."""

    started: ApplicationStarted
    chosen: ClassChosen | None = None
    profile: Profile | Erased = field(default_factory=Profile)
    attachments: Mapping[str, AttachmentAdded] = field(default_factory=dict)
    submitted: ApplicationSubmitted | None = None
    review: review_state.Review | None = None
    closed: Status | None = None

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
        return Papers(started.birth_date, started.sex, started.asks_household, started.foreign)


ApplicationState = NotStarted | Application
