"""Submission, and what the desks do with it: the review engine over an application."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final

from services.subsidy import events
from services.subsidy.asking.decider import asked
from services.subsidy.commands import ClassInForce, Review, SubmitApplication
from services.subsidy.editing import invalid, locked, present, profile_faults, scheme_of
from services.subsidy.events import ApplicationEvent, ApplicationSubmitted, UnitAtWork
from services.subsidy.materials import missing_attachments
from services.subsidy.policies import (
    class_fits,
    plan_of,
    require_not_barred,
    require_open,
    return_faults,
    with_companions,
)
from services.subsidy.profile.model import Profile
from services.subsidy.profile.rules import missing
from services.subsidy.state import Application
from shared.domain.calendar import shanghai_date
from shared.domain.errors import DomainError, FieldError
from shared.domain.review import engine, facts, refusals
from shared.domain.review.application import Status
from shared.domain.review.intentions import PassUp, Reject, Resubmit, Return
from shared.domain.review.plan import PinnedPlan
from shared.policy.subsidy import SubsidyPolicy

Events = Sequence[ApplicationEvent]

REVIEW_EVENTS: Final = engine.events_of(events.EVENTS)


def submit(command: SubmitApplication, application: Application) -> Events:
    """A round begins; refuses with everything that is missing or wrong at once."""
    if application.status not in (Status.DRAFT, Status.RETURNED):
        raise locked()
    today = shanghai_date(command.at)
    require_not_barred(command.barred_until, today)
    if application.submitted is None:
        _require_window(command, application)
    profile, policy = present(application), command.book.policy
    _require_complete(command, application, profile, today)
    channel = application.channel
    if channel is None:
        raise AssertionError("a complete application has a channel")
    names = {unit.organisation_id: unit.name for unit in command.units}
    opened = partial(
        events.ApplicationSubmitted,
        talent_id=application.started.talent_id,
        scheme=application.started.scheme,
        window=application.started.window,
        attempt=application.started.attempt,
        channel=channel.channel,
        application_type=profile.application_type,
        first_contract=profile.first_contract,
        dispatch=profile.dispatch,
        units=tuple(
            UnitAtWork(role=role, organisation_id=id, name=names[id]) for role, id in profile.units
        ),
        commitment_version=policy.commitment.version,
        policy_version=policy.version,
    )
    made = _round(command, application, plan_of(policy, channel.channel, profile.units))
    told = asked(made, application.review, application.started.scheme, command.book)
    return [*_recorded(made, {**REVIEW_EVENTS, facts.RoundOpened: opened}), *told]


def _require_window(command: SubmitApplication, application: Application) -> None:
    """A draft is of the window in which it was begun; a correction is taken after it too."""
    scheme = scheme_of(application, command.book)
    if command.windows.takes_draft(scheme, application.started.window, command.at):
        return
    # Where no window is open the refusal says when the next one is.
    require_open(scheme, command.windows, command.at)
    raise DomainError("window-over", params={"scheme": scheme.label})


def _round(
    command: SubmitApplication, application: Application, plan: PinnedPlan
) -> tuple[facts.AnyFact, ...]:
    due, pass_up = command.book.calendar.due, PassUp(staff=command.staff, at=command.at)
    review = application.review
    if review is None:
        begun = engine.start(application.applicant, plan, command.at, due)
        return (*begun, *engine.decide(engine.fold(None, begun), pass_up, due=due))
    # Another unit or another channel is another plan, and every approval is asked for anew.
    again = Resubmit(
        by=application.applicant,
        round=review.round,
        plan=None if plan == review.plan else plan,
        at=command.at,
    )
    return engine.decide(review, again, pass_up, due=due)


def _require_complete(
    command: SubmitApplication, application: Application, profile: Profile, today: date
) -> None:
    policy, book = command.book.policy, command.book
    wrong = missing(profile, application.papers, book.places)
    wrong += profile_faults(profile, application, command.units, book, today)
    found = [FieldError(f"/profile{f.pointer}", f.code, f.message) for f in _once(wrong)]
    if application.channel is None:
        found.insert(0, FieldError("/channel", "required", "请选择申请通道。"))
    since = application.first_submitted_on or today
    found += missing_attachments(policy, application.attachments.values(), since)
    if command.commitment_version is None:
        found.append(FieldError("/commitment", "required", "请阅读并勾选个人申请承诺。"))
    elif command.commitment_version != policy.commitment.version:
        message = "个人申请承诺已更新，请重新阅读并勾选。"
        found.append(FieldError("/commitment", "commitment-changed", message))
    if found:
        raise invalid(found)


def _once(found: Sequence[FieldError]) -> list[FieldError]:
    return list({f.pointer: f for f in reversed(found)}.values())[::-1]


def review(command: Review, application: Application) -> Events:
    """What a desk or a deadline does."""
    submitted = application.submitted
    if application.review is None or submitted is None:
        raise DomainError("application-not-submitted")
    intention, book = command.intention, command.book
    event_of: engine.EventOf = REVIEW_EVENTS
    if isinstance(intention, Return):
        wrong = return_faults(book.policy, intention.fields, intention.attachments)
        if wrong:
            raise refusals.incomplete(*wrong)
        more = with_companions(intention.fields)
        intention = intention.model_copy(update={"fields": more})
    if isinstance(intention, Reject):
        reason = book.policy.reject_reason(intention.reason)
        if reason is None and intention.reason.strip():
            raise refusals.incomplete(FieldError("/reason", "unknown-reason", "没有这个原因。"))
        listed = reason is not None and reason.false_declaration
        rejected = partial(events.ApplicationRejected, false_declaration=listed)
        event_of = {**event_of, facts.CaseRejected: rejected}
    pass_up = PassUp(staff=command.staff, at=intention.at)
    made = engine.decide(application.review, intention, pass_up, due=book.calendar.due)
    if any(isinstance(fact, facts.CaseApproved) for fact in made):
        in_force = _fitting(book.policy, submitted, command.in_force)
        approved = partial(events.ApplicationApproved, **_granted(submitted, in_force))
        event_of = {**event_of, facts.CaseApproved: approved}
    told = asked(made, application.review, submitted.scheme, book)
    return [*_recorded(made, event_of), *told]


def _fitting(
    policy: SubsidyPolicy, submitted: ApplicationSubmitted, in_force: ClassInForce | None
) -> ClassInForce:
    """The class by which it is granted; refuses where none is in force, or one of another
    channel or scheme."""
    if in_force is None:
        raise DomainError("no-class-to-grant-by")
    if not class_fits(policy, submitted.scheme, submitted.channel, in_force.talent_class):
        raise DomainError("class-does-not-fit", params={"class": in_force.talent_class})
    return in_force


def _granted(submitted: ApplicationSubmitted, in_force: ClassInForce) -> dict[str, object]:
    return {
        "talent_id": submitted.talent_id,
        "scheme": submitted.scheme,
        "window": submitted.window,
        "channel": submitted.channel,
        "first_contract": submitted.first_contract,
        "units": submitted.units,
        **dict(in_force),
        "policy_version": submitted.policy_version,
    }


def _recorded(made: Sequence[facts.AnyFact], event_of: engine.EventOf) -> Events:
    return engine.recorded(made, event_of)  # type: ignore[return-value]
