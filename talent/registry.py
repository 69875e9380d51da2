"""Every context's published and private events in one registry."""

from services.classification import events as classification
from services.identity import events as identity
from services.identity import private_events as identity_private
from services.notifier import events as notifier
from services.subsidy import events as subsidy
from shared.events.registry import EventRegistry

MODULES = (classification, identity, identity_private, notifier, subsidy)


def registry() -> EventRegistry:
    """The registry of this release."""
    return EventRegistry(
        categories=[c for m in MODULES for c in m.CATEGORIES],
        events=[e for m in MODULES for e in m.EVENTS],
        upcasters=[u for m in MODULES for u in m.UPCASTERS],
    )
