"""How any application ends that no desk decided on."""

from collections.abc import Callable, Sequence
from datetime import datetime

from shared.casework.commands import AddNote, EndApplication, WithdrawApplication
from shared.casework.state import Standing
from shared.domain.errors import DomainError
from shared.domain.review import engine, facts
from shared.domain.review.application import Status
from shared.domain.review.intentions import Withdraw
from shared.domain.review.refusals import NOT_THE_APPLICANT, refusal
from shared.events.model import Event


def withdraw(
    command: WithdrawApplication, application: Standing, events: engine.EventOf
) -> Sequence[Event]:
    """By the talent: a draft, or a case before its last decision. Raises DomainError."""
    if not command.by.same_as(application.applicant):
        raise refusal(NOT_THE_APPLICANT)
    if application.review is not None:
        intention = Withdraw(by=command.by, at=command.at)
        made = engine.decide(application.review, intention, due=_no_stage_opens)
        return engine.recorded(made, events)
    if application.closed is Status.ENDED:
        raise DomainError("review-closed")
    return [] if application.closed else [events[facts.CaseWithdrawn](at=command.at)]


def end(command: EndApplication, application: Standing, events: engine.EventOf) -> Sequence[Event]:
    """Harmless for what is over already: a listing may arrive after the last decision."""
    if application.over:
        return []
    return [events[facts.CaseEnded](at=command.at, reason=command.reason)]


def note(command: AddNote, application: Standing, event: Callable[..., Event]) -> Sequence[Event]:
    """On what was submitted once. Raises DomainError."""
    if application.review is None:
        raise DomainError("application-not-submitted")
    return [event(by=command.by, words=command.words, at=command.at)]


def _no_stage_opens(start: datetime, days: int) -> datetime:
    raise AssertionError("withdrawing opens no stage")
