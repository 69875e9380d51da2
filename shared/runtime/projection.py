"""A projection is a value: what it folds, into which document, under which key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from shared.domain.decider import Category
from shared.events.model import Recorded
from shared.events.personal import scrub
from shared.ports.view_store import Collection, Document, Index

P = TypeVar("P", bound=BaseModel)
D = TypeVar("D", bound=BaseModel)

SUBJECT = "_subject"
PARTS = "_parts"


def by_id(recorded: Recorded[Any]) -> str | None:
    """One document a stream, under the aggregate's id."""
    return recorded.stream.partition("-")[2]


def by_subject(recorded: Recorded[Any]) -> str | None:
    """One document a person."""
    return recorded.metadata.subject


@dataclass(frozen=True, slots=True)
class Projection(Generic[P, D]):
    """`evolve` folds one stream into a part (None: there is none, or no more). Where a document is
    of one stream the part is the document; where it is of several, `combine` makes it of the parts
    by stream name and nothing else, so that no order between streams can matter.

    `key` may look at the event, but one stream must not change its key. The document and part
    models mark personal fields `Personal`: erasing a person replaces exactly those, so whatever is
    derived from a personal field must be marked as well.
    """

    name: str
    version: int
    categories: tuple[Category, ...]
    document: type[D]
    evolve: Callable[[P | None, Recorded[Any]], P | None]
    key: Callable[[Recorded[Any]], str | None] = by_id
    part: type[P] | None = None
    combine: Callable[[Mapping[str, P]], D | None] | None = None
    indexes: tuple[Index, ...] = ()

    def __post_init__(self) -> None:
        if (self.part is None) != (self.combine is None):
            raise TypeError(f"{self.name}: `part` and `combine` belong together")

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(sorted({c.context for c in self.categories}))

    def collection(self, generation: int = 0) -> Collection:
        """`context_view_vN`, and beside it `…_rK` for the K-th rebuild."""
        suffix = f"_r{generation}" if generation else ""
        return Collection(f"{self.name}_v{self.version}{suffix}", self.indexes)

    def apply(self, stored: Document | None, recorded: Recorded[Any]) -> Document | None:
        """The stored document after one more event; None where it ceases to be. Pure."""
        subject = recorded.metadata.subject or (stored or {}).get(SUBJECT)
        if self.combine is None:
            part = None if stored is None else self._read(stored)
            after = self.evolve(part, recorded)
            if after is part and stored is not None:
                return stored
            return None if after is None else after.model_dump(mode="json") | {SUBJECT: subject}
        parts: dict[str, Any] = dict((stored or {}).get(PARTS, {}))
        mine = parts.pop(recorded.stream, None)
        changed = self.evolve(None if mine is None else self._read(mine), recorded)
        if changed is not None:
            parts[recorded.stream] = changed.model_dump(mode="json")
        return self._combined(parts, subject)

    def scrubbed(self, stored: Document) -> Document | None:
        """The stored document without its personal data."""
        if self.combine is None:
            clean = scrub(self._read(stored)).model_dump(mode="json")
            return clean | {SUBJECT: stored.get(SUBJECT)}
        parts = {
            stream: scrub(self._read(part)).model_dump(mode="json")
            for stream, part in stored[PARTS].items()
        }
        return self._combined(parts, stored.get(SUBJECT))

    def model(self, stored: Document) -> D:
        """The document as its model."""
        return self.document.model_validate(stored)

    def _combined(self, parts: dict[str, Any], subject: str | None) -> Document | None:
        assert self.combine is not None  # noqa: S101 - narrows the type
        if not parts:
            return None
        document = self.combine({stream: self._read(parts[stream]) for stream in sorted(parts)})
        fields = {} if document is None else document.model_dump(mode="json")
        # Parts are kept even where they make no document yet: the next one may complete it.
        return fields | {SUBJECT: subject, PARTS: parts, "_absent": document is None}

    def _read(self, data: Document) -> P:
        model: type[BaseModel] = self.part or self.document
        return model.model_validate(data)  # type: ignore[return-value]
