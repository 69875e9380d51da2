"""The objection to a rejection: once, in time, answered by nobody who decided before."""

from datetime import date, timedelta

from shared.domain.calendar import shanghai_date
from shared.domain.errors import FieldError
from shared.domain.review import refusals
from shared.domain.review.facts import CaseObjected, ObjectionDismissed, ObjectionUpheld
from shared.domain.review.intentions import DecideObjection, RaiseObjection
from shared.domain.review.refusals import incomplete, refusal
from shared.domain.review.rounds import Due
from shared.domain.review.state import Review, Status


def last_day(review: Review) -> date | None:
    """The last on which its rejection can be objected to (Shanghai); None where it cannot be."""
    if review.status is not Status.REJECTED or review.rejected_at is None:
        return None
    if review.objection is not None:
        return None
    return shanghai_date(review.rejected_at) + timedelta(days=review.plan.objection.days)


def object_to(review: Review, intention: RaiseObjection, due: Due) -> tuple[CaseObjected, ...]:
    """`due` reckons the working days of the plan's terms. Raises DomainError."""
    if not intention.by.same_as(review.applicant):
        raise refusal(refusals.NOT_THE_APPLICANT)
    if review.status is Status.OBJECTED:
        return ()
    if review.objection is not None:
        raise refusal(refusals.OBJECTED_ALREADY)
    last = last_day(review)
    if last is None:
        raise refusal(refusals.NOT_REJECTED)
    if shanghai_date(intention.at) > last:
        raise refusal(refusals.OBJECTION_LATE, until=last.isoformat())
    _require_words(intention.words)
    at, by = intention.at, intention.by.party
    answer = due(at, review.plan.objection.due_working_days)
    return (CaseObjected(at=at, by=by, due=answer, words=intention.words),)


def answer(
    review: Review, intention: DecideObjection
) -> tuple[ObjectionUpheld | ObjectionDismissed, ...]:
    """Nothing for what was answered the same before. Raises DomainError."""
    objection, by = review.objection, intention.by
    if objection is not None and objection.upheld is intention.upheld:
        return ()
    if review.status is not Status.OBJECTED:
        raise refusal(refusals.NO_OBJECTION)
    if by.same_as(review.applicant):
        raise refusal(refusals.OWN_CASE)
    if by.desks.isdisjoint(review.answering):
        raise refusal(refusals.NOT_AT_DESK)
    if any(made.by.same_as(by) for made in review.decisions.values()):
        raise refusal(refusals.OWN_DECISION)
    _require_words(intention.words)
    fact = ObjectionUpheld if intention.upheld else ObjectionDismissed
    return (fact(at=intention.at, by=by.party, words=intention.words),)


def _require_words(words: str) -> None:
    if not words.strip():
        raise incomplete(FieldError("/words", "words-required", "请填写理由。"))
