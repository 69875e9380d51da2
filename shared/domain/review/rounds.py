"""How a case moves: rounds, stages, due dates, and the way up past a desk that does not act."""

from collections.abc import Callable
from datetime import datetime

from shared.domain.review import refusals
from shared.domain.review.facts import (
    AnyFact,
    DeskPassedUp,
    Referral,
    RoundOpened,
    StageEscalated,
    StageOpened,
)
from shared.domain.review.intentions import Escalate, PassUp, Resubmit
from shared.domain.review.plan import PinnedPlan
from shared.domain.review.refusals import refusal
from shared.domain.review.reviewer import Party
from shared.domain.review.rules import manned, relief, require_round
from shared.domain.review.state import Review, Status

Due = Callable[[datetime, int], datetime]
"""From a start and a number of working days to the instant that is too late."""


def start(
    applicant: Party, plan: PinnedPlan, at: datetime, due: Due
) -> tuple[RoundOpened, StageOpened]:
    """The first round of a submitted case; fold it from None. ValueError for an unsound plan."""
    plan.require_sound()
    opened = RoundOpened(at=at, round=1, applicant=applicant.party, plan=plan)
    return opened, open_stage(plan, 0, at, due)


def open_stage(plan: PinnedPlan, index: int, at: datetime, due: Due) -> StageOpened:
    """The case comes to a stage of its plan."""
    stage = plan.stages[index]
    return StageOpened(at=at, stage=stage.name, due=due(at, stage.due_working_days))


def resubmit(review: Review, intention: Resubmit, due: Due) -> tuple[AnyFact, ...]:
    if not intention.by.same_as(review.applicant):
        raise refusal(refusals.NOT_THE_APPLICANT)
    if review.status is not Status.RETURNED:
        if 0 < intention.round == review.round - 1:
            return ()
        raise refusal(refusals.CLOSED if review.closed else refusals.NOT_RETURNED)
    require_round(review, intention.round)
    # A person once known is not forgotten: nobody decides on their own case by any account.
    person = intention.by.person or review.applicant.person
    applicant = Party(account_id=review.applicant.account_id, person=person)
    if intention.plan is not None:
        intention.plan.require_sound()
    plan = intention.plan or review.plan
    anew = intention.from_start or intention.plan is not None
    index = 0 if anew else _first_asked(review, applicant)
    opened = RoundOpened(
        at=intention.at,
        round=review.round + 1,
        applicant=applicant,
        plan=plan,
        standing=tuple(stage.name for stage in plan.stages[:index]),
    )
    return opened, open_stage(plan, index, intention.at, due)


def _first_asked(review: Review, applicant: Party) -> int:
    """The stage that returned it, or an earlier one whose approval turns out to be the applicant's
    own."""
    for index, stage in enumerate(review.plan.stages[: review.stage]):
        made = (review.decisions.get(desk.name) for desk in stage.desks)
        if any(decision is not None and decision.by.same_as(applicant) for decision in made):
            return index
    return review.stage


def pass_up(review: Review, intention: PassUp) -> tuple[AnyFact, ...]:
    facts: list[AnyFact] = []
    for desk in review.undecided:
        if manned(review, desk, intention.staff):
            continue
        place = relief(review, desk, intention.staff)
        if place is not None:
            facts.append(DeskPassedUp(at=intention.at, desk=desk.name, to=desk.chain[place]))
    return tuple(facts)


def escalate(review: Review, intention: Escalate, due: Due) -> tuple[AnyFact, ...]:
    """One step up for every late desk; a new due date as long as somebody further is above."""
    if review.due is None or intention.at < review.due:
        return ()
    stage = review.open_stage
    if stage is None:
        # An objection that is late waits above the desks already: there is no further way up.
        name = review.plan.stages[review.stage].name
        return (StageEscalated(at=intention.at, stage=name, to=(), due=None),)
    late = [(desk, len(review.may_decide(desk))) for desk in review.undecided]
    referrals = tuple(
        Referral(desk=desk.name, to=desk.chain[above])
        for desk, above in late
        if above < len(desk.chain)
    )
    further = any(above + 1 < len(desk.chain) for desk, above in late)
    again = due(intention.at, stage.due_working_days) if further else None
    escalated = StageEscalated(at=intention.at, stage=stage.name, to=referrals, due=again)
    return (escalated,)
