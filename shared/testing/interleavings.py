"""Every interleaving of streams gives the same view, live or rebuilt: a property of projections.

A log is written with real keys. It is then delivered to the real `Projector` as a feed may deliver
it: stream order kept and nothing else, cut into batches anywhere, from an earlier place again after
a crash, an event doubled. A person's erasure falls between any two events of other streams. What
comes of it is compared with a rebuild of the same log from its beginning.
"""

from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TypeVar, cast

import orjson
from hypothesis import strategies as st

from shared.events.codec import EventCodec
from shared.events.keyring import KeyRing
from shared.events.model import Event, Metadata
from shared.events.registry import EventRegistry
from shared.ports.event_store import StoredEvent
from shared.ports.key_value import KeyValueStore
from shared.ports.view_store import Changes, Document, Find, Page, ViewStore, ViewTransaction
from shared.runtime.projection import SUBJECT, Projection
from shared.runtime.projector import Projector

T = TypeVar("T")
Batches = Sequence[Sequence[StoredEvent]]

_MASTER_KEY: Final = bytes(range(32))
_RECORDED: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
_FURTHEST_BACK: Final = 5


@dataclass(frozen=True, slots=True)
class History:
    """The events of one stream, all about one person. `secrets`: words of their personal data,
    which no document may hold once they are erased."""

    stream: str
    subject: str | None
    events: Sequence[Event]
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Log:
    """Histories as they are stored: personal fields encrypted."""

    registry: EventRegistry
    streams: tuple[tuple[StoredEvent, ...], ...]
    keys: Mapping[str, bytes]
    erased: frozenset[str]
    secrets: tuple[str, ...]

    @classmethod
    def of(cls, registry: EventRegistry, histories: Sequence[History]) -> "Log":
        """`secrets` are those of everybody whom one of the histories erases."""
        keys = _Keys()
        codec = EventCodec(registry, KeyRing(cast(KeyValueStore, keys), _MASTER_KEY))
        told = [one for one in histories if one.events]
        streams = _done(_encoded(codec, told))
        erasing = (h for h in told if any(type(e).erases_subject for e in h.events))
        erased = frozenset(h.subject for h in erasing if h.subject is not None)
        secrets = {word for h in told if h.subject in erased for word in h.secrets}
        return cls(registry, streams, dict(keys.values), erased, tuple(sorted(secrets)))

    def in_order(self, order: Sequence[int]) -> list[StoredEvent]:
        """The events by the stream that each is taken from."""
        following = [iter(stream) for stream in self.streams]
        return [next(following[index]) for index in order]

    @property
    def plainly(self) -> tuple[int, ...]:
        """The order of one stream after the other."""
        return tuple(index for index, stream in enumerate(self.streams) for _ in stream)


async def _encoded(
    codec: EventCodec, histories: Sequence[History]
) -> tuple[tuple[StoredEvent, ...], ...]:
    streams: list[tuple[StoredEvent, ...]] = []
    position = 0
    for history in histories:
        metadata = Metadata(history.stream, actor="test", subject=history.subject)
        new = await codec.encode(history.stream, history.events, metadata)
        streams.append(
            tuple(
                StoredEvent(
                    id=event.id,
                    type=event.type,
                    data=event.data,
                    metadata=event.metadata,
                    stream=history.stream,
                    version=version,
                    position=position + version,
                    recorded_at=_RECORDED,
                )
                for version, event in enumerate(new, 1)
            )
        )
        position += len(new)
    return tuple(streams)


def every_order(log: Log) -> Iterator[tuple[int, ...]]:
    """Every interleaving: there are very many of all but short streams."""

    def merged(left: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if not any(left):
            yield ()
        for index, many in enumerate(left):
            if many:
                for rest in merged((*left[:index], many - 1, *left[index + 1 :])):
                    yield (index, *rest)

    return merged(tuple(len(stream) for stream in log.streams))


@st.composite
def deliveries(draw: st.DrawFn, log: Log) -> Batches:
    """Any interleaving, in any batches; after some of them the feed goes back a little."""
    events = log.in_order(draw(st.permutations(log.plainly)))
    last = len(events)
    cuts = sorted(draw(st.sets(st.integers(1, last - 1)))) if last > 1 else []
    batches: list[list[StoredEvent]] = []
    for start, end in zip([0, *cuts], [*cuts, last], strict=True):
        back = draw(st.integers(0, min(start, _FURTHEST_BACK)))
        times = draw(st.integers(1, 2))
        batches.append([event for event in events[start - back : end] for _ in range(times)])
    return batches


def documents_of(projection: Projection[Any, Any], log: Log, batches: Batches) -> dict[str, Any]:
    """What a projection makes of a delivery of the whole log, by key; and that this is what a
    rebuild makes of it, that every document is readable, and that nobody erased is left in any."""
    keys = _Keys(dict(log.keys))
    live = _done(_run(projection, log, batches, keys))
    rebuilt = _done(_run(projection, log, [log.in_order(log.plainly)], keys))
    for key, document in live.documents.items():
        if not document.get("_absent"):
            projection.model(document)
        text = orjson.dumps(document).decode()
        left = [word for word in log.secrets if word in text]
        assert not left, f"{projection.name} {key} still holds an erased person's {left}"
    wanted, found = (_comparable(projection, log, views) for views in (rebuilt, live))
    assert found == wanted, f"{projection.name} depends on the order of streams"
    assert live.places == rebuilt.places
    return live.documents


def _comparable(
    projection: Projection[Any, Any], log: Log, views: "_Views"
) -> dict[str, Document | None]:
    """Of who was erased, an empty personal field reads empty or erased: it says nothing more."""
    return {
        key: projection.scrubbed(document) if document.get(SUBJECT) in log.erased else document
        for key, document in views.documents.items()
    }


def _done(work: Coroutine[Any, Any, T]) -> T:
    """The result of what has nothing to wait for: all it needs is in memory."""
    try:
        work.send(None)
    except StopIteration as stopped:
        result: T = stopped.value
        return result
    raise AssertionError("something waited")


async def _run(
    projection: Projection[Any, Any], log: Log, batches: Batches, keys: "_Keys"
) -> "_Views":
    # A keyring of its own, as every process has: its cache must bring nobody back.
    codec = EventCodec(log.registry, KeyRing(cast(KeyValueStore, keys), _MASTER_KEY))
    views = _Views()
    collection = projection.collection()
    projector = Projector(projection, collection, cast(ViewStore, views), codec)
    heard = {c.name for c in (*projection.categories, *log.registry.erasers)}
    for batch in batches:
        stuck = await projector.take([event for event in batch if event.category in heard])
        assert not stuck, f"{projection.name} cannot fold {stuck}"
    return views


@dataclass
class _Keys:
    """As much of a `KeyValueStore` as data keys need, of one namespace."""

    values: dict[str, bytes] = field(default_factory=dict)

    async def get(self, namespace: str, key: str) -> bytes | None:
        return self.values.get(key)

    async def get_many(self, namespace: str, keys: Sequence[str]) -> Mapping[str, bytes]:
        return {key: self.values[key] for key in keys if key in self.values}

    async def put(self, namespace: str, key: str, value: bytes) -> None:
        self.values[key] = value

    async def compare_and_set(
        self, namespace: str, key: str, *, expected: bytes | None, value: bytes
    ) -> bool:
        if self.values.get(key) != expected:
            return False
        self.values[key] = value
        return True

    async def purge(self) -> None:
        """What is written over is gone."""


@dataclass
class _Views:
    """As much of a `ViewStore` as a projector needs, of one collection."""

    documents: dict[str, Document] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)

    async def transact(self, work: Callable[[ViewTransaction], Awaitable[T]]) -> T:
        return await work(cast(ViewTransaction, self))

    async def purge(self) -> None:
        """What is written over is gone."""

    async def load(self, collection: str, keys: Sequence[str]) -> dict[str, Document]:
        return {key: self.documents[key] for key in keys if key in self.documents}

    async def positions(self, collection: str, streams: Sequence[str]) -> dict[str, int]:
        return {one: self.places[one] for one in streams if one in self.places}

    async def find(self, collection: str, find: Find) -> Page:
        (where,) = find.where
        assert where.field == SUBJECT, "a projector looks for persons alone"
        found = {k: d for k, d in self.documents.items() if d.get(SUBJECT) == where.value}
        return Page(tuple(found.items()), None)

    async def save(self, collection: str, changes: Changes) -> None:
        self.places |= changes.positions
        for key, document in changes.documents.items():
            if document is None:
                self.documents.pop(key, None)
            else:
                # Through JSON, as every engine keeps them.
                self.documents[key] = orjson.loads(orjson.dumps(document))
