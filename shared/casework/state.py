"""An application as desks deal with it, whatever it is for."""

from collections.abc import Mapping
from typing import Protocol

from shared.domain.review.plan import PinnedPlan
from shared.domain.review.reviewer import Reviewer
from shared.domain.review.state import Review
from shared.events.personal import Erased


class Attached(Protocol):
    """A file of an application."""

    @property
    def file_key(self) -> str: ...

    @property
    def file_name(self) -> str | Erased: ...

    @property
    def media_type(self) -> str: ...


class CaseState(Protocol):
    """A folded application. `policy_version` is pinned at submission, None before it; `review` is
    None for a draft."""

    @property
    def talent_id(self) -> str: ...

    @property
    def policy_version(self) -> str | None: ...

    @property
    def review(self) -> Review | None: ...

    @property
    def over(self) -> bool: ...

    @property
    def attachments(self) -> Mapping[str, Attached]: ...


class Colleagues(Protocol):
    """Who sits at which desk."""

    async def reviewer(self, account_id: str) -> Reviewer:
        """A colleague; one without any desk where the account is not known."""
        ...

    async def staff_of(self, plan: PinnedPlan) -> tuple[Reviewer, ...]:
        """Everybody who sits at a desk of a plan, superiors included."""
        ...
