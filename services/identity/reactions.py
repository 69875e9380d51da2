"""What other contexts' events mean for a talent's account."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, assert_never, cast

from services.classification import events as classification
from services.identity.commands import ListTalent, PlaceHold, ReleaseHold, TalentCommand
from services.identity.decider import DECIDER
from services.identity.policies import shanghai_day, years_later
from services.subsidy import events as subsidy
from shared.domain.decider import Category
from shared.domain.review import facts
from shared.events.model import Event, Recorded
from shared.policy.models import IdentityPolicy, Timeline
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


def reactions(policies: Timeline[IdentityPolicy]) -> tuple[Reaction, ...]:
    """A submitted application holds the account, whatever ends it releases it, and a false
    declaration puts the person on the abnormal list for business (§3.3.5, §3.4.5)."""
    return tuple(
        Reaction(
            f"identity.{source.context}-holds",
            (source.category,),
            _reacting(source, policies),
            Start.BEGINNING,
        )
        for source in _SOURCES
    )


def _reacting(
    source: _Source, policies: Timeline[IdentityPolicy]
) -> Callable[[Recorded[Any]], Sequence[Dispatch]]:
    def react(recorded: Recorded[Any]) -> Sequence[Dispatch]:
        talent = recorded.metadata.subject
        if talent is None:
            return ()
        application = source.category.id_of(recorded.stream)
        commands = _commands(source, application, recorded.event, policies)
        return [Dispatch(DECIDER, talent, command, talent) for command in commands]

    return react


def _commands(
    source: _Source, application: str, event: Event, policies: Timeline[IdentityPolicy]
) -> Sequence[TalentCommand]:
    if not isinstance(event, facts.FACTS):
        # What is no fact of a review is the talent's own work on a draft.
        return ()
    context = source.context
    release = ReleaseHold(context=context, reference=application)
    fact = cast("facts.AnyFact", event)
    match fact:
        case facts.RoundOpened():
            return [PlaceHold(context=context, reference=application, reason="open-case")]
        case facts.CaseRejected():
            listed = _false(fact)
            return [_listing(source, fact, application, policies), release] if listed else [release]
        case facts.CaseApproved() | facts.CaseWithdrawn() | facts.CaseEnded():
            return [release]
        case (
            facts.StageOpened() | facts.DeskClaimed() | facts.DeskReleased()
            | facts.DeskHandedOver() | facts.DeskApproved() | facts.CaseReturned()
            | facts.DeskPassedUp() | facts.StageEscalated()
        ):  # fmt: skip
            return ()
        case _:
            assert_never(fact)


def _false(fact: facts.CaseRejected) -> bool:
    known = classification.ApplicationRejected | subsidy.ApplicationRejected
    return isinstance(fact, known) and fact.false_declaration


def _listing(
    source: _Source,
    event: facts.CaseRejected,
    application: str,
    policies: Timeline[IdentityPolicy],
) -> ListTalent:
    """Bars from the day of the decision, however late it is heard of."""
    day = shanghai_day(event.at)
    return ListTalent(
        entry_id=f"{source.context}-{application}",
        kind="business",
        reason=source.false,
        barred_until=years_later(day, policies.at(day).bar("business").years),
        by=event.by.account_id,
        at=event.at,
    )
