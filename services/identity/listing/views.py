"""An entry as the desk sees it, and as the person does who is on the list."""

from datetime import date
from typing import Any, Final, assert_never

from pydantic import BaseModel, ConfigDict

from services.identity.listing.decider import Status
from services.identity.listing.events import (
    LISTING,
    AbnormalKind,
    EntryLifted,
    Evidence,
    ListingConfirmed,
    ListingDeclined,
    ListingEvent,
    ListingProposed,
    ListingWithdrawn,
    ObjectionDismissed,
    ObjectionMade,
    ObjectionUpheld,
)
from shared.events.model import Recorded
from shared.events.personal import Personal
from shared.ports.view_store import Index
from shared.runtime.deadlines import instant
from shared.runtime.projection import Projection


class ListingStep(BaseModel):
    """What happened, in order; `by` is an account, None for the person listed."""

    model_config = ConfigDict(frozen=True)

    what: str
    by: str | None
    at: str
    words: str | None = None


class EntryView(BaseModel):
    model_config = ConfigDict(frozen=True)

    entry_id: str
    talent_id: str
    kind: AbnormalKind
    status: Status
    application_id: str | None
    evidence: tuple[Evidence, ...]
    ends_class: bool
    reason: Personal[str]
    steps: Personal[tuple[ListingStep, ...]]
    proposed_at: str
    barred_until: date | None = None
    object_until: date | None = None


def evolve(view: EntryView | None, recorded: Recorded[Any]) -> EntryView | None:
    event: ListingEvent = recorded.event
    if isinstance(event, ListingProposed):
        return EntryView(
            entry_id=event.entry_id, talent_id=event.talent_id, kind=event.kind,
            status="proposed", application_id=event.application_id, evidence=event.evidence,
            ends_class=event.ends_class, reason=event.reason, steps=(_step(event),),
            proposed_at=instant(event.at),
        )  # fmt: skip
    if view is None:
        return None
    changes: dict[str, Any] = {"status": _status(view, event)}
    if isinstance(view.steps, tuple):
        changes["steps"] = (*view.steps, _step(event))
    if isinstance(event, ListingConfirmed):
        changes |= {"barred_until": event.barred_until, "object_until": event.object_until}
    return EntryView(**(dict(view) | changes))


def _status(view: EntryView, event: ListingEvent) -> Status:
    match event:
        case ListingProposed():
            return view.status
        case ListingConfirmed() | ObjectionDismissed():
            return "listed"
        case ListingDeclined():
            return "declined"
        case ListingWithdrawn():
            return "withdrawn"
        case ObjectionMade():
            return "objected"
        case ObjectionUpheld() | EntryLifted():
            return "lifted"
        case _:
            assert_never(event)


def _step(event: ListingEvent) -> ListingStep:
    words = getattr(event, "words", None)
    by = getattr(event, "by", None)
    return ListingStep(
        what=event.stored_type.split(".")[1],
        by=None if by is None else by.account_id,
        at=instant(event.at),
        words=words if isinstance(words, str) else None,
    )


ENTRIES: Final[Projection[EntryView, EntryView]] = Projection(
    name="identity_listing",
    version=1,
    categories=(LISTING,),
    document=EntryView,
    evolve=evolve,
    indexes=(Index(("status", "proposed_at")), Index(("talent_id", "proposed_at"))),
)
