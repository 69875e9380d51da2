"""Folds events into one projection's documents, each with its stream's position, atomically."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shared.events.codec import EventCodec, decode_metadata
from shared.events.model import Event, Recorded
from shared.events.registry import UnknownEventType
from shared.ports.errors import EngineUnavailable
from shared.ports.event_store import StoredEvent
from shared.ports.view_store import (
    Changes,
    Collection,
    Document,
    DuplicateKey,
    Find,
    ViewStore,
    ViewTransaction,
    Where,
)
from shared.runtime.consumer import PREDECESSOR_MISSING, Stuck
from shared.runtime.projection import SUBJECT, Projection
from shared.runtime.tally import Tally

AnyProjection = Projection[Any, Any]
_PAGE: Final = 200


class Projector:
    """The taker of a projection's consumer group.

    Version n+1 of a stream is folded, an older one skipped; a later one is stuck until its
    predecessor has come. An event that erases a person first tombstones the key, so that nothing
    decoded later can bring the person back, and then scrubs the person's documents; such events
    come from every context, whatever the projection folds.
    """

    def __init__(
        self, projection: AnyProjection, collection: Collection, views: ViewStore, codec: EventCodec
    ) -> None:
        self._projection, self._collection = projection, collection
        self._views, self._codec = views, codec
        self._own = frozenset(c.name for c in projection.categories)

    async def take(self, events: Sequence[StoredEvent]) -> dict[str, Stuck]:
        stuck: dict[str, Stuck] = {}
        for erasing, part in _split(events, self._codec.registry.erasing):
            part = [e for e in part if e.stream not in stuck]
            if erasing:
                await self.erase(part)
            stuck |= await self._fold([e for e in part if e.category in self._own])
        return stuck

    async def erase(self, events: Sequence[StoredEvent]) -> None:
        for event in events:
            if event.type in self._codec.registry.erasing:
                await self._erase(event)

    async def _erase(self, event: StoredEvent) -> None:
        subject = decode_metadata(event.metadata).subject
        if subject is None:
            return
        await self._codec.keyring.erase(subject)
        name = self._collection.name

        async def work(tx: ViewTransaction) -> None:
            after: str | None = None
            while True:
                page = await tx.find(
                    name, Find((Where(SUBJECT, subject),), after=after, limit=_PAGE)
                )
                clean = {key: self._projection.scrubbed(doc) for key, doc in page.items}
                await tx.save(name, Changes(documents=clean))
                if page.next is None:
                    return
                after = page.next

        await self._views.transact(work)
        await self._views.purge()

    async def _fold(self, events: Sequence[StoredEvent]) -> dict[str, Stuck]:
        decoded, undecodable = await self._decode(events)
        keys = self._keys(decoded, undecodable)
        streams = list({e.stream for e in events})
        wanted = list({k for k in keys.values() if k is not None})
        name = self._collection.name

        async def work(tx: ViewTransaction) -> dict[str, Stuck]:
            before = await tx.positions(name, streams)
            loaded = await tx.load(name, wanted)
            documents: dict[str, Document | None] = dict(loaded)
            stuck, positions, changed = self._advance(decoded, undecodable, keys, before, documents)
            saved = {k: documents[k] for k in changed}
            if isinstance(self._projection, Tally):
                saved |= await self._totals(tx, self._projection, loaded, saved)
            await tx.save(name, Changes(saved, positions))
            return stuck

        try:
            return await self._views.transact(work)
        except DuplicateKey as twice:
            return await self._one_by_one(events, twice)

    async def _totals(
        self,
        tx: ViewTransaction,
        tally: Tally[Any, Any],
        before: Mapping[str, Document],
        after: Mapping[str, Document | None],
    ) -> dict[str, Document | None]:
        """The totals that changed with the parts of some streams."""
        changes = tally.changes([(before.get(key), after[key]) for key in sorted(after)])
        totals = await tx.load(self._collection.name, sorted(changes))
        return {key: tally.added(totals.get(key), changes[key]) for key in changes}

    async def _one_by_one(
        self, events: Sequence[StoredEvent], twice: DuplicateKey
    ) -> dict[str, Stuck]:
        """Find the event that breaks a unique index: its stream stops, and the others go on."""
        if len(events) == 1:
            return {events[0].stream: Stuck(events[0].version, reason_of(twice))}
        stuck: dict[str, Stuck] = {}
        for event in events:
            if event.stream not in stuck:
                stuck |= await self._fold([event])
        return stuck

    def _keys(
        self, decoded: Sequence[Recorded[Event]], undecodable: dict[str, Stuck]
    ) -> dict[str, str | None]:
        """Each event's document; a stream whose key cannot be told is told as undecodable."""
        keys: dict[str, str | None] = {}
        for recorded in decoded:
            try:
                keys[recorded.id] = self._projection.key(recorded)
            except Exception as error:
                keys[recorded.id] = None
                first = Stuck(recorded.version, reason_of(error))
                known = undecodable.get(recorded.stream, first)
                undecodable[recorded.stream] = min(known, first, key=lambda one: one.version)
        return keys

    async def _decode(
        self, events: Sequence[StoredEvent]
    ) -> tuple[list[Recorded[Event]], dict[str, Stuck]]:
        try:
            return await self._codec.decode(events), {}
        except EngineUnavailable:
            raise
        except Exception:
            # One of the batch is poison: find it, and let its stream stop there.
            decoded: list[Recorded[Event]] = []
            stuck: dict[str, Stuck] = {}
            for event in events:
                if event.stream in stuck:
                    continue
                try:
                    decoded += await self._codec.decode([event])
                except EngineUnavailable:
                    raise
                except Exception as error:
                    stuck[event.stream] = Stuck(event.version, reason_of(error))
            return decoded, stuck

    def _advance(
        self,
        events: Sequence[Recorded[Event]],
        undecodable: dict[str, Stuck],
        keys: dict[str, str | None],
        before: dict[str, int],
        documents: dict[str, Document | None],
    ) -> tuple[dict[str, Stuck], dict[str, int], set[str]]:
        stuck: dict[str, Stuck] = {}
        positions: dict[str, int] = {}
        changed: set[str] = set()
        for recorded in events:
            stream = recorded.stream
            at = positions.get(stream, before.get(stream, 0))
            bad = undecodable.get(stream)
            beyond = bad is not None and recorded.version >= bad.version
            if recorded.version <= at or stream in stuck or beyond:
                continue
            if recorded.version > at + 1:
                stuck[stream] = Stuck(recorded.version, PREDECESSOR_MISSING)
                continue
            key = keys[recorded.id]
            if key is not None:
                try:
                    documents[key] = self._projection.apply(documents.get(key), recorded)
                except Exception as error:
                    stuck[stream] = Stuck(recorded.version, reason_of(error))
                    continue
                changed.add(key)
            positions[stream] = recorded.version
        # An undecodable event counts only where the stream has not passed it already.
        late = {s: why for s, why in undecodable.items() if why.version > before.get(s, 0)}
        return late | stuck, positions, changed


def reason_of(error: Exception) -> str:
    """Why, without the values at fault: they may be personal."""
    if isinstance(error, UnknownEventType):
        return f"unknown-event-type:{error.args[0]}"
    return type(error).__name__


def _split(
    events: Sequence[StoredEvent], erasing: frozenset[str]
) -> list[tuple[bool, list[StoredEvent]]]:
    parts: list[tuple[bool, list[StoredEvent]]] = []
    for event in events:
        is_erasing = event.type in erasing
        if not parts or is_erasing or parts[-1][0]:
            parts.append((is_erasing, []))
        parts[-1][1].append(event)
    return parts
