"""Sums over streams: each stream contributes, and what it contributed before is taken back."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from shared.events.model import Recorded
from shared.events.personal import scrub
from shared.ports.view_store import Document
from shared.runtime.projection import SUBJECT, Projection

P = TypeVar("P", bound=BaseModel)
D = TypeVar("D", bound=BaseModel)

PART = "_part"
COUNTS = "counts"

Group = tuple[tuple[str, str], ...]
"""The fields by which a total is looked up, with their values, in a fixed order."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a stream adds to one total: `counts` by name."""

    group: Group
    counts: Mapping[str, int]


def by_stream(recorded: Recorded[Any]) -> str | None:
    return recorded.stream


def _nothing(part: Any) -> Iterable[Share]:
    return ()


@dataclass(frozen=True, slots=True)
class Tally(Projection[P, D]):
    """A projection whose documents are totals: the fields of their group, and `counts` by name.

    `evolve` folds one stream into a part, as ever; `shares` says what a part adds to which totals.
    Parts are kept in the same collection, out of sight. A sum forgets the order of what it sums, so
    no order between streams matters; `shares` must not look at personal fields, or an erasure would
    change the past.
    """

    key: Callable[[Recorded[Any]], str | None] = by_stream
    shares: Callable[[P], Iterable[Share]] = _nothing

    def __post_init__(self) -> None:
        """A tally has parts and no need to combine them."""

    def apply(self, stored: Document | None, recorded: Recorded[Any]) -> Document | None:
        """The stored part after one more event."""
        part = None if stored is None else self._read(stored[PART])
        after = self.evolve(part, recorded)
        if after is None:
            return None
        subject = recorded.metadata.subject or (stored or {}).get(SUBJECT)
        return {PART: after.model_dump(mode="json"), SUBJECT: subject, "_absent": True}

    def scrubbed(self, stored: Document) -> Document | None:
        """The stored part without its personal data."""
        clean = scrub(self._read(stored[PART])).model_dump(mode="json")
        return stored | {PART: clean}

    def changes(
        self, parts: Sequence[tuple[Document | None, Document | None]]
    ) -> dict[str, tuple[Group, Counter[str]]]:
        """What parts, each before and after, add to totals and take from them, by key."""
        found: dict[str, tuple[Group, Counter[str]]] = {}
        for before, after in parts:
            for sign, stored in ((-1, before), (1, after)):
                for share in () if stored is None else self.shares(self._read(stored[PART])):
                    key = "=" + "|".join(value for _, value in share.group)
                    _, counts = found.setdefault(key, (share.group, Counter()))
                    counts.update({name: sign * many for name, many in share.counts.items()})
        return {key: change for key, change in found.items() if any(change[1].values())}

    @staticmethod
    def added(total: Document | None, change: tuple[Group, Counter[str]]) -> Document | None:
        """A stored total after a change; None once nothing is left of it."""
        group, more = change
        counts = Counter[str]((total or {}).get(COUNTS, {}))
        counts.update(more)
        left = {name: counts[name] for name in sorted(counts) if counts[name]}
        return {**dict(group), COUNTS: left, SUBJECT: None} if left else None
