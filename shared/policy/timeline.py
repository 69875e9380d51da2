"""Policies in the order in which they come into force."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar


class Dated(Protocol):
    @property
    def version(self) -> str: ...
    @property
    def effective_from(self) -> date: ...


P = TypeVar("P", bound=Dated)


class NoPolicyInForce(LookupError):
    """A date before the first policy, or a version that was never loaded: a gap in the data."""


@dataclass(frozen=True, slots=True)
class Timeline(Generic[P]):
    """Versions of one policy, oldest first, no two from the same day."""

    versions: tuple[P, ...]

    def at(self, day: date) -> P:
        """The version in force on a Shanghai date; raises `NoPolicyInForce` before the first."""
        index = bisect_right([one.effective_from for one in self.versions], day)
        if index == 0:
            raise NoPolicyInForce(f"no policy in force on {day}")
        return self.versions[index - 1]

    def pinned(self, version: str) -> P:
        """The version that a case recorded; raises `NoPolicyInForce` if it is gone.

        Only the date part (before `+`) is looked up: it says which version was in force, while the
        digest behind it shows whether somebody has edited that version's files since.
        """
        since = version.partition("+")[0]
        for one in self.versions:
            if one.effective_from.isoformat() == since:
                return one
        raise NoPolicyInForce(f"no policy of version {version}")
