"""What other contexts' events mean for a talent's account."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, assert_never, cast

from services.classification import events as classification
from services.identity.commands import PlaceHold, ReleaseHold, TalentCommand
from services.identity.decider import DECIDER
from services.identity.listing.commands import Propose
from services.identity.listing.decider import DECIDER as LISTINGS
from services.identity.listing.events import ListingProposed
from services.identity.listing.reactions import hold_of
from services.subsidy import events as subsidy
from shared.domain.decider import Category
from shared.domain.review import facts
from shared.events.model import Event, Recorded
from shared.ports.feed import Start
from shared.runtime.reactor import Dispatch, Reaction


@dataclass(frozen=True, slots=True)
class _Source:
    """A context with applications under review; `false` is the reason of a listing from there."""

    category: Category
    false: str

    @property
    def context(self) -> str:
        return self.category.context


_SOURCES: Final = (
    _Source(classification.APPLICATION, "人才分类认定申报材料不实"),
    _Source(subsidy.APPLICATION, "人才补贴申报材料不实"),
)


def reactions() -> tuple[Reaction, ...]:
    """A submitted application holds the account, whatever ends it releases it, and a false
    declaration proposes the person for the abnormal list (§3.3.5, §3.4.5)."""
    return tuple(
        Reaction(
            f"identity.{source.context}-holds",
            (source.category,),
            _reacting(source),
            Start.BEGINNING,
        )
        for source in _SOURCES
    )


def _reacting(source: _Source) -> Callable[[Recorded[Any]], Sequence[Dispatch]]:
    def react(recorded: Recorded[Any]) -> Sequence[Dispatch]:
        talent = recorded.metadata.subject
        if talent is None:
            return ()
        application = source.category.id_of(recorded.stream)
        event = recorded.event
        commands = _commands(source, application, event)
        after = [Dispatch(DECIDER, talent, command, talent) for command in commands]
        if isinstance(event, facts.CaseRejected) and _false(event):
            return [*_proposal(source, talent, event, application), *after]
        return after

    return react


def _commands(source: _Source, application: str, event: Event) -> Sequence[TalentCommand]:
    if not isinstance(event, facts.FACTS):
        # What is no fact of a review is the talent's own work on a draft.
        return ()
    context = source.context
    release = ReleaseHold(context=context, reference=application)
    fact = cast("facts.AnyFact", event)
    match fact:
        case facts.RoundOpened() | facts.CaseObjected():
            return [PlaceHold(context=context, reference=application, reason="open-case")]
        case (
            facts.CaseRejected()
            | facts.CaseApproved()
            | facts.CaseWithdrawn()
            | facts.CaseEnded()
            | facts.ObjectionDismissed()
        ):
            return [release]
        case (
            facts.StageOpened() | facts.DeskClaimed() | facts.DeskReleased()
            | facts.DeskHandedOver() | facts.DeskApproved() | facts.CaseReturned()
            | facts.DeskPassedUp() | facts.StageEscalated() | facts.ObjectionUpheld()
        ):  # fmt: skip
            return ()
        case _:
            assert_never(fact)


def _false(fact: facts.CaseRejected) -> bool:
    known = classification.ApplicationRejected | subsidy.ApplicationRejected
    return isinstance(fact, known) and fact.false_declaration


def _proposal(
    source: _Source, talent: str, event: facts.CaseRejected, application: str
) -> Sequence[Dispatch]:
    """What one reviewer says is for a second person to confirm; the account is held meanwhile."""
    entry = f"{source.context}-{application}"
    fact = ListingProposed(
        entry_id=entry, talent_id=talent, kind="business", reason=source.false, evidence=(),
        application_id=application, ends_class=False, by=event.by, at=event.at,
    )  # fmt: skip
    return (
        Dispatch(DECIDER, talent, hold_of(entry), talent),
        Dispatch(LISTINGS, entry, Propose(fact=fact), talent),
    )
