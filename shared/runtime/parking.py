"""Events that a consumer group could not take, in order, until somebody says try again."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.ports.clock import Clock
from shared.ports.event_store import StoredEvent
from shared.ports.view_store import (
    Changes,
    Collection,
    Document,
    Find,
    Index,
    ViewStore,
    ViewTransaction,
    Where,
)  # fmt: skip

PARKED: Final = Collection("parked_v1", (Index(("group", "stream", "version")), Index(("retry",))))


@dataclass(frozen=True, slots=True)
class ParkedEvent:
    group: str
    event: StoredEvent
    reason: str
    parked_at: str
    retry: bool

    @property
    def key(self) -> str:
        return _key(self.group, self.event)


class ParkingLot:
    """Parked events by consumer group and stream, over the `ViewStore`."""

    def __init__(self, views: ViewStore, clock: Clock) -> None:
        self._views = views
        self._clock = clock

    async def open(self) -> None:
        await self._views.ensure(PARKED)

    async def park(self, group: str, events: Sequence[StoredEvent], reason: str) -> None:
        """Keep events for later. Parking one that is parked already changes nothing. `reason` may
        hold no personal data: an exception's type and code, not its words."""
        at = self._clock.now().isoformat()

        async def work(tx: ViewTransaction) -> None:
            there = await tx.load(PARKED.name, [_key(group, e) for e in events])
            fresh = {
                key: _document(group, e, reason, at)
                for e in events
                if (key := _key(group, e)) not in there
            }
            await tx.save(PARKED.name, Changes(documents=fresh))

        await self._views.transact(work)

    async def listed(
        self, group: str | None = None, stream: str | None = None
    ) -> list[ParkedEvent]:
        """Everything parked, in group, stream and version order."""
        where = [Where("group", group)] if group else []
        where += [Where("stream", stream)] if stream else []
        found: list[ParkedEvent] = []
        after: str | None = None
        while True:
            page = await self._views.find(
                PARKED.name,
                Find(tuple(where), ("group", "stream", "version"), after=after, limit=500),
            )
            found += [_parked(document) for _, document in page.items]
            if page.next is None:
                return found
            after = page.next

    async def asked(self, group: str) -> list[str]:
        """The streams of a group that somebody asked to be tried again."""
        where = (Where("retry", True), Where("group", group))
        page = await self._views.find(PARKED.name, Find(where, limit=1_000))
        return sorted({document["stream"] for _, document in page.items})

    async def remove(self, parked: ParkedEvent) -> None:
        async def work(tx: ViewTransaction) -> None:
            await tx.save(PARKED.name, Changes(documents={parked.key: None}))

        await self._views.transact(work)

    async def ask_retry(self, group: str | None = None, stream: str | None = None) -> int:
        """Mark what is parked to be tried again by its consumer; returns how many events."""
        chosen = await self.listed(group, stream)

        async def work(tx: ViewTransaction) -> None:
            there = await tx.load(PARKED.name, [p.key for p in chosen])
            await tx.save(
                PARKED.name, Changes(documents={k: d | {"retry": True} for k, d in there.items()})
            )

        await self._views.transact(work)
        return len(chosen)

    async def refuse(self, parked: ParkedEvent, reason: str) -> None:
        """It failed again: keep it and what stands behind it, and try none of them unasked."""
        behind = [p.key for p in await self.listed(parked.group, parked.event.stream)]

        async def work(tx: ViewTransaction) -> None:
            there = await tx.load(PARKED.name, behind)
            changed = {k: d | {"retry": False} for k, d in there.items()}
            if parked.key in changed:
                changed[parked.key]["reason"] = reason
            await tx.save(PARKED.name, Changes(documents=changed))

        await self._views.transact(work)


def _key(group: str, event: StoredEvent) -> str:
    return f"{group}|{event.stream}|{event.version:010d}"


def _document(group: str, event: StoredEvent, reason: str, at: str) -> Document:
    return {
        "group": group,
        "stream": event.stream,
        "version": event.version,
        "reason": reason,
        "parked_at": at,
        "retry": False,
        "event": {
            "id": event.id,
            "type": event.type,
            "data": base64.b64encode(event.data).decode(),
            "metadata": base64.b64encode(event.metadata).decode(),
            "position": event.position,
            "recorded_at": event.recorded_at.isoformat(),
        },
    }


def _parked(document: Document) -> ParkedEvent:
    e = document["event"]
    event = StoredEvent(
        id=e["id"],
        type=e["type"],
        data=base64.b64decode(e["data"]),
        metadata=base64.b64decode(e["metadata"]),
        stream=document["stream"],
        version=document["version"],
        position=e["position"],
        recorded_at=datetime.fromisoformat(e["recorded_at"]),
    )
    return ParkedEvent(
        document["group"], event, document["reason"], document["parked_at"], document["retry"]
    )
