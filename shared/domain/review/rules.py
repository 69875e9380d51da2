"""Who may do what at a desk now: the questions that every intention asks first."""

from shared.domain.review import refusals
from shared.domain.review.plan import PinnedDesk
from shared.domain.review.refusals import refusal
from shared.domain.review.reviewer import Party, Reviewer, eligible
from shared.domain.review.state import Review, Status


def require_open(review: Review) -> None:
    """Refuses unless reviewers are at work on it."""
    if review.closed:
        raise refusal(refusals.CLOSED)
    if review.status is Status.RETURNED:
        raise refusal(refusals.AWAITING_CORRECTION)
    if review.status is Status.OBJECTED:
        raise refusal(refusals.UNDER_OBJECTION)


def open_desk(review: Review, name: str, round: int | None) -> PinnedDesk:
    """The undecided desk of a name in the open stage; refuses for any other."""
    desk = known_desk(review, name)
    require_open(review)
    require_round(review, round)
    if name in review.decisions:
        raise refusal(refusals.ALREADY_DECIDED)
    if desk not in review.undecided:
        raise refusal(refusals.DESK_NOT_OPEN)
    return desk


def known_desk(review: Review, name: str) -> PinnedDesk:
    """The plan's desk of a name; refuses if there is none."""
    desk = review.plan.desk(name)
    if desk is None:
        raise refusal(refusals.UNKNOWN_DESK)
    return desk


def require_round(review: Review, round: int | None) -> None:
    """Refuses what was meant for another round."""
    if round is not None and round != review.round:
        raise refusal(refusals.ROUND_OVER)


def unfit(review: Review, desk: PinnedDesk, reviewer: Reviewer) -> str | None:
    """Why a reviewer may not decide at an open desk, claims apart: a code, or None if they may."""
    if reviewer.same_as(review.applicant):
        return refusals.OWN_CASE
    if reviewer.desks.isdisjoint(review.may_decide(desk)):
        return refusals.NOT_AT_DESK
    return _partial(review, desk, reviewer)


def why_not(review: Review, desk: PinnedDesk, reviewer: Reviewer) -> str | None:
    """Why a reviewer cannot decide at an open desk right now, somebody's claim included."""
    code = unfit(review, desk, reviewer)
    if code is None and claimed_by_another(review, desk.name, reviewer):
        return refusals.CLAIMED_BY_ANOTHER
    return code


def claimed_by_another(review: Review, desk: str, who: Party) -> bool:
    """Whether a desk's claim is a different person's."""
    holder = review.claims.get(desk)
    return holder is not None and not holder.same_as(who)


def stranded(review: Review, staff: tuple[Reviewer, ...]) -> tuple[PinnedDesk, ...]:
    """The open desks where none of the staff may decide, nor may pass it up to anybody: a host
    alarms, for only appointing somebody (or the applicant's withdrawal) moves such a case."""
    return tuple(
        desk
        for desk in review.undecided
        if not manned(review, desk, staff) and relief(review, desk, staff) is None
    )


def manned(review: Review, desk: PinnedDesk, staff: tuple[Reviewer, ...]) -> bool:
    """Whether any of the staff may decide at an open desk now."""
    return any(unfit(review, desk, one) is None for one in staff)


def relief(review: Review, desk: PinnedDesk, staff: tuple[Reviewer, ...]) -> int | None:
    """The place in a desk's chain of the nearest superior out of reach who has somebody."""
    fit = [one for one in staff if _partial(review, desk, one) is None]
    beyond = len(review.may_decide(desk))
    for place, superior in enumerate(desk.chain[beyond:], start=beyond):
        if any(eligible(one, superior, review.applicant) for one in fit):
            return place
    return None


def _partial(review: Review, desk: PinnedDesk, who: Party) -> str | None:
    """Why somebody has said too much in this case to decide at a desk, wherever they sit."""
    objection = review.objection
    if (
        objection is not None
        and objection.upheld
        and objection.desk == desk.name
        and objection.against.same_as(who)
    ):
        return refusals.OWN_DECISION
    return _decided_elsewhere(review, desk, who)


def _decided_elsewhere(review: Review, desk: PinnedDesk, who: Party) -> str | None:
    for name, decision in review.decisions.items():
        if name != desk.name and decision.by.same_as(who):
            return refusals.DECIDED_AT_ANOTHER_DESK
    return None
