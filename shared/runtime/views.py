"""Reading views: the active version of each, and what a caller wrote."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from shared.ports.errors import EngineUnavailable
from shared.ports.view_store import (
    Changes,
    Collection,
    Document,
    Find,
    Page,
    ViewStore,
    ViewTransaction,
    Where,
)  # fmt: skip
from shared.runtime.projection import Projection

D = TypeVar("D", bound=BaseModel)

POINTERS: Final = Collection("view_pointers_v1")
_BELIEVED_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which collection serves a view."""

    version: int
    generation: int


@dataclass(frozen=True, slots=True)
class PageOf(Generic[D]):
    """Documents by key, and the cursor of the next page."""

    items: tuple[tuple[str, D], ...]
    next: str | None


class ViewRebuilding(EngineUnavailable):
    """A view's documents are of another version than this process reads."""


class Positions(Protocol):
    """What has read streams up to some version."""

    async def position(self, stream: str) -> int: ...


async def reached(positions: Positions, stream: str, version: int, *, within: float) -> bool:
    """Wait up to `within` seconds until a stream was read that far; whether it was."""
    pause, until = 0.002, time.monotonic() + within
    while await positions.position(stream) < version:
        if time.monotonic() > until:
            return False
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.05)
    return True


class Views:
    """The views of a process, each read from its active collection."""

    def __init__(self, store: ViewStore) -> None:
        self.store = store
        self._believed: dict[str, tuple[Pointer | None, float]] = {}

    def of(self, projection: Projection[Any, D]) -> "View[D]":
        return View(self, projection)

    async def pointer(self, name: str) -> Pointer | None:
        """What is active under a view's name; None before the first build."""
        believed = self._believed.get(name)
        if believed is not None and believed[1] > time.monotonic():
            return believed[0]
        stored = await self.store.get(POINTERS.name, name)
        pointer = None if stored is None else Pointer(stored["version"], stored["generation"])
        if pointer is not None:
            self._believed[name] = (pointer, time.monotonic() + _BELIEVED_SECONDS)
        return pointer

    async def switch(self, name: str, pointer: Pointer) -> None:
        """From now on the view is read there."""
        document = {"version": pointer.version, "generation": pointer.generation}

        async def work(tx: ViewTransaction) -> None:
            await tx.save(POINTERS.name, Changes(documents={name: document}))

        await self.store.transact(work)
        self._believed.pop(name, None)


class View(Generic[D]):
    """One view, typed."""

    def __init__(self, views: Views, projection: Projection[Any, D]) -> None:
        self._views, self._projection = views, projection

    async def get(self, key: str) -> D | None:
        stored = await self._views.store.get(await self._collection(), key)
        if stored is None or stored.get("_absent"):
            return None
        return self._model(stored)

    async def find(self, find: Find) -> PageOf[D]:
        """A page; raises BadCursor."""
        page = await self.raw(find)
        items = tuple((key, self._model(d)) for key, d in page.items if not d.get("_absent"))
        return PageOf(items, page.next)

    async def first(self, *where: Where, sort: tuple[str, ...] = ()) -> D | None:
        """The first document that matches, if any."""
        page = await self.find(Find(where, sort, limit=1))
        return page.items[0][1] if page.items else None

    async def raw(self, find: Find) -> Page:
        """A page of stored documents, reserved fields included."""
        return await self._views.store.find(await self._collection(), find)

    async def count(self, where: Sequence[Where] = ()) -> int:
        return await self._views.store.count(await self._collection(), where)

    async def position(self, stream: str) -> int:
        """The version of a stream up to which the view has read."""
        return await self._views.store.position(await self._collection(), stream)

    async def reached(self, stream: str, version: int, *, within: float) -> bool:
        """Wait up to `within` seconds until the view has read a stream that far; whether it has."""
        return await reached(self, stream, version, within=within)

    def _model(self, stored: Document) -> D:
        """While a new version is built, the old one's documents are served: as the new model where
        that can read them. Raises ViewRebuilding where it cannot."""
        try:
            return self._projection.model(stored)
        except ValidationError as unreadable:
            raise ViewRebuilding(self._projection.name) from unreadable

    async def _collection(self) -> str:
        pointer = await self._views.pointer(self._projection.name)
        if pointer is None:
            return self._projection.collection().name
        suffix = f"_r{pointer.generation}" if pointer.generation else ""
        return f"{self._projection.name}_v{pointer.version}{suffix}"


def newest(projections: Sequence[Projection[Any, Any]]) -> Mapping[str, Projection[Any, Any]]:
    """The newest version of each view by name."""
    found: dict[str, Projection[Any, Any]] = {}
    for projection in sorted(projections, key=lambda p: p.version):
        found[projection.name] = projection
    return found
