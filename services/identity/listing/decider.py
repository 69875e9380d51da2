"""An entry is proposed by one person and confirmed by another; a third decides an objection."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, assert_never

from services.identity.listing.commands import (
    Confirm,
    Decline,
    Dismiss,
    Lift,
    ListingCommand,
    Object,
    Propose,
    Uphold,
    Withdraw,
)
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
from shared.domain.decider import Decider
from shared.domain.errors import DomainError
from shared.domain.four_eyes import require_other

Events = Sequence[ListingEvent]
Status = Literal["none", "proposed", "declined", "withdrawn", "listed", "objected", "lifted"]


@dataclass(frozen=True, slots=True)
class Entry:
    """`objection` is the person's, decided or not."""

    status: Status = "none"
    proposed: ListingProposed | None = None
    confirmed: ListingConfirmed | None = None
    objection: ObjectionMade | None = None


def decide(command: ListingCommand, state: Entry) -> Events:
    match command:
        case Propose(fact=fact):
            return [fact] if state.proposed is None else []
        case Confirm():
            return _confirm(command, state)
        case Decline():
            proposed = _proposed(state)
            require_other(command.by, proposed.by)
            return [ListingDeclined(words=command.words, by=command.by, at=command.at)]
        case Withdraw():
            if not command.by.same_as(_proposed(state).by):
                raise DomainError("not-your-proposal", status=403)
            return [ListingWithdrawn(by=command.by, at=command.at)]
        case Object():
            return _object(command, state)
        case Uphold():
            talent = _require_third(command, state)
            values = command.model_dump()
            return [ObjectionUpheld(talent_id=talent, **values)]
        case Dismiss():
            _require_third(command, state)
            return [ObjectionDismissed(**command.model_dump())]
        case Lift():
            return _lift(command, state)
        case _:
            assert_never(command)


def _proposed(state: Entry) -> ListingProposed:
    """Raises DomainError unless it waits for a second person."""
    if state.proposed is None:
        raise DomainError("listing-not-found", status=404)
    if state.status != "proposed":
        raise DomainError("listing-decided")
    return state.proposed


def _listed(state: Entry) -> tuple[ListingProposed, ListingConfirmed]:
    """Raises DomainError unless it is in force."""
    if state.proposed is None:
        raise DomainError("listing-not-found", status=404)
    if state.confirmed is None or state.status not in ("listed", "objected"):
        raise DomainError("not-listed")
    return state.proposed, state.confirmed


def _confirm(command: Confirm, state: Entry) -> Events:
    proposed = _proposed(state)
    require_other(command.by, proposed.by)
    return [
        ListingConfirmed(
            talent_id=proposed.talent_id, kind=proposed.kind, reason=proposed.reason,
            ends_class=proposed.ends_class, barred_until=command.barred_until,
            object_until=command.object_until, by=command.by, at=command.at,
        )
    ]  # fmt: skip


def _object(command: Object, state: Entry) -> Events:
    if state.proposed is None or state.proposed.talent_id != command.talent_id:
        raise DomainError("listing-not-found", status=404)
    _, confirmed = _listed(state)
    if state.objection is not None:
        raise DomainError("objected-already")
    if command.today > confirmed.object_until:
        until = confirmed.object_until.isoformat()
        raise DomainError("objection-too-late", params={"until": until})
    return [ObjectionMade(words=command.words, at=command.at)]


def _require_third(command: Uphold | Dismiss, state: Entry) -> str:
    """Whose entry it is. Raises DomainError unless an objection waits for somebody who had no part
    in the entry."""
    proposed, confirmed = _listed(state)
    if state.status != "objected":
        raise DomainError("no-objection")
    require_other(command.by, proposed.by, confirmed.by)
    return proposed.talent_id


def _lift(command: Lift, state: Entry) -> Events:
    if state.status == "lifted":
        return []
    proposed, _ = _listed(state)
    return [EntryLifted(talent_id=proposed.talent_id, **command.model_dump())]


def evolve(state: Entry, event: ListingEvent) -> Entry:
    match event:
        case ListingProposed():
            return Entry("proposed", event)
        case ListingConfirmed():
            return replace(state, status="listed", confirmed=event)
        case ListingDeclined():
            return replace(state, status="declined")
        case ListingWithdrawn():
            return replace(state, status="withdrawn")
        case ObjectionMade():
            return replace(state, status="objected", objection=event)
        case ObjectionDismissed():
            return replace(state, status="listed")
        case ObjectionUpheld() | EntryLifted():
            return replace(state, status="lifted")
        case _:
            assert_never(event)


DECIDER: Final = Decider(LISTING, Entry(), decide, evolve)
