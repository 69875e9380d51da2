"""Where an application under review stands, and what its talent may change now."""

from dataclasses import dataclass
from enum import StrEnum

from shared.domain.review import state as review_state


class Status(StrEnum):
    """`draft` and `returned` are the talent's, `in-review` and `objected` the reviewers'; the rest
    is final."""

    DRAFT = "draft"
    IN_REVIEW = "in-review"
    RETURNED = "returned"
    OBJECTED = "objected"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


_OF_REVIEW = {
    review_state.Status.OPEN: Status.IN_REVIEW,
    review_state.Status.RETURNED: Status.RETURNED,
    review_state.Status.OBJECTED: Status.OBJECTED,
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
    """A draft is open, a returned case where it was returned, one whose rejection fell everywhere,
    and nothing else."""
    if review is None:
        return Unlocked(everything=closed is None)
    if review.status is not review_state.Status.RETURNED:
        return Unlocked()
    returned = [d for d in review.decisions.values() if d.kind == "returned"]
    if not returned:
        # No desk returned it: its rejection fell.
        return Unlocked(everything=True)
    return Unlocked(
        fields=frozenset(name for d in returned for name in d.fields),
        categories=frozenset(code for d in returned for code in d.attachments),
    )
