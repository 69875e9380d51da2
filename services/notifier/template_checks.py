"""What is wrong with a catalogue of texts, told against the event models before anything runs."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Final, get_args

from services.notifier.catalogue import Catalogue, Template, names_in, segments
from services.notifier.events import Language
from shared.events.model import Event

_PLAIN: Final = (str, int, Decimal, date, datetime)
DERIVED: Final = frozenset({"recorded_on"})
"""What every fact has besides its fields."""


def problems(catalogue: Catalogue, events: Mapping[str, type[Event]]) -> Iterator[str]:
    for name, placeholder in catalogue.placeholders.items():
        for language in ("zh", "en"):
            longest = placeholder.longest_in(language)
            if len(placeholder.sample_in(language)) > longest:
                yield f"placeholders.{name}: the sample is longer than {longest}"
    for name, words in (*catalogue.words.items(), *catalogue.words_en.items()):
        if not name.endswith("_label") or "other" not in words:
            yield f"words.{name}: must end in _label, and have words for `other` codes"
    seen: set[str] = set()
    for template in catalogue.templates:
        if template.key in seen:
            yield f"{template.key}: the key is given twice"
        if template.key.endswith("-en"):
            yield f"{template.key}: the ending says English, where texts are approved by key"
        seen.add(template.key)
        model = events.get(template.event)
        if model is None:
            yield f"{template.key}: no event has the type {template.event!r}"
            continue
        yield from (f"{template.key}: {what}" for what in _faults(template, catalogue, model))


def _faults(template: Template, catalogue: Catalogue, model: type[Event]) -> Iterator[str]:
    fields = model.model_fields
    for language in template.languages:
        text = template.text_in(language) or ""
        try:
            names = names_in(text)
        except ValueError as error:
            yield f"the text is malformed ({language}): {error}"
            return
        for name in names:
            yield from _wrong_name(name, catalogue, model)
        yield from _too_long(text, names, catalogue, language)
    for name in template.when:
        if name not in fields:
            yield f"when: {name!r} is no field of {template.event}"
    if template.source == "given" and template.number not in fields:
        yield f"number: {template.number!r} is neither account, profile nor a field"
    if template.recipients is not None:
        named = fields.get(template.recipients)
        if named is None or named.annotation != tuple[str, ...]:
            yield f"recipients: {template.recipients!r} is no list of ids of {template.event}"
    if template.email and any("{" in t for t in (template.email.title, template.email.title_en)):
        yield "email: a subject line has no placeholders"


def _wrong_name(name: str, catalogue: Catalogue, model: type[Event]) -> Iterator[str]:
    fields = model.model_fields
    if name not in catalogue.placeholders:
        yield f"{{{name}}} is not among the placeholders"
    base = name.removesuffix("_label") if name in catalogue.words else name
    if base not in fields and name not in DERIVED:
        yield f"{{{name}}} is no field of {model.stored_type}"
    elif base in fields and not _is_plain(fields[base].annotation):
        yield f"{{{name}}} is no plain text, number or day of {model.stored_type}"


def _too_long(
    text: str, names: tuple[str, ...], catalogue: Catalogue, language: Language
) -> Iterator[str]:
    known = catalogue.placeholders
    if any(name not in known for name in names):
        return
    worst = text.format(**{n: "字" * known[n].longest_in(language) for n in names})
    count = segments(catalogue.signature + worst)
    most = catalogue.max_segments if language == "zh" else catalogue.max_segments_en
    if count > most:
        yield f"may take {count} segments, over {most}"


def _is_plain(annotation: object) -> bool:
    if isinstance(annotation, type):
        return issubclass(annotation, (*_PLAIN, Enum))
    arguments = [a for a in get_args(annotation) if a is not type(None)]
    return bool(arguments) and all(isinstance(a, str) or _is_plain(a) for a in arguments)
