"""An application as desks deal with it, whatever it is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from shared.domain.review.application import Status, Unlocked, status_of, unlocked
from shared.domain.review.plan import PinnedPlan
from shared.domain.review.reviewer import Party, Reviewer
from shared.domain.review.state import Review
from shared.events.personal import Erased


class Attached(Protocol):
    """A file of an application; `sha256` in hex."""

    @property
    def category(self) -> str: ...

    @property
    def sha256(self) -> str: ...

    @property
    def file_key(self) -> str: ...

    @property
    def file_name(self) -> str | Erased: ...

    @property
    def media_type(self) -> str: ...


class Started(Protocol):
    """The first fact of an application."""

    @property
    def talent_id(self) -> str: ...

    @property
    def person(self) -> str: ...


class Submitted(Protocol):
    """The fact of its last submission."""

    @property
    def policy_version(self) -> str: ...


_OVER: Final = (Status.APPROVED, Status.REJECTED, Status.WITHDRAWN, Status.ENDED)


class Standing:
    """What follows from where a folded application stands. A context's own state is a frozen
    dataclass with these fields: `review` is None for a draft, `closed` is how a draft ended that no
    reviewer saw."""

    __slots__ = ()

    started: Started
    submitted: Submitted | None
    attachments: Mapping[str, Attached]
    review: Review | None
    closed: Status | None

    @property
    def talent_id(self) -> str:
        return self.started.talent_id

    @property
    def applicant(self) -> Party:
        return Party(account_id=self.started.talent_id, person=self.started.person)

    @property
    def policy_version(self) -> str | None:
        """Pinned at submission; None before it."""
        return None if self.submitted is None else self.submitted.policy_version

    @property
    def status(self) -> Status:
        return status_of(self.review, self.closed)

    @property
    def over(self) -> bool:
        """Whether nobody is at work on it: nothing can happen to it any more but an objection."""
        return self.status in _OVER

    @property
    def unlocked(self) -> Unlocked:
        """What the talent may change now."""
        return unlocked(self.review, self.closed)


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff as colleagues see them; `desks` are `role@scope`."""

    account_id: str
    name: str | None
    desks: tuple[str, ...]


class Colleagues(Protocol):
    """Who sits at which desk."""

    async def reviewer(self, account_id: str) -> Reviewer:
        """A colleague; one without any desk where the account is not known."""
        ...

    async def at_desks_of(self, account_id: str) -> tuple[Colleague, ...]:
        """Everybody who sits at a desk of a colleague's, themselves included."""
        ...

    async def staff_of(self, plan: PinnedPlan) -> tuple[Reviewer, ...]:
        """Everybody who sits at a desk of a plan, superiors included."""
        ...
