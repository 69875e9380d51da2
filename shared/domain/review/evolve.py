"""Folding facts into a review."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar, assert_never

from shared.domain.review.facts import (
    AnyFact,
    CaseApproved,
    CaseEnded,
    CaseObjected,
    CaseRejected,
    CaseReturned,
    CaseWithdrawn,
    DeskApproved,
    DeskClaimed,
    DeskHandedOver,
    DeskPassedUp,
    DeskReleased,
    ObjectionDismissed,
    ObjectionUpheld,
    RoundOpened,
    StageEscalated,
    StageOpened,
)
from shared.domain.review.plan import Desk
from shared.domain.review.state import Decision, Objection, Review, Status

V = TypeVar("V")


def fold(review: Review | None, facts: Iterable[AnyFact]) -> Review:
    """A review with facts added; ValueError if it has not begun with `RoundOpened`."""
    for fact in facts:
        review = evolve(review, fact)
    if review is None:
        raise ValueError("no facts, no review")
    return review


def evolve(review: Review | None, fact: AnyFact) -> Review:
    """A review after one fact; None before the first, which is `RoundOpened` (else ValueError)."""
    if isinstance(fact, RoundOpened):
        return _opened(review, fact)
    if review is None:
        raise ValueError(f"{type(fact).__name__} before the first round")
    return _evolve(review, fact)


def _evolve(review: Review, fact: AnyFact) -> Review:
    match fact:
        case RoundOpened():
            return _opened(review, fact)
        case StageOpened():
            index = review.index_of(fact.stage)
            return replace(review, stage=index, due=fact.due, claims={}, reach={})
        case DeskClaimed():
            return replace(review, claims={**review.claims, fact.desk: fact.by})
        case DeskReleased():
            return replace(review, claims=_without(review.claims, fact.desk))
        case DeskHandedOver():
            return replace(review, claims={**review.claims, fact.desk: fact.to})
        case DeskApproved() | CaseReturned() | CaseRejected():
            return _decided(review, fact)
        case DeskPassedUp():
            return _raised(review, fact.desk, fact.to)
        case StageEscalated():
            for referral in fact.to:
                review = _raised(review, referral.desk, referral.to)
            return replace(review, due=fact.due)
        case CaseApproved():
            return _stopped(review, Status.APPROVED)
        case CaseWithdrawn():
            return _stopped(review, Status.WITHDRAWN)
        case CaseEnded():
            return _stopped(review, Status.ENDED)
        case CaseObjected() | ObjectionUpheld() | ObjectionDismissed():
            return _objected(review, fact)
        case _:
            assert_never(fact)


def _opened(review: Review | None, fact: RoundOpened) -> Review:
    standing = {d.name for s in fact.plan.stages if s.name in fact.standing for d in s.desks}
    before = {} if review is None else review.decisions
    return Review(
        applicant=fact.applicant,
        plan=fact.plan,
        round=fact.round,
        decisions={name: made for name, made in before.items() if name in standing},
        objection=None if review is None else review.objection,
    )


def _objected(review: Review, fact: CaseObjected | ObjectionUpheld | ObjectionDismissed) -> Review:
    match fact:
        case CaseObjected():
            if review.rejecting is None:
                raise ValueError("an objection to no rejection")
            desk, made = review.rejecting
            objection = Objection(desk, made.by)
            return replace(review, status=Status.OBJECTED, objection=objection, due=fact.due)
        case ObjectionUpheld():
            left = {
                name: made for name, made in review.decisions.items() if made.kind == "approved"
            }
            return _answered(replace(review, decisions=left), upheld=True)
        case ObjectionDismissed():
            return _answered(review, upheld=False)
        case _:
            assert_never(fact)


def _answered(review: Review, *, upheld: bool) -> Review:
    if review.objection is None:
        raise ValueError("an answer to no objection")
    objection = replace(review.objection, upheld=upheld)
    status = Status.RETURNED if upheld else Status.REJECTED
    return replace(_stopped(review, status), objection=objection)


def _decided(review: Review, fact: DeskApproved | CaseReturned | CaseRejected) -> Review:
    decisions = {**review.decisions, fact.desk: decision_of(fact)}
    review = replace(review, decisions=decisions, claims=_without(review.claims, fact.desk))
    match fact:
        case DeskApproved():
            return review
        case CaseReturned():
            return _stopped(review, Status.RETURNED)
        case CaseRejected():
            return replace(_stopped(review, Status.REJECTED), rejected_at=fact.at)
        case _:
            assert_never(fact)


def decision_of(fact: DeskApproved | CaseReturned | CaseRejected) -> Decision:
    """What a deciding fact leaves in the state."""
    match fact:
        case DeskApproved():
            return Decision("approved", fact.by)
        case CaseReturned():
            return Decision("returned", fact.by, fact.fields, fact.attachments)
        case CaseRejected():
            return Decision("rejected", fact.by, reason=fact.reason)
        case _:
            assert_never(fact)


def _raised(review: Review, name: str, to: Desk) -> Review:
    desk = review.plan.desk(name)
    if desk is None:
        raise ValueError(f"the plan has no desk {name!r}")
    reach = max(desk.chain.index(to), review.reach.get(name, 0))
    return replace(review, reach={**review.reach, name: reach})


def _stopped(review: Review, status: Status) -> Review:
    return replace(review, status=status, due=None, claims={}, reach={})


def _without(values: Mapping[str, V], key: str) -> dict[str, V]:
    return {k: v for k, v in values.items() if k != key}
