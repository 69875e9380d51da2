"""What people do at a desk: claim, release, hand over, approve, return, reject."""

from shared.domain.errors import FieldError
from shared.domain.review import refusals
from shared.domain.review.evolve import decision_of, fold
from shared.domain.review.facts import (
    AnyFact,
    CaseApproved,
    CaseRejected,
    CaseReturned,
    DeskApproved,
    DeskClaimed,
    DeskHandedOver,
    DeskReleased,
)
from shared.domain.review.intentions import (
    AnyDecision,
    Approve,
    Claim,
    HandOver,
    Reject,
    Release,
    Return,
)
from shared.domain.review.plan import PinnedDesk
from shared.domain.review.refusals import incomplete, refusal
from shared.domain.review.rounds import Due, open_stage
from shared.domain.review.rules import (
    claimed_by_another,
    known_desk,
    open_desk,
    unfit,
    why_not,
)
from shared.domain.review.state import Review

Facts = tuple[AnyFact, ...]


def claim(review: Review, intention: Claim) -> Facts:
    desk = _for(review, intention)
    if desk.name in review.claims:
        return ()
    return (DeskClaimed(at=intention.at, desk=desk.name, by=intention.by.party),)


def release(review: Review, intention: Release) -> Facts:
    desk = open_desk(review, intention.desk, intention.round)
    if claimed_by_another(review, desk.name, intention.by):
        raise refusal(refusals.CLAIMED_BY_ANOTHER)
    if desk.name not in review.claims:
        return ()
    return (DeskReleased(at=intention.at, desk=desk.name, by=intention.by.party),)


def hand_over(review: Review, intention: HandOver) -> Facts:
    desk = open_desk(review, intention.desk, intention.round)
    holder = review.claims.get(desk.name)
    if holder is not None and holder.same_as(intention.to):
        return ()
    if code := unfit(review, desk, intention.by):
        raise refusal(code)
    if unfit(review, desk, intention.to) is not None:
        raise refusal(refusals.COLLEAGUE_NOT_ELIGIBLE)
    by, to = intention.by.party, intention.to.party
    return (DeskHandedOver(at=intention.at, desk=desk.name, by=by, to=to),)


def approve(review: Review, intention: Approve, due: Due) -> Facts:
    at, by = intention.at, intention.by.party
    approved = DeskApproved(at=at, desk=intention.desk, by=by, words=intention.words)
    if _repeats(review, approved):
        return ()
    _for(review, intention)
    after = fold(review, (approved,))
    if after.undecided:
        # Nobody decides at two desks of a round, so what else they hold would wait for nobody.
        held = [desk for desk, holder in after.claims.items() if holder.same_as(by)]
        return approved, *(DeskReleased(at=at, desk=desk, by=by) for desk in held)
    following = review.stage + 1
    if following < len(review.plan.stages):
        return approved, open_stage(review.plan, following, at, due)
    return approved, CaseApproved(at=at)


def send_back(review: Review, intention: Return) -> Facts:
    returned = CaseReturned(
        at=intention.at,
        desk=intention.desk,
        by=intention.by.party,
        fields=intention.fields,
        attachments=intention.attachments,
        words=intention.words,
    )
    if _repeats(review, returned):
        return ()
    _for(review, intention)
    faults = _unexplained(intention.words)
    if not any(name.strip() for name in (*intention.fields, *intention.attachments)):
        faults.append(FieldError("/fields", "faults-required", "请指明需要修改的字段或附件。"))
    if faults:
        raise incomplete(*faults)
    return (returned,)


def reject(review: Review, intention: Reject) -> Facts:
    rejected = CaseRejected(
        at=intention.at,
        desk=intention.desk,
        by=intention.by.party,
        reason=intention.reason,
        words=intention.words,
    )
    if _repeats(review, rejected):
        return ()
    _for(review, intention)
    faults = _unexplained(intention.words)
    if not intention.reason.strip():
        faults.append(FieldError("/reason", "reason-required", "请选择不予通过的原因。"))
    if faults:
        raise incomplete(*faults)
    return (rejected,)


def _for(review: Review, intention: Claim | AnyDecision) -> PinnedDesk:
    """The open desk of an intention; refuses if its reviewer cannot decide there now."""
    desk = open_desk(review, intention.desk, intention.round)
    if code := why_not(review, desk, intention.by):
        raise refusal(code)
    return desk


def _repeats(review: Review, fact: DeskApproved | CaseReturned | CaseRejected) -> bool:
    known_desk(review, fact.desk)
    made = review.decisions.get(fact.desk)
    return made is not None and decision_of(fact).repeats(made)


def _unexplained(words: str) -> list[FieldError]:
    if words.strip():
        return []
    return [FieldError("/words", "words-required", "请填写审核意见。")]
