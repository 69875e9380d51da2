"""A fact of another context -> the messages it causes, each once however often it is delivered."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Final

from services.classification.events import APPLICATION, TALENT_CLASS
from services.identity.events import LISTING, ORGANISATION, STAFF, TALENT
from services.notifier.catalogue import Template
from services.notifier.commands import RequestMessage
from services.notifier.decider import MESSAGES
from services.notifier.events import PREFERENCE
from services.notifier.templates import Templates
from services.subsidy.events import APPLICATION as SUBSIDY
from services.subsidy.events import SCHEDULE, TALENT_SUBSIDIES
from shared.domain.decider import Category
from shared.events.model import Event, Recorded
from shared.events.personal import Erased
from shared.runtime.reactor import Dispatch, Reaction

GROUP: Final = "notifier.requests"
CAUSES: Final[tuple[Category, ...]] = (
    TALENT,
    STAFF,
    ORGANISATION,
    LISTING,
    APPLICATION,
    TALENT_CLASS,
    SUBSIDY,
    TALENT_SUBSIDIES,
)
_OWN: Final = frozenset(c.name for c in (TALENT, STAFF, ORGANISATION, PREFERENCE))


def requests(templates: Templates) -> Reaction:
    """The consumer group that turns facts into requests. It begins with the facts recorded after
    it first ran: a new text never tells all of history."""
    return Reaction(GROUP, (*CAUSES, SCHEDULE), reacting(templates))


def reacting(templates: Templates) -> Callable[[Recorded[Any]], Sequence[Dispatch]]:
    """What a fact causes; raises ValueError for a fact with texts but about nobody."""

    def react(recorded: Recorded[Any]) -> Sequence[Dispatch]:
        return [_request(templates, t, recorded) for t in templates.of(recorded.event)]

    return react


def message_id(event_id: str, subject: str, template: str) -> str:
    """One message for an event, a person and a template: 32 hex digits."""
    return hashlib.sha256(f"{event_id}\0{subject}\0{template}".encode()).hexdigest()[:32]


def recipient_of(recorded: Recorded[Any]) -> str | None:
    """The key of the contact that a fact is about: identity's streams and a person's preferences
    are about themselves, applications about their talent."""
    category, _, id = recorded.stream.partition("-")
    return id if category in _OWN else recorded.metadata.subject


def _request(templates: Templates, template: Template, recorded: Recorded[Event]) -> Dispatch:
    recipient = recipient_of(recorded)
    if recipient is None:
        raise ValueError(f"{recorded.event.stored_type} is about nobody")
    subject = recorded.metadata.subject or recipient
    chinese = templates.render(template, recorded)
    english = templates.render(template, recorded, "en")
    if chinese is None:
        raise ValueError(f"{template.key} has no text")
    given = getattr(recorded.event, template.number) if template.source == "given" else None
    command = RequestMessage(
        at=recorded.recorded_at,
        template=template.key,
        recipient=recipient,
        subject=subject,
        number=template.source,
        mobile=None if isinstance(given, Erased) else given,
        text=chinese.text,
        params=chinese.params,
        cause_id=recorded.id,
        cause_type=recorded.event.stored_type,
        cause_stream=recorded.stream,
        cause_version=recorded.version,
        erased=chinese.erased or isinstance(given, Erased),
        text_en=english.text if english else None,
        params_en=english.params if english else None,
        template_version=templates.catalogue.version_of(template),
    )
    id = message_id(recorded.id, recipient, template.key)
    return Dispatch(MESSAGES, id, command, subject)
