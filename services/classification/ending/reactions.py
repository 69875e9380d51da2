"""What the abnormal list does to the class in force, and gives back when an entry is lifted."""

from collections.abc import Sequence
from typing import Any, Final

from services.classification.ending.commands import RestoreClass
from services.classification.talent_class.commands import EndClass
from services.classification.talent_class.decider import DECIDER
from services.identity.events import LISTING, EntryLifted, ListingConfirmed, ObjectionUpheld
from shared.domain.decider import Command
from shared.events.model import Recorded
from shared.ports.feed import Start
from shared.runtime.reactor import Dispatch, Reaction


def _command(entry: str, event: object) -> Command | None:
    match event:
        case ListingConfirmed(kind="registration", at=at):
            return EndClass(reason="talent-listed", reference=entry, at=at)
        case ListingConfirmed(ends_class=True, at=at):
            return EndClass(reason="false-declaration", reference=entry, at=at)
        case ObjectionUpheld(at=at) | EntryLifted(at=at):
            return RestoreClass(reference=entry, at=at)
        case _:
            return None


def react(recorded: Recorded[Any]) -> Sequence[Dispatch]:
    command = _command(LISTING.id_of(recorded.stream), recorded.event)
    talent = recorded.metadata.subject
    if command is None or talent is None:
        return ()
    return (Dispatch(DECIDER, talent, command, talent),)


# From the first event on: a class must not depend on when the group was first deployed.
LISTED: Final = Reaction("classification.listings", (LISTING,), react, start=Start.BEGINNING)
