"""Which stored type is which model, and how an old version becomes the present one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shared.domain.decider import Category
from shared.events.model import Event
from shared.events.personal import PERSONAL

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Upcaster:
    """Turns the data of one stored type into the data of the next: pure, and it sees personal
    fields decrypted (or `ERASED`)."""

    source: str
    target: str
    upcast: Callable[[Data], Data]


class UnknownEventType(LookupError):
    """A stored type that this release does not know: it was written by a newer one."""


class EventRegistry:
    """All events, upcasters and stream categories of a set of contexts."""

    def __init__(
        self,
        categories: Iterable[Category],
        events: Iterable[type[Event]],
        upcasters: Iterable[Upcaster] = (),
    ) -> None:
        self.categories: Mapping[str, Category] = _unique((c.name, c) for c in categories)
        self.events: Mapping[str, type[Event]] = _unique((e.stored_type, e) for e in events)
        self.upcasters: Mapping[str, Upcaster] = _unique((u.source, u) for u in upcasters)
        self.erasing = frozenset(t for t, e in self.events.items() if e.erases_subject)
        self.erasers = tuple(c for c in self.categories.values() if c.erases)
        if self.erasing and not self.erasers:
            raise TypeError(f"no category is declared `erases`, yet {min(self.erasing)} is")
        for model in self.events.values():
            _check(model)
        for source in self.upcasters:
            self.resolve(source, {}, run=False)

    def resolve(
        self, stored_type: str, data: Data, *, run: bool = True
    ) -> tuple[type[Event], Data]:
        """The present model for a stored type, and the data brought up to it."""
        while (upcaster := self.upcasters.get(stored_type)) is not None:
            stored_type, data = upcaster.target, upcaster.upcast(data) if run else data
        model = self.events.get(stored_type)
        if model is None:
            raise UnknownEventType(stored_type)
        return model, data

    def topic_of(self, category: str) -> str | None:
        """The topic of a category's events; None for private categories.

        Raises KeyError for a category that nobody declared."""
        declared = self.categories[category]
        return declared.context if declared.public else None


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise TypeError(f"{key!r} is declared twice")
        found[key] = value
    return found


def _check(model: type[Event]) -> None:
    if not model.stored_type:
        raise TypeError(f"{model.__name__} has no stored type")
    for name, field in model.model_fields.items():
        if PERSONAL not in field.metadata and _holds_marker(field.annotation):
            raise TypeError(
                f"{model.__name__}.{name}: mark the whole field Personal, not a part of it"
            )


def _holds_marker(annotation: Any) -> bool:
    if PERSONAL in getattr(annotation, "__metadata__", ()):
        return True
    if isinstance(annotation, FieldInfo):
        return PERSONAL in annotation.metadata
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        inner = annotation.model_fields.values()
        return any(PERSONAL in f.metadata or _holds_marker(f.annotation) for f in inner)
    return any(_holds_marker(argument) for argument in get_args(annotation))
