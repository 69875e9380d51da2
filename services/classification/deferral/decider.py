"""What desks, the talent and the clock do with a deferral. A grant is no approval: it lets review
go on without the named materials."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from services.classification.deferral.commands import (
    AcceptSupplement,
    CloseDeferral,
    DeclineDeferral,
    DeferralCommand,
    ExtendDeferral,
    GrantDeferral,
    ObserveDeferral,
    ReturnSupplement,
    SubmitSupplement,
)
from services.classification.deferral.events import (
    DeferralClosed,
    DeferralDeclined,
    DeferralExtended,
    DeferralGranted,
    DeferralMissed,
    DeferralReminded,
    SupplementEscalated,
)
from services.classification.deferral.policies import last_day_of, latest_day_of
from services.classification.deferral.rules import deciding_desk, required_words, supplement_desk
from services.classification.deferral.state import Deferral, Standing
from services.classification.deferral.supplement import accept, hand_in, send_back
from services.classification.state import Application
from shared.domain.errors import DomainError, FieldError
from shared.domain.review import engine, facts
from shared.domain.review.application import Status
from shared.domain.review.intentions import Return
from shared.domain.review.refusals import incomplete
from shared.events.model import Event

Events = Sequence[Event]

MISSED = "deferral-missed"
"""Why an application or a class ended whose deferral was missed."""


def decide(command: DeferralCommand, application: Application, events: engine.EventOf) -> Events:
    """`events` are the application's own of the review."""
    match command:
        case GrantDeferral():
            return _grant(command, application, events)
        case DeclineDeferral():
            return _decline(command, application, events)
        case ExtendDeferral():
            return _extend(command, application)
        case SubmitSupplement():
            return hand_in(command, application)
        case AcceptSupplement():
            return accept(command, application)
        case ReturnSupplement():
            return send_back(command, application)
        case ObserveDeferral():
            return _observe(command, application, events)
        case CloseDeferral(reason=reason, at=at):
            deferral = application.deferral
            live = deferral is not None and deferral.live
            return [DeferralClosed(reason=reason, at=at)] if live else []
        case _:
            assert_never(command)


def _grant(command: GrantDeferral, application: Application, events: engine.EventOf) -> Events:
    desk = deciding_desk(command, application)
    deferral = _asked(application)
    granted = tuple(dict.fromkeys(command.categories))
    if deferral.live and (deferral.categories, deferral.days) == (granted, command.days):
        return []
    if deferral.standing is not Standing.ASKED:
        raise DomainError("deferral-decided")
    refused = tuple(one for one in deferral.categories if one not in granted)
    _require_sound(command, deferral, granted, refused)
    policy = command.book.policy.deferral
    made = DeferralGranted(
        desk=desk.name,
        by=command.by.party,
        categories=granted,
        refused=refused,
        days=command.days,
        last_day=last_day_of(command.at, command.days),
        reminder_days=policy.reminder_days,
        reminder_hour=policy.reminder_hour,
        words=command.words,
        at=command.at,
    )
    return [made, *_returned(command, application, refused, events)] if refused else [made]


def _require_sound(
    command: GrantDeferral,
    deferral: Deferral,
    granted: tuple[str, ...],
    refused: tuple[str, ...],
) -> None:
    wrong = [
        FieldError(f"/categories/{index}", "not-asked", "申请人没有申请该附件分类的容缺。")
        for index, code in enumerate(granted)
        if code not in deferral.categories
    ]
    if not granted:
        message = "请选择同意容缺的附件分类；全部不同意的，请退回。"
        wrong.append(FieldError("/categories", "required", message))
    longest = command.book.policy.deferral.longest_days
    if not 1 <= command.days <= longest:
        message = f"容缺期限为1至{longest}天。"
        wrong.append(FieldError("/days", "period-too-long", message))
    if refused:
        wrong += required_words(command.words)
    if wrong:
        raise incomplete(*wrong)


def _decline(command: DeclineDeferral, application: Application, events: engine.EventOf) -> Events:
    deferral = _asked(application)
    if deferral.standing is Standing.DECLINED and application.status is Status.RETURNED:
        return []
    desk = deciding_desk(command, application)
    if deferral.standing is not Standing.ASKED:
        raise DomainError("deferral-decided")
    if wrong := required_words(command.words):
        raise incomplete(*wrong)
    declined = DeferralDeclined(
        desk=desk.name,
        by=command.by.party,
        categories=deferral.categories,
        words=command.words,
        at=command.at,
    )
    return [declined, *_returned(command, application, deferral.categories, events)]


def _returned(
    command: GrantDeferral | DeclineDeferral,
    application: Application,
    categories: tuple[str, ...],
    events: engine.EventOf,
) -> Events:
    """The return of an application for what is not granted."""
    if application.review is None:
        raise AssertionError("a request comes with a submission")
    intention = Return(
        desk=command.desk,
        by=command.by,
        attachments=categories,
        words=command.words or "",
        at=command.at,
    )
    made = engine.decide(application.review, intention, due=command.book.calendar.due)
    return engine.recorded(made, events)


def _extend(command: ExtendDeferral, application: Application) -> Events:
    desk, deferral = supplement_desk(application, command.by)
    if deferral.last_day == command.last_day and deferral.standing is Standing.OPEN:
        return []
    if deferral.standing is Standing.HANDED_IN:
        raise DomainError("supplement-under-review")
    if deferral.standing is not Standing.OPEN:
        raise DomainError("deferral-not-open")
    if deferral.over_at(command.at):
        raise DomainError(MISSED)
    if deferral.last_day is None or deferral.granted_on is None:
        raise AssertionError("a running deferral was granted")
    wrong = required_words(command.words)
    latest = latest_day_of(command.book.policy.deferral, deferral.granted_on)
    if not deferral.last_day < command.last_day <= latest:
        message = f"新的期限应晚于{deferral.last_day}，且不晚于{latest}。"
        wrong.append(FieldError("/last_day", "last-day-out-of-range", message))
    if wrong:
        raise incomplete(*wrong)
    return [
        DeferralExtended(
            desk=desk.name,
            by=command.by.party,
            categories=deferral.categories,
            last_day=command.last_day,
            words=command.words,
            at=command.at,
        )
    ]


def _observe(command: ObserveDeferral, application: Application, events: engine.EventOf) -> Events:
    deferral, at = application.deferral, command.at
    if deferral is None or deferral.last_day is None:
        return []
    if deferral.standing is Standing.HANDED_IN:
        return _late(deferral, at)
    if deferral.over_at(at):
        approved = application.status is Status.APPROVED
        missed = DeferralMissed(
            categories=deferral.categories, last_day=deferral.last_day, approved=approved, at=at
        )
        ended = events[facts.CaseEnded]
        return [missed] if approved else [missed, ended(at=at, reason=MISSED)]
    days = deferral.reminder_due(at)
    if days is None:
        return []
    return [DeferralReminded(days_left=days, last_day=deferral.last_day, at=at)]


def _late(deferral: Deferral, at: datetime) -> Events:
    if deferral.late or deferral.due is None or at < deferral.due:
        return []
    return [SupplementEscalated(categories=deferral.categories, due=deferral.due, at=at)]


def _asked(application: Application) -> Deferral:
    if application.deferral is None:
        raise DomainError("deferral-not-asked")
    return application.deferral
