"""Texts as data: which fact tells whom what, checked against the event models before anything runs.

A short message is counted in UTF-16 units: 70 in one segment, 67 in each of several (3GPP TS 23.040
§9.2.3.24.1, UCS-2).
"""

import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Annotated, Final, get_args

from pydantic import BaseModel, ConfigDict, Field

from services.notifier.events import NumberSource
from shared.events.model import Event, Recorded
from shared.events.personal import Erased

_SHANGHAI: Final = timezone(timedelta(hours=8))
_PLAIN: Final = (str, int, Decimal, date, datetime)
ONE_SEGMENT: Final = 70
OF_SEVERAL: Final = 67


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Placeholder(_Data):
    """What a `{name}` may hold: a sample, and how many characters at most (the rest is cut)."""

    sample: Annotated[str, Field(min_length=1)]
    longest: Annotated[int, Field(ge=1, le=200)]


class Template(_Data):
    """One text for one type of fact. `when` narrows it to facts whose fields have those values;
    `number` may also name the event's field that holds the mobile."""

    key: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")]
    label: str
    event: str
    number: str = "account"
    when: Mapping[str, str] = {}
    text: str

    @property
    def source(self) -> NumberSource:
        """Where the number is found."""
        match self.number:
            case "account":
                return "account"
            case "profile":
                return "profile"
            case _:
                return "given"

    @property
    def names(self) -> tuple[str, ...]:
        """The placeholders in the text."""
        return tuple(
            name for _, name, _, _ in string.Formatter().parse(self.text) if name is not None
        )


class Catalogue(_Data):
    """The file: a version, the longest text allowed, words for codes, placeholders, texts."""

    version: str
    signature: str
    max_segments: Annotated[int, Field(ge=1, le=10)]
    words: Mapping[str, Mapping[str, str]]
    placeholders: Mapping[str, Placeholder]
    templates: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text and what filled it; `erased` if something in it is gone for good."""

    text: str
    params: dict[str, str]
    erased: bool


class BadTemplates(Exception):
    """Texts that cannot be used: every problem, each naming its template."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("notifier/templates.yaml is not usable:\n  " + "\n  ".join(self.problems))


class Templates:
    """A checked catalogue, by event type."""

    def __init__(self, catalogue: Catalogue, events: Mapping[str, type[Event]]) -> None:
        """Raises BadTemplates with everything that is wrong."""
        self.catalogue = catalogue
        if problems := list(_problems(catalogue, events)):
            raise BadTemplates(problems)
        self._by_event: dict[str, list[Template]] = {}
        for template in catalogue.templates:
            self._by_event.setdefault(template.event, []).append(template)
        self.labels = {t.key: t.label for t in catalogue.templates}

    def of(self, event: Event) -> list[Template]:
        """The texts that a fact causes."""
        return [
            t
            for t in self._by_event.get(event.stored_type, ())
            if all(str(getattr(event, field)) == value for field, value in t.when.items())
        ]

    def render(self, template: Template, recorded: Recorded[Event]) -> Rendered:
        """The text for a fact, every value cut to its placeholder's length."""
        params: dict[str, str] = {}
        erased = False
        for name in template.names:
            value = _value(name, recorded, self.catalogue.words)
            erased = erased or isinstance(value, Erased)
            longest = self.catalogue.placeholders[name].longest
            params[name] = _cut(_spelled(value), longest)
        return Rendered(template.text.format(**params), params, erased)


def units(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def segments(text: str) -> int:
    """How many short messages a text takes."""
    length = units(text)
    return 1 if length <= ONE_SEGMENT else -(-length // OF_SEVERAL)


def _value(name: str, recorded: Recorded[Event], words: Mapping[str, Mapping[str, str]]) -> object:
    if name in _DERIVED:
        return _DERIVED[name](recorded)
    if name in words:
        field = name.removesuffix("_label")
        code = getattr(recorded.event, field)
        # A desk of a plan is `stage:role`: its role is what has a name.
        key = _spelled(code).rpartition(":")[2]
        return code if isinstance(code, Erased) else words[name].get(key, words[name]["other"])
    return getattr(recorded.event, name)


_DERIVED: Final[Mapping[str, Callable[[Recorded[Event]], object]]] = {
    "recorded_on": lambda recorded: recorded.recorded_at
}
"""What every fact has besides its fields."""


def _spelled(value: object) -> str:
    match value:
        case None:
            return ""
        case Enum():
            return str(value.value)
        case datetime():
            day = value.astimezone(_SHANGHAI)
            return f"{day.year}年{day.month}月{day.day}日"
        case date():
            return f"{value.year}年{value.month}月{value.day}日"
        case _:
            # The sentence around it has its own full stop.
            return " ".join(str(value).split()).rstrip("。")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _problems(catalogue: Catalogue, events: Mapping[str, type[Event]]) -> Iterator[str]:
    for name, placeholder in catalogue.placeholders.items():
        if len(placeholder.sample) > placeholder.longest:
            yield f"placeholders.{name}: the sample is longer than {placeholder.longest}"
    for name, words in catalogue.words.items():
        if not name.endswith("_label") or "other" not in words:
            yield f"words.{name}: must end in _label, and have words for `other` codes"
    seen: set[str] = set()
    for template in catalogue.templates:
        if template.key in seen:
            yield f"{template.key}: the key is given twice"
        seen.add(template.key)
        model = events.get(template.event)
        if model is None:
            yield f"{template.key}: no event has the type {template.event!r}"
            continue
        yield from (f"{template.key}: {what}" for what in _faults(template, catalogue, model))


def _faults(template: Template, catalogue: Catalogue, model: type[Event]) -> Iterator[str]:
    fields = model.model_fields
    try:
        names = template.names
    except ValueError as error:
        yield f"the text is malformed: {error}"
        return
    for name in names:
        if name not in catalogue.placeholders:
            yield f"{{{name}}} is not among the placeholders"
        base = name.removesuffix("_label") if name in catalogue.words else name
        if base not in fields and name not in _DERIVED:
            yield f"{{{name}}} is no field of {template.event}"
        elif base in fields and not _is_plain(fields[base].annotation):
            yield f"{{{name}}} is no plain text, number or day of {template.event}"
    for name in template.when:
        if name not in fields:
            yield f"when: {name!r} is no field of {template.event}"
    if template.source == "given" and template.number not in fields:
        yield f"number: {template.number!r} is neither account, profile nor a field"
    yield from _too_long(template, catalogue)


def _too_long(template: Template, catalogue: Catalogue) -> Iterator[str]:
    known = catalogue.placeholders
    if any(name not in known for name in template.names):
        return
    worst = template.text.format(**{n: "字" * known[n].longest for n in template.names})
    count = segments(catalogue.signature + worst)
    if count > catalogue.max_segments:
        yield f"may take {count} segments, over {catalogue.max_segments}"


def _is_plain(annotation: object) -> bool:
    if isinstance(annotation, type):
        return issubclass(annotation, (*_PLAIN, Enum))
    arguments = [a for a in get_args(annotation) if a is not type(None)]
    return bool(arguments) and all(isinstance(a, str) or _is_plain(a) for a in arguments)
