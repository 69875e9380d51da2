"""A talent's account: registered, perhaps listed, held for a while, and erased when nothing
speaks against it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final, Literal, assert_never

from services.identity.commands import (
    ChangeDocument,
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
    AssistanceRecorded,
    DocumentChanged,
    DocumentReleased,
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
from services.identity.states import (
    ErasedTalent,
    Held,
    Listing,
    Talent,
    TalentState,
    Unregistered,
)
from shared.domain.decider import Decider
from shared.domain.errors import DomainError


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


_NOT_FOR_RECLAIMED: Final = ChangeMobile | ChangeDocument | RecordPasswordChange | ListTalent


def _decide(command: TalentCommand, talent: Talent) -> Sequence[TalentEvent]:
    if talent.reclaimed and isinstance(command, _NOT_FOR_RECLAIMED):
        raise DomainError("account-closed")
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
        case ReclaimTalent():
            return _reclaim(command, talent)
        case ChangeDocument(fact=fact, reason=reason):
            if talent.held == Held(fact.document, fact.document_type, fact.document_number):
                return []
            return [_assisted("document", reason, fact.assisted_by, fact.changed_at), fact]
        case EraseTalent():
            return _erase(command, talent)
        case _:
            assert_never(command)


def _change_mobile(command: ChangeMobile, talent: Talent) -> Sequence[TalentEvent]:
    if command.mobile == talent.mobile:
        return []
    if command.previous != talent.mobile:
        raise DomainError("old-mobile-wrong", status=422)
    by, at = command.assisted_by, command.at
    changed = MobileChanged(
        mobile=command.mobile, previous=command.previous, changed_at=at, assisted_by=by
    )
    if by is None or command.reason is None:
        return [changed]
    return [_assisted("mobile", command.reason, by, at), changed]


def _reclaim(command: ReclaimTalent, talent: Talent) -> Sequence[TalentEvent]:
    if talent.reclaimed or command.document not in talent.documents:
        return []
    by, at = command.by, command.at
    why = _assisted("reclaim", command.reason, by, at)
    if command.document == talent.held.document:
        return [why, TalentReclaimed(by=by, reclaimed_at=at)]
    return [why, DocumentReleased(document=command.document, by=by, released_at=at)]


def _assisted(
    what: Literal["reclaim", "mobile", "document"], reason: str, by: str, at: datetime
) -> AssistanceRecorded:
    return AssistanceRecorded(what=what, reason=reason, by=by, at=at)


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
    if not command.again:
        _require_erasable(command, talent)
    return [TalentErased(talent_id=talent.registered.talent_id, erased_at=command.at)]


def _require_erasable(command: EraseTalent, talent: Talent) -> None:
    bars = [b.barred_until for b in talent.listings if not b.lifted]
    if (until := max(bars, default=date.min)) >= command.today:
        raise DomainError("erasure-refused-bar", params={"until": until.isoformat()})
    if any(h.reason == "open-case" for h in talent.holds):
        raise DomainError("erasure-refused-open-case")
    kept = [h.until or date.max for h in talent.holds if h.reason == "retention"]
    if (until := max(kept, default=date.min)) >= command.today:
        raise DomainError("erasure-refused-retention", params={"until": until.isoformat()})


def evolve(state: TalentState, event: TalentEvent) -> TalentState:
    if isinstance(event, TalentRegistered):
        held = Held(event.person, event.document_type, event.document_number)
        return Talent(event, event.mobile, held, (event.person,))
    if not isinstance(state, Talent):
        return state
    if isinstance(event, TalentErased):
        return ErasedTalent(state.documents)
    return _evolve(state, event)


def _evolve(
    talent: Talent,
    event: MobileChanged
    | PasswordChanged
    | TalentListed
    | ListingLifted
    | HoldPlaced
    | HoldReleased
    | TalentReclaimed
    | DocumentChanged
    | DocumentReleased
    | AssistanceRecorded,
) -> Talent:
    match event:
        case MobileChanged(mobile=mobile):
            return replace(talent, mobile=mobile)
        case PasswordChanged() | AssistanceRecorded():
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
        case DocumentChanged(document=new):
            held = Held(new, event.document_type, event.document_number)
            return replace(talent, held=held, documents=(*_others(talent, new), new))
        case DocumentReleased(document=document):
            return replace(talent, documents=_others(talent, document))
        case _:
            assert_never(event)


def _others(talent: Talent, document: str) -> tuple[str, ...]:
    return tuple(d for d in talent.documents if d != document)


def _without(talent: Talent, hold: HoldPlaced | HoldReleased) -> tuple[HoldPlaced, ...]:
    same = (hold.context, hold.reference)
    return tuple(h for h in talent.holds if (h.context, h.reference) != same)


INITIAL: Final[TalentState] = Unregistered()
DECIDER: Final = Decider(TALENT, INITIAL, decide, evolve)
