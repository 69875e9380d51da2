"""What an entry does to the talent's account."""

from collections.abc import Sequence
from typing import Any, Final, assert_never

from services.identity.commands import (
    LiftListing,
    ListTalent,
    PlaceHold,
    ReleaseHold,
    TalentCommand,
)
from services.identity.decider import DECIDER as TALENTS
from services.identity.listing.events import (
    LISTING,
    EntryLifted,
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
from shared.events.personal import readable
from shared.ports.feed import Start
from shared.runtime.reactor import Dispatch, Reaction


def hold_of(entry: str) -> PlaceHold:
    """Nobody is erased while a second person has yet to decide."""
    return PlaceHold(context=LISTING.context, reference=entry, reason="open-case")


def commands_of(entry: str, event: ListingEvent) -> Sequence[TalentCommand]:
    release = ReleaseHold(context=LISTING.context, reference=entry)
    match event:
        case ListingProposed():
            return [hold_of(entry)]
        case ListingConfirmed(kind=kind, barred_until=until, by=by, at=at):
            reason = readable(event.reason) or ""
            listed = ListTalent(
                entry_id=entry, kind=kind, reason=reason, barred_until=until, by=by.account_id,
                at=at,
            )  # fmt: skip
            # The bar first: between the two the account is held by both.
            return [listed, release]
        case ListingDeclined() | ListingWithdrawn():
            return [release]
        case ObjectionUpheld(by=by, at=at) | EntryLifted(by=by, at=at):
            reason = readable(event.words) or ""
            return [LiftListing(entry_id=entry, reason=reason, by=by.account_id, at=at)]
        case ObjectionMade() | ObjectionDismissed():
            return []
        case _:
            assert_never(event)


def react(recorded: Recorded[Any]) -> Sequence[Dispatch]:
    talent = recorded.metadata.subject
    if talent is None:
        return ()
    commands = commands_of(LISTING.id_of(recorded.stream), recorded.event)
    return [Dispatch(TALENTS, talent, command, talent) for command in commands]


# From the first event on: a bar must not depend on when the group was first deployed.
LISTINGS: Final = Reaction("identity.listings", (LISTING,), react, start=Start.BEGINNING)
