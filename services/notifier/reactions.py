"""A fact of another context -> the messages it causes, each once however often it is delivered."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Final

from services.classification.events import APPLICATION, TALENT_CLASS
from services.identity.events import LISTING, ORGANISATION, STAFF, TALENT
from services.notifier.catalogue import Template
from services.notifier.commands import RequestMessage
from services.notifier.decider import MESSAGES
from services.notifier.events import PREFERENCE, Channel
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
    SCHEDULE,
)
_OWN: Final = frozenset(c.name for c in (TALENT, STAFF, ORGANISATION, PREFERENCE))


def requests(templates: Templates, *, mail: bool = False) -> Reaction:
    """The consumer group that turns facts into requests. It begins with the facts recorded after
    it first ran: a new text never tells all of history. `mail`: there is a server for the second
    channel."""
    return Reaction(GROUP, CAUSES, reacting(templates, mail=mail))


def reacting(
    templates: Templates, *, mail: bool = False
) -> Callable[[Recorded[Any]], Sequence[Dispatch]]:
    """What a fact causes; raises ValueError for a fact with texts but about nobody."""

    def react(recorded: Recorded[Any]) -> Sequence[Dispatch]:
        found = templates.of(recorded.event)
        by_mail = [t for t in found if t.email is not None] if mail else []
        asked: list[tuple[Template, Channel]] = [
            *((t, "sms") for t in found), *((t, "email") for t in by_mail),
        ]  # fmt: skip
        return [
            _request(templates, template, recorded, channel, whom)
            for template, channel in asked
            for whom in _told(template, recorded)
        ]

    return react


def message_id(event_id: str, subject: str, template: str) -> str:
    """One message for an event, a person and a template (and a channel, in the template's place as
    `key/email`): 32 hex digits."""
    return hashlib.sha256(f"{event_id}\0{subject}\0{template}".encode()).hexdigest()[:32]


def recipient_of(recorded: Recorded[Any]) -> str | None:
    """The key of the contact that a fact is about: identity's streams and a person's preferences
    are about themselves, applications about their talent."""
    category, _, id = recorded.stream.partition("-")
    return id if category in _OWN else recorded.metadata.subject


def _told(template: Template, recorded: Recorded[Event]) -> Sequence[tuple[str, str]]:
    """Whom a template tells, and whose the message is: those that the fact names, each their own;
    else whom it is about."""
    if template.recipients is not None:
        return [(one, one) for one in getattr(recorded.event, template.recipients)]
    recipient = recipient_of(recorded)
    if recipient is None:
        raise ValueError(f"{recorded.event.stored_type} is about nobody")
    return [(recipient, recorded.metadata.subject or recipient)]


def _request(
    templates: Templates, template: Template, recorded: Recorded[Event], channel: Channel,
    whom: tuple[str, str],
) -> Dispatch:  # fmt: skip
    recipient, subject = whom
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
        channel=channel,
        title=template.email.title if template.email and channel == "email" else "",
        title_en=template.email.title_en if template.email and channel == "email" else "",
        template_version=templates.catalogue.version_of(template),
    )
    what = template.key if channel == "sms" else f"{template.key}/{channel}"
    id = message_id(recorded.id, recipient, what)
    return Dispatch(MESSAGES, id, command, subject)
