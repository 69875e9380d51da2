"""At which desk a reviewer decides who names none."""

from shared.domain.errors import FieldError
from shared.domain.review import refusals
from shared.domain.review.plan import PinnedDesk
from shared.domain.review.refusals import refusal
from shared.domain.review.reviewer import Reviewer
from shared.domain.review.state import Review


def desk_of(review: Review, reviewer: Reviewer) -> str:
    """The name of the desk where a reviewer sits in the open stage. Where there is none, one for
    which the engine says why. Raises DomainError (422) for who sits at several."""
    mine = [d for d in review.undecided if not reviewer.desks.isdisjoint(review.may_decide(d))]
    if len(mine) == 1:
        return mine[0].name
    if mine:
        message = "您在多个岗位，请指明以哪个岗位审核。"
        raise refusals.incomplete(FieldError("/desk", "required", message))
    return _fallback(review, reviewer).name


def _fallback(review: Review, reviewer: Reviewer) -> PinnedDesk:
    """A desk for which the engine says why it is not open to the reviewer now. Where they decided
    comes first, so that the same decision again is a repetition and no refusal; then their own
    desks, or those that they are above."""
    desks = [d for stage in review.plan.stages for d in stage.desks]
    made = {name for name, d in review.decisions.items() if d.by.same_as(reviewer)}
    decided = [d for d in desks if d.name in made]
    mine = [d for d in desks if not reviewer.desks.isdisjoint(d.chain)]
    for desk in [*decided, *mine, *review.undecided]:
        return desk
    raise refusal(refusals.NOT_AT_DESK)
