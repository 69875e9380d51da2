"""Texts as data: which fact tells whom what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from typing import Final

from services.notifier.catalogue import Catalogue, Template, names_in
from services.notifier.events import Language
from services.notifier.template_checks import problems
from shared.events.model import Event, Recorded
from shared.events.personal import Erased

_SHANGHAI: Final = timezone(timedelta(hours=8))
_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


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
        if found := list(problems(catalogue, events)):
            raise BadTemplates(found)
        self._by_event: dict[str, list[Template]] = {}
        for template in catalogue.templates:
            self._by_event.setdefault(template.event, []).append(template)
        self.by_key = {t.key: t for t in catalogue.templates}
        self.labels = {t.key: t.label for t in catalogue.templates}

    def of(self, event: Event) -> list[Template]:
        """The texts that a fact causes."""
        return [
            t
            for t in self._by_event.get(event.stored_type, ())
            if all(str(getattr(event, field)) == value for field, value in t.when.items())
        ]

    def render(
        self, template: Template, recorded: Recorded[Event], language: Language = "zh"
    ) -> Rendered | None:
        """The text for a fact, every value cut to its placeholder's length; None in a language that
        the template does not speak."""
        text = template.text_in(language)
        if text is None:
            return None
        params: dict[str, str] = {}
        erased = False
        for name in names_in(text):
            value = _value(name, recorded, self.catalogue.words_in(language))
            erased = erased or isinstance(value, Erased)
            longest = self.catalogue.placeholders[name].longest_in(language)
            params[name] = _cut(_spelled(value, language), longest)
        return Rendered(text.format(**params), params, erased)

    def sample(self, template: Template, language: Language) -> Rendered | None:
        """The text with the placeholders' samples."""
        text = template.text_in(language)
        if text is None:
            return None
        placeholders = self.catalogue.placeholders
        params = {name: placeholders[name].sample_in(language) for name in names_in(text)}
        return Rendered(text.format(**params), params, erased=False)


def _value(name: str, recorded: Recorded[Event], words: Mapping[str, Mapping[str, str]]) -> object:
    if name == "recorded_on":
        return recorded.recorded_at
    if name in words:
        field = name.removesuffix("_label")
        code = getattr(recorded.event, field)
        # A desk of a plan is `stage:role`: its role is what has a name.
        key = _spelled(code).rpartition(":")[2]
        return code if isinstance(code, Erased) else words[name].get(key, words[name]["other"])
    return getattr(recorded.event, name)


def _spelled(value: object, language: Language = "zh") -> str:
    match value:
        case None:
            return ""
        case Enum():
            return str(value.value)
        case datetime():
            return _day(value.astimezone(_SHANGHAI).date(), language)
        case date():
            return _day(value, language)
        case _:
            # The sentence around it has its own full stop.
            return " ".join(str(value).split()).rstrip("。")


def _day(day: date, language: Language) -> str:
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
