"""Who may sit at a desk. It is the person that counts: one person may have several accounts."""

from collections.abc import Iterable

from shared.domain.review.plan import Desk, Value


class Party(Value):
    """An account, and the keyed hash of the identity document of the person behind it, if known."""

    account_id: str
    person: str | None = None

    def same_as(self, other: "Party") -> bool:
        """Whether both are one person: by document where both are known, or the same account."""
        if self.account_id == other.account_id:
            return True
        return self.person is not None and self.person == other.person

    @property
    def party(self) -> "Party":
        """What is recorded of them."""
        return Party(account_id=self.account_id, person=self.person)


class Reviewer(Party):
    """A member of staff and the desks they sit at, as identity says at the time of the command."""

    desks: frozenset[Desk] = frozenset()

    @classmethod
    def of(cls, account_id: str, person: str | None, desks: Iterable[str]) -> "Reviewer":
        """From identity's words: `desks` are `role@scope`."""
        parsed = frozenset(Desk.parse(desk) for desk in desks)
        return cls(account_id=account_id, person=person, desks=parsed)


def eligible(reviewer: Reviewer, desk: Desk, applicant: Party) -> bool:
    """Whether a reviewer sits at a desk and the case is not their own."""
    return desk in reviewer.desks and not reviewer.same_as(applicant)
