"""What changed between two states of an application, or between two applications, side by side."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter

from shared.casework.state import Standing
from shared.domain.decider import Decider
from shared.domain.review.facts import CaseReturned
from shared.events.codec import EventCodec
from shared.ports.event_store import EventStore

A = TypeVar("A", bound=Standing)

_JSON: TypeAdapter[Any] = TypeAdapter(Any)


class Change(BaseModel):
    """One field (a JSON pointer) that differs; null where there is nothing. `asked` where the
    return had named it."""

    pointer: str
    before: Any
    after: Any
    asked: bool = False


@dataclass(frozen=True)
class Differences(Generic[A]):
    """`fields` spells an application as its comparable fields, by pointer."""

    decider: Decider[Any, Any, Any]
    application: type[A]
    fields: Callable[[A], Mapping[str, Any]]
    store: EventStore
    codec: EventCodec

    async def of_correction(self, id: str) -> tuple[Change, ...]:
        """What the talent changed since the last return; nothing where it was never returned."""
        states = await self._states(id)
        returned = [n for n, (event, _) in enumerate(states) if isinstance(event, CaseReturned)]
        if not returned:
            return ()
        event, before = states[returned[-1]]
        asked = {*event.fields, *(f"/attachments/{code}" for code in event.attachments)}
        changes = between(self._fields(before), self._fields(states[-1][1]))
        return tuple(one.model_copy(update={"asked": one.pointer in asked}) for one in changes)

    async def of_change(self, id: str, before: str) -> tuple[Change, ...]:
        """What an application says otherwise than the one `before`."""
        old, new = await self._states(before), await self._states(id)
        if not old or not new:
            return ()
        return tuple(between(self._fields(old[-1][1]), self._fields(new[-1][1])))

    def _fields(self, state: Any) -> Mapping[str, Any]:
        return self.fields(state) if isinstance(state, self.application) else {}

    async def _states(self, id: str) -> list[tuple[Any, Any]]:
        """Every event with the state after it."""
        stored = await self.store.read_stream(self.decider.category.stream(id))
        events = [recorded.event for recorded in await self.codec.decode(stored)]

        def step(states: list[tuple[Any, Any]], event: Any) -> list[tuple[Any, Any]]:
            state = states[-1][1] if states else self.decider.initial
            return [*states, (event, self.decider.evolve(state, event))]

        return reduce(step, events, [])


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """The fields that differ, in the order of the newer."""
    for pointer in dict.fromkeys((*after, *before)):
        old, new = (_plain(side.get(pointer)) for side in (before, after))
        if old != new:
            yield Change(pointer=pointer, before=old, after=new)


def profile_fields(profile: Any) -> dict[str, Any]:
    """A profile's fields by pointer; none of one that was erased."""
    if not isinstance(profile, BaseModel):
        return {}
    return {f"/profile/{name}": getattr(profile, name) for name in type(profile).model_fields}


def attachment_fields(application: Standing) -> dict[str, Any]:
    """The files of each category by pointer, told by their content (SHA-256)."""
    found: dict[str, list[str]] = {}
    for one in application.attachments.values():
        found.setdefault(f"/attachments/{one.category}", []).append(one.sha256)
    return {pointer: sorted(files) for pointer, files in found.items()}


def _plain(value: Any) -> Any:
    plain = _JSON.dump_python(value, mode="json")
    return plain or None if isinstance(plain, list | dict | str) else plain
