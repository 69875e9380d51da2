"""Submission, and what the desks do with it: the review engine over an application."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from services.classification import events
from services.classification.commands import Review, SubmitApplication
from services.classification.deferral.events import DeferralAsked
from services.classification.deferral.policies import request_faults
from services.classification.deferral.rules import require_no_hindrance
from services.classification.editing import invalid, locked, present, profile_faults
from services.classification.events import ApplicationEvent
from services.classification.policies import (
    missing_attachments,
    plan_of,
    require_not_barred,
    return_faults,
)
from services.classification.profile.model import Profile
from services.classification.profile.rules import missing
from services.classification.state import Application
from shared.domain.calendar import shanghai_date
from shared.domain.errors import DomainError, FieldError
from shared.domain.review import engine, facts, refusals
from shared.domain.review.application import Status
from shared.domain.review.intentions import PassUp, Reject, Resubmit, Return
from shared.domain.review.plan import PinnedPlan
from shared.events.personal import Erased

Events = Sequence[ApplicationEvent]

REVIEW_EVENTS: Final = engine.events_of(events.EVENTS)


def submit(command: SubmitApplication, application: Application) -> Events:
    """A round begins; refuses with everything that is missing or wrong at once."""
    if application.status not in (Status.DRAFT, Status.RETURNED):
        raise locked()
    require_not_barred(command.barred_until, shanghai_date(command.at))
    _require_deferrable(command, application)
    profile, book = present(application), command.book
    _require_complete(command, application, profile)
    chosen = application.chosen
    if chosen is None or profile.region is None:
        raise AssertionError("a complete application has a class and a region")
    plan = plan_of(book.policy, chosen.talent_class, profile.region)
    opened = partial(
        events.ApplicationSubmitted,
        talent_id=application.started.talent_id,
        kind=application.started.kind,
        attempt=application.started.attempt,
        talent_class=chosen.talent_class,
        row=chosen.row,
        honours=chosen.honours,
        region=profile.region,
        mobile=profile.mobile,
        commitment_version=book.policy.commitment.version,
        policy_version=book.policy.version,
    )
    made = _round(command, application, plan)
    asked = command.deferral
    deferral = [] if asked is None else [DeferralAsked(**dict(asked), at=command.at)]
    return [*_recorded(made, {**REVIEW_EVENTS, facts.RoundOpened: opened}), *deferral]


def _require_deferrable(command: SubmitApplication, application: Application) -> None:
    """One deferral at a time; and nothing is handed in again whose last day passed."""
    deferral = application.deferral
    if deferral is None:
        return
    if deferral.over_at(command.at):
        raise DomainError("deferral-missed")
    if deferral.live and command.deferral is not None:
        raise DomainError("deferral-granted-already")


def _round(
    command: SubmitApplication, application: Application, plan: PinnedPlan
) -> tuple[facts.AnyFact, ...]:
    due, pass_up = command.book.calendar.due, PassUp(staff=command.staff, at=command.at)
    review = application.review
    if review is None:
        begun = engine.start(application.applicant, plan, command.at, due)
        return (*begun, *engine.decide(engine.fold(None, begun), pass_up, due=due))
    again = Resubmit(
        by=application.applicant,
        round=review.round,
        plan=None if plan == review.plan else plan,
        at=command.at,
    )
    return engine.decide(review, again, pass_up, due=due)


def _require_complete(
    command: SubmitApplication, application: Application, profile: Profile
) -> None:
    policy, today = command.book.policy, shanghai_date(command.at)
    wrong = missing(profile, application.papers, command.book.places)
    wrong += profile_faults(profile, application, command.book, today)
    found = [FieldError(f"/profile{f.pointer}", f.code, f.message) for f in _once(wrong)]
    chosen = application.chosen
    if chosen is None:
        found.insert(0, FieldError("/class", "required", "请选择人才分类和荣誉资质。"))
    else:
        found += _attachment_faults(command, application, chosen.talent_class, profile)
    if command.commitment_version is None:
        found.append(FieldError("/commitment", "required", "请阅读并勾选个人申请承诺。"))
    elif command.commitment_version != policy.commitment.version:
        message = "个人申请承诺已更新，请重新阅读并勾选。"
        found.append(FieldError("/commitment", "commitment-changed", message))
    if found:
        raise invalid(found)


def _attachment_faults(
    command: SubmitApplication, application: Application, letter: str, profile: Profile
) -> list[FieldError]:
    """Required categories without a file, but for those that may follow; and what is wrong with
    asking for it."""
    policy, asked = command.book.policy, command.deferral
    there = [a.category for a in application.attachments.values()]
    later = application.outstanding if asked is None else asked.categories
    found = missing_attachments(policy, letter, profile.region or "", [*there, *later])
    if asked is not None:
        found += request_faults(policy, letter, asked, there, command.owed)
    return found


def _once(found: Sequence[FieldError]) -> list[FieldError]:
    return list({f.pointer: f for f in reversed(found)}.values())[::-1]


def review(command: Review, application: Application) -> Events:
    """What a desk or a deadline does."""
    if application.review is None:
        raise DomainError("application-not-submitted")
    intention, book = command.intention, command.book
    require_no_hindrance(application, intention)
    event_of: engine.EventOf = {
        **REVIEW_EVENTS,
        facts.CaseApproved: partial(events.ApplicationApproved, **_class_of(application)),
    }
    if isinstance(intention, Return):
        wrong = return_faults(book.policy, intention.fields, intention.attachments)
        if wrong:
            raise refusals.incomplete(*wrong)
    if isinstance(intention, Reject):
        reason = book.policy.reject_reason(intention.reason)
        if reason is None and intention.reason.strip():
            raise refusals.incomplete(FieldError("/reason", "unknown-reason", "没有这个原因。"))
        listed = reason is not None and reason.false_declaration
        rejected = partial(events.ApplicationRejected, false_declaration=listed)
        event_of = {**event_of, facts.CaseRejected: rejected}
    pass_up = PassUp(staff=command.staff, at=intention.at)
    made = engine.decide(application.review, intention, pass_up, due=book.calendar.due)
    return _recorded(made, event_of)


def _class_of(application: Application) -> dict[str, object]:
    submitted, profile = application.submitted, application.profile
    if submitted is None:
        raise AssertionError("a review without a submission")
    known = None if isinstance(profile, Erased) else profile
    deferral = application.deferral
    return {
        "talent_id": submitted.talent_id,
        "kind": submitted.kind,
        "talent_class": submitted.talent_class,
        "row": submitted.row,
        "honours": submitted.honours,
        "region": submitted.region,
        "highest_education": known and known.highest_education,
        "full_time": known and known.full_time,
        "policy_version": submitted.policy_version,
        "outstanding": application.outstanding,
        "last_day": None if deferral is None else deferral.running_to,
    }


def _recorded(made: Sequence[facts.AnyFact], event_of: engine.EventOf) -> Events:
    return engine.recorded(made, event_of)  # type: ignore[return-value]
