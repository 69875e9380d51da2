"""A talent's account: registered, perhaps listed, held for a while, and erased when nothing
speaks against it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, assert_never

from services.identity.commands import (
    ChangeMobile,
    EraseTalent,
    LiftListing,
    ListTalent,
    PlaceHold,
    ReclaimTalent,
    RecordPasswordChange,
    RegisterTalent,
    ReleaseHold,
    TalentCommand,
)
from services.identity.events import (
    TALENT,
    AbnormalKind,
    HoldPlaced,
    HoldReleased,
    ListingLifted,
    MobileChanged,
    PasswordChanged,
    TalentErased,
    TalentEvent,
    TalentListed,
    TalentReclaimed,
    TalentRegistered,
)
from shared.domain.decider import Decider
from shared.domain.errors import DomainError


@dataclass(frozen=True, slots=True)
class Listing:
    entry_id: str
    kind: AbnormalKind
    barred_until: date
    lifted: bool = False


@dataclass(frozen=True, slots=True)
class Unregistered:
    """Nobody yet."""


@dataclass(frozen=True, slots=True)
class Talent:
    """`registered` holds what does not change; personal values may read ERASED."""

    registered: TalentRegistered
    mobile: object
    listings: tuple[Listing, ...] = ()
    holds: tuple[HoldPlaced, ...] = ()
    reclaimed: bool = False

    def listing(self, entry_id: str) -> Listing | None:
        return next((one for one in self.listings if one.entry_id == entry_id), None)


@dataclass(frozen=True, slots=True)
class ErasedTalent:
    """Gone for good. `person`, a keyed hash, stays: bars on the document may still be lifted."""

    person: str


TalentState = Unregistered | Talent | ErasedTalent


def decide(command: TalentCommand, state: TalentState) -> Sequence[TalentEvent]:
    match state:
        case Unregistered():
            if isinstance(command, RegisterTalent):
                return [command.fact]
            raise DomainError("talent-not-found", status=404)
        case ErasedTalent():
            if isinstance(command, EraseTalent | ReleaseHold | RegisterTalent):
                return []
            raise DomainError("account-closed")
        case Talent():
            return _decide(command, state)
        case _:
            assert_never(state)


def _decide(command: TalentCommand, talent: Talent) -> Sequence[TalentEvent]:
    match command:
        case RegisterTalent():
            return []
        case ChangeMobile():
            return _change_mobile(command, talent)
        case RecordPasswordChange(how=how, assisted_by=by, at=at):
            return [PasswordChanged(how=how, changed_at=at, assisted_by=by)]
        case ListTalent():
            return _list(command, talent)
        case LiftListing():
            return _lift(command, talent)
        case PlaceHold():
            placed = HoldPlaced(**command.model_dump())
            return [] if placed in talent.holds else [placed]
        case ReleaseHold(context=context, reference=reference):
            held = any((h.context, h.reference) == (context, reference) for h in talent.holds)
            return [HoldReleased(context=context, reference=reference)] if held else []
        case ReclaimTalent(by=by, at=at):
            return [] if talent.reclaimed else [TalentReclaimed(by=by, reclaimed_at=at)]
        case EraseTalent():
            return _erase(command, talent)
        case _:
            assert_never(command)


def _change_mobile(command: ChangeMobile, talent: Talent) -> Sequence[TalentEvent]:
    if command.mobile == talent.mobile:
        return []
    if command.previous != talent.mobile:
        raise DomainError("old-mobile-wrong", status=422)
    return [
        MobileChanged(
            mobile=command.mobile,
            previous=command.previous,
            changed_at=command.at,
            assisted_by=command.assisted_by,
        )
    ]


def _list(command: ListTalent, talent: Talent) -> Sequence[TalentEvent]:
    if talent.listing(command.entry_id) is not None:
        return []
    return [
        TalentListed(
            entry_id=command.entry_id,
            kind=command.kind,
            reason=command.reason,
            barred_until=command.barred_until,
            decided_by=command.by,
            listed_at=command.at,
        )
    ]


def _lift(command: LiftListing, talent: Talent) -> Sequence[TalentEvent]:
    listing = talent.listing(command.entry_id)
    if listing is None:
        raise DomainError("listing-not-found", status=404)
    if listing.lifted:
        return []
    return [
        ListingLifted(
            entry_id=command.entry_id,
            reason=command.reason,
            decided_by=command.by,
            lifted_at=command.at,
        )
    ]


def _erase(command: EraseTalent, talent: Talent) -> Sequence[TalentEvent]:
    """Refused while a bar runs, a case is open, or money is under retention: with the date."""
    bars = [b.barred_until for b in talent.listings if not b.lifted]
    if (until := max(bars, default=date.min)) >= command.today:
        raise DomainError("erasure-refused-bar", params={"until": until.isoformat()})
    if any(h.reason == "open-case" for h in talent.holds):
        raise DomainError("erasure-refused-open-case")
    kept = [h.until or date.max for h in talent.holds if h.reason == "retention"]
    if (until := max(kept, default=date.min)) >= command.today:
        raise DomainError("erasure-refused-retention", params={"until": until.isoformat()})
    return [TalentErased(talent_id=talent.registered.talent_id, erased_at=command.at)]


def evolve(state: TalentState, event: TalentEvent) -> TalentState:
    if isinstance(event, TalentRegistered):
        return Talent(event, event.mobile)
    if not isinstance(state, Talent):
        return state
    if isinstance(event, TalentErased):
        return ErasedTalent(state.registered.person)
    return _evolve(state, event)


def _evolve(
    talent: Talent,
    event: MobileChanged
    | PasswordChanged
    | TalentListed
    | ListingLifted
    | HoldPlaced
    | HoldReleased
    | TalentReclaimed,
) -> Talent:
    match event:
        case MobileChanged(mobile=mobile):
            return replace(talent, mobile=mobile)
        case PasswordChanged():
            return talent
        case TalentListed(entry_id=entry, kind=kind, barred_until=until):
            return replace(talent, listings=(*talent.listings, Listing(entry, kind, until)))
        case ListingLifted(entry_id=entry):
            lifted = (replace(x, lifted=x.lifted or x.entry_id == entry) for x in talent.listings)
            return replace(talent, listings=tuple(lifted))
        case HoldPlaced():
            return replace(talent, holds=(*_without(talent, event), event))
        case HoldReleased():
            return replace(talent, holds=_without(talent, event))
        case TalentReclaimed():
            return replace(talent, reclaimed=True)
        case _:
            assert_never(event)


def _without(talent: Talent, hold: HoldPlaced | HoldReleased) -> tuple[HoldPlaced, ...]:
    same = (hold.context, hold.reference)
    return tuple(h for h in talent.holds if (h.context, h.reference) != same)


INITIAL: Final[TalentState] = Unregistered()
DECIDER: Final = Decider(TALENT, INITIAL, decide, evolve)
