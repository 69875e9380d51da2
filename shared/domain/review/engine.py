"""The review engine: pure functions that a host aggregate uses inside its own decider.

The host owns the events. It gives each fact a stored type of its own by subclassing it, and keeps
the folded `Review` in its state:

    class ApplicationClaimed(DeskClaimed, type="subsidy.application-claimed.v1"): ...
    class ApplicationReturned(CaseReturned, type="subsidy.application-returned.v1"): ...
    REVIEW_EVENTS = events_of(EVENTS)

A subclass may add fields with defaults; `recorded(facts, REVIEW_EVENTS, **fields)` fills them.
Every fact of `FACTS` needs a subclass: `events_of` says so.

    submit    facts = start(applicant, plan, at, calendar.due)
    decide    facts = decide(review, Approve(desk=..., by=reviewer, at=at), due=calendar.due)
              with the staff at hand, `decide(review, Approve(...), PassUp(staff=..., at=at), due=)`
    resubmit  decide(review, Resubmit(by=..., round=..., plan=new plan if a unit changed), due=)
    object    decide(review, RaiseObjection(...), due=), and DecideObjection(...)
    deadline  decide(review, Escalate(at=at), due=) once `review.due` has passed
    evolve    case Fact(): replace(state, review=evolve(review, event))

Every refusal is a `DomainError` of `refusals.MESSAGES`; what was said before is answered with ().
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, assert_never

from shared.domain.review import desks, objections, rounds
from shared.domain.review.evolve import evolve, fold
from shared.domain.review.facts import FACTS, AnyFact, CaseEnded, CaseWithdrawn
from shared.domain.review.intentions import (
    AnyIntention,
    Approve,
    Claim,
    DecideObjection,
    End,
    Escalate,
    HandOver,
    PassUp,
    RaiseObjection,
    Reject,
    Release,
    Resubmit,
    Return,
    Withdraw,
)
from shared.domain.review.refusals import CLOSED, NOT_THE_APPLICANT, refusal
from shared.domain.review.rounds import Due, start
from shared.domain.review.state import Review, Status
from shared.events.model import Event

__all__ = ["Due", "EventOf", "decide", "events_of", "evolve", "fold", "recorded", "start"]

Facts = tuple[AnyFact, ...]
EventOf = Mapping[type[AnyFact], Callable[..., Event]]


def decide(review: Review, *intentions: AnyIntention, due: Due) -> Facts:
    """What intentions, one after the other, make of a review: facts in order, none for a repeat.

    `due` computes a due instant from a start and a number of working days
    (`WorkingCalendar.due`). Raises DomainError for what the rules refuse, and then nothing of the
    whole sequence has happened.
    """
    facts: list[AnyFact] = []
    for intention in intentions:
        decided = _decide(review, intention, due)
        review = fold(review, decided)
        facts += decided
    return tuple(facts)


def _decide(review: Review, intention: AnyIntention, due: Due) -> Facts:
    match intention:
        case Claim():
            return desks.claim(review, intention)
        case Release():
            return desks.release(review, intention)
        case HandOver():
            return desks.hand_over(review, intention)
        case Approve():
            return desks.approve(review, intention, due)
        case Return():
            return desks.send_back(review, intention)
        case Reject():
            return desks.reject(review, intention)
        case Resubmit():
            return rounds.resubmit(review, intention, due)
        case PassUp():
            return rounds.pass_up(review, intention)
        case Escalate():
            return rounds.escalate(review, intention, due)
        case Withdraw():
            return _withdraw(review, intention)
        case End():
            return _end(review, intention)
        case RaiseObjection():
            return objections.object_to(review, intention, due)
        case DecideObjection():
            return objections.answer(review, intention)
        case _:
            assert_never(intention)


def _withdraw(review: Review, intention: Withdraw) -> Facts:
    if not intention.by.same_as(review.applicant):
        raise refusal(NOT_THE_APPLICANT)
    if review.status is Status.WITHDRAWN:
        return ()
    if review.closed:
        raise refusal(CLOSED)
    return (CaseWithdrawn(at=intention.at),)


def _end(review: Review, intention: End) -> Facts:
    if review.status is Status.ENDED:
        return ()
    if review.closed:
        raise refusal(CLOSED)
    return (CaseEnded(at=intention.at, reason=intention.reason),)


def events_of(events: Iterable[type[Event]]) -> EventOf:
    """The host's event for each fact, found among all its events. LookupError for a fact that has
    none."""
    found = {fact: next((e for e in events if issubclass(e, fact)), None) for fact in FACTS}
    lacking = [fact.__name__ for fact, event in found.items() if event is None]
    if lacking:
        raise LookupError(f"no event subclasses {', '.join(lacking)}")
    return found  # type: ignore[return-value]


def recorded(facts: Iterable[AnyFact], events: EventOf, **more: Any) -> tuple[Event, ...]:
    """The host's events for facts: each fact's subclass, with its fields and `more`. KeyError for
    a fact that the host has no event for."""
    return tuple(events[type(fact)](**dict(fact), **more) for fact in facts)
