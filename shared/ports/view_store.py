"""JSON documents in collections, with each stream's position beside them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeVar

Document = dict[str, Any]
Scalar = str | int | float | bool | None
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Index:
    """A declared index over top-level fields, in order."""

    fields: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection's name and declared indexes. Every document has a string key, and every
    collection can be searched by the reserved field `_subject` (the person it is about)."""

    name: str
    indexes: tuple[Index, ...] = ()


Operator = Literal["eq", "ne", "in", "lt", "lte", "gt", "gte", "prefix", "has"]


@dataclass(frozen=True, slots=True)
class Where:
    """One condition on a top-level field; several are joined by and. `in` takes a sequence;
    `has` asks an array field for an element (or for any of a sequence), and no index helps it.
    Times are ISO 8601 UTC strings and compare as such."""

    field: str
    value: Scalar | Sequence[Scalar]
    op: Operator = "eq"


@dataclass(frozen=True, slots=True)
class Find:
    """A page: `sort` fields (a leading dash for descending; the key breaks ties in the direction
    of the last), `after` the cursor of the page before, `limit` at most 1,000."""

    where: tuple[Where, ...] = ()
    sort: tuple[str, ...] = ()
    after: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """`items` are (key, document); `next` is an opaque cursor or None at the end."""

    items: tuple[tuple[str, Document], ...]
    next: str | None


@dataclass(slots=True)
class Changes:
    """What one transaction writes: documents by key (None deletes), positions by stream."""

    documents: Mapping[str, Document | None] = field(default_factory=dict)
    positions: Mapping[str, int] = field(default_factory=dict)


class BadCursor(ValueError):
    """A cursor that this store did not make, or made for another sort."""


class DuplicateKey(Exception):
    """Two documents with the same values in a unique index; holds the collection's name alone."""


class ViewTransaction(Protocol):
    """Reads and writes of one snapshot."""

    async def load(self, collection: str, keys: Sequence[str]) -> dict[str, Document]:
        """The documents that exist among the keys."""
        ...

    async def find(self, collection: str, find: Find) -> Page: ...

    async def positions(self, collection: str, streams: Sequence[str]) -> dict[str, int]:
        """The last version applied, for the streams that have one."""
        ...

    async def save(self, collection: str, changes: Changes) -> None:
        """Write; visible to others all at once when the transaction ends."""
        ...


class ViewStore(Protocol):
    """Rebuildable documents. Every method may raise `EngineUnavailable`."""

    async def ensure(self, collection: Collection) -> None:
        """Create it and its indexes where missing."""
        ...

    async def drop(self, name: str) -> None:
        """Remove documents, positions and indexes; nothing where there is none."""
        ...

    async def collections(self) -> Sequence[str]: ...

    async def get(self, collection: str, key: str) -> Document | None: ...

    async def find(self, collection: str, find: Find) -> Page:
        """May raise `BadCursor`."""
        ...

    async def count(self, collection: str, where: Sequence[Where] = ()) -> int: ...

    async def position(self, collection: str, stream: str) -> int:
        """The version of the stream that the collection has applied; 0 for none."""
        ...

    async def transact(self, work: Callable[[ViewTransaction], Awaitable[T]]) -> T:
        """Run `work` in one snapshot transaction; it is called again from the start on a conflict,
        so it must have no other effect. An exception rolls back."""
        ...

    async def purge(self) -> None:
        """What was deleted or written over is gone from this engine's disks before this returns, as
        far as the engine can promise it."""
        ...

    async def close(self) -> None: ...
