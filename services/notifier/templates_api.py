"""The texts as they would go out: with sample data, length, segments and version."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from services.notifier.api import OPERATOR
from services.notifier.catalogue import Template, segments, units
from services.notifier.events import Channel, Language
from services.notifier.templates import Templates
from shared.domain.errors import DomainError
from shared.http.caller import Access, Caller

AnOperator = Annotated[Caller, Depends(Access(kinds=("government",), roles=(OPERATOR,)))]


class TemplateOut(BaseModel):
    """A text for one type of event. `version` changes with its words; `when` narrows the event;
    `hours` are those of the city's clock in which it is sent, null for any."""

    key: str
    label: str
    event: str
    when: dict[str, str]
    version: str
    languages: tuple[Language, ...]
    channels: tuple[Channel, ...]
    hours: str | None


class Preview(TemplateOut):
    """With the placeholders' samples. `units` are UTF-16 units with the signature, `segments` how
    many short messages that takes, and `longest_*` the same with every placeholder full."""

    language: Language
    text: str
    params: dict[str, str]
    units: int
    segments: int
    longest_units: int
    longest_segments: int


def router(templates: Templates) -> APIRouter:
    """Routes under `/api/notifier/templates`."""
    routes = APIRouter(prefix="/api/notifier/templates", tags=["短信模板 / templates"])

    @routes.get("", summary="模板列表 / list")
    async def listed(caller: AnOperator) -> tuple[TemplateOut, ...]:
        return tuple(TemplateOut(**_told(templates, t)) for t in templates.by_key.values())

    @routes.get("/{key}/preview", summary="模板预览 / preview")
    async def shown(key: str, caller: AnOperator, language: Language = "zh") -> Preview:
        return preview(templates, key, language)

    return routes


def preview(templates: Templates, key: str, language: Language) -> Preview:
    """Raises DomainError template-not-found: no such text, or not in that language."""
    template = templates.by_key.get(key)
    sample = None if template is None else templates.sample(template, language)
    if template is None or sample is None:
        raise DomainError("template-not-found", status=404)
    whole = templates.catalogue.signature + sample.text
    longest = templates.catalogue.signature + templates.longest(template, language)
    return Preview(
        **_told(templates, template),
        language=language,
        text=sample.text,
        params=sample.params,
        units=units(whole),
        segments=segments(whole),
        longest_units=units(longest),
        longest_segments=segments(longest),
    )


def _told(templates: Templates, template: Template) -> dict[str, object]:
    hours = templates.catalogue.daytime
    return {
        "key": template.key,
        "label": template.label,
        "event": template.event,
        "when": dict(template.when),
        "version": templates.catalogue.version_of(template),
        "languages": template.languages,
        "channels": ("sms", "email") if template.email else ("sms",),
        "hours": f"{hours.opens:%H:%M}-{hours.until:%H:%M}" if template.send == "daytime" else None,
    }
