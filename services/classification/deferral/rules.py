"""Who may do what with a deferral now."""

from services.classification.deferral.commands import DeclineDeferral, GrantDeferral
from services.classification.deferral.state import Deferral, Standing
from services.classification.state import Application
from shared.domain.errors import DomainError, FieldError
from shared.domain.review.application import Status
from shared.domain.review.intentions import Approve, ReviewIntention
from shared.domain.review.plan import PinnedDesk
from shared.domain.review.refusals import NOT_AT_DESK, OWN_CASE, refusal
from shared.domain.review.reviewer import Reviewer
from shared.domain.review.rules import open_desk, why_not
from shared.domain.review.state import Review


def deciding_desk(command: GrantDeferral | DeclineDeferral, application: Application) -> PinnedDesk:
    """The open desk at which a request is decided. Raises DomainError for who may not."""
    if application.review is None:
        raise DomainError("application-not-submitted")
    desk = open_desk(application.review, command.desk, command.round)
    if code := why_not(application.review, desk, command.by):
        raise refusal(code)
    return desk


def reviewing_desk(review: Review, deferral: Deferral) -> PinnedDesk:
    """The desk that granted it; where a correction left the plan without it, the last one's."""
    desk = None if deferral.desk is None else review.plan.desk(deferral.desk)
    return desk or review.plan.stages[-1].desks[0]


def supplement_desk(application: Application, by: Reviewer) -> tuple[PinnedDesk, Deferral]:
    """Where a supplement is reviewed, by the desk's own people or any superior's, so that none
    waits for nobody. Raises DomainError for who may not, or where nothing was asked for."""
    deferral, review = application.deferral, application.review
    if deferral is None or review is None:
        raise DomainError("deferral-not-asked")
    desk = reviewing_desk(review, deferral)
    if by.same_as(review.applicant):
        raise refusal(OWN_CASE)
    if by.desks.isdisjoint(desk.chain):
        raise refusal(NOT_AT_DESK)
    return desk, deferral


def require_no_hindrance(application: Application, intention: ReviewIntention) -> None:
    """Refuses an approval while a request waits for a decision, or after a last day that the clock
    has not come to yet."""
    deferral = application.deferral
    if deferral is None or not isinstance(intention, Approve):
        return
    if application.status is not Status.IN_REVIEW:
        # The engine answers: a repeated approval is no refusal.
        return
    if deferral.standing is Standing.ASKED:
        raise DomainError("deferral-undecided")
    if deferral.over_at(intention.at):
        raise DomainError("deferral-missed")


def required_words(words: str | None) -> list[FieldError]:
    """The fault of a decision that says nothing."""
    if words is not None and words.strip():
        return []
    return [FieldError("/words", "words-required", "请填写审核意见。")]
