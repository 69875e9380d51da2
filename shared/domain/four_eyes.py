"""Four eyes: what one person proposes, another one decides."""

from shared.domain.errors import DomainError
from shared.domain.review.reviewer import Party


def require_other(by: Party, *before: Party) -> None:
    """The person counts, and not the account. Raises DomainError `second-person-needed` (403)."""
    if any(by.same_as(one) for one in before):
        raise DomainError("second-person-needed", status=403)
