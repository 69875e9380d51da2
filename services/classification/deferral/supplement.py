"""Supplements (容缺附件, manual §3.3.6): handed in whole, accepted or returned."""

from collections.abc import Sequence

from services.classification.deferral.commands import (
    AcceptSupplement,
    ReturnSupplement,
    SubmitSupplement,
)
from services.classification.deferral.events import (
    SupplementAccepted,
    SupplementReturned,
    SupplementSubmitted,
)
from services.classification.deferral.policies import last_day_after_return
from services.classification.deferral.rules import required_words, supplement_desk
from services.classification.deferral.state import Deferral, Standing
from services.classification.state import Application
from shared.domain.errors import DomainError, FieldError
from shared.domain.review.refusals import incomplete
from shared.events.model import Event
from shared.policy.classification import ClassificationPolicy

Events = Sequence[Event]


def hand_in(command: SubmitSupplement, application: Application) -> Events:
    deferral = application.deferral
    if deferral is not None and deferral.standing is Standing.HANDED_IN:
        return []
    if deferral is None or not deferral.live:
        raise DomainError("deferral-not-open")
    if deferral.over_at(command.at):
        raise DomainError("deferral-missed")
    policy = command.book.policy
    if wrong := _lacking(application, deferral, policy):
        raise incomplete(*wrong)
    due = command.book.calendar.due(command.at, policy.deferral.review_working_days)
    return [
        SupplementSubmitted(
            categories=deferral.categories,
            number=deferral.handed_in + 1,
            due=due,
            at=command.at,
        )
    ]


def _lacking(
    application: Application, deferral: Deferral, policy: ClassificationPolicy
) -> list[FieldError]:
    labels = {one.code: one.label for one in policy.attachments}
    there = {one.category for one in application.attachments.values()}
    since = deferral.handed_in_at
    new = {a.category for a in application.attachments.values() if since is None or a.at > since}
    found = []
    for code in deferral.categories:
        label = labels.get(code, code)
        if code not in there:
            message = f"请上传“{label}”。"
            found.append(FieldError(f"/attachments/{code}", "required", message))
        elif code in deferral.faulty and code not in new:
            message = f"“{label}”被退回，请重新上传。"
            found.append(FieldError(f"/attachments/{code}", "correction-required", message))
    return found


def accept(command: AcceptSupplement, application: Application) -> Events:
    desk, deferral = supplement_desk(application, command.by)
    if deferral.standing is Standing.LIFTED:
        return []
    _require_handed_in(deferral)
    return [
        SupplementAccepted(
            desk=desk.name,
            by=command.by.party,
            categories=deferral.categories,
            words=command.words,
            at=command.at,
        )
    ]


def send_back(command: ReturnSupplement, application: Application) -> Events:
    desk, deferral = supplement_desk(application, command.by)
    _require_handed_in(deferral)
    faulty = tuple(dict.fromkeys(command.faulty))
    wrong = required_words(command.words)
    if not faulty:
        wrong.append(FieldError("/categories", "required", "请指明有问题的附件分类。"))
    wrong += [
        FieldError(f"/categories/{index}", "not-outstanding", "该附件分类不在容缺之列。")
        for index, code in enumerate(faulty)
        if code not in deferral.categories
    ]
    if wrong:
        raise incomplete(*wrong)
    return [
        SupplementReturned(
            desk=desk.name,
            by=command.by.party,
            categories=deferral.categories,
            faulty=faulty,
            last_day=last_day_after_return(command.book.policy.deferral, deferral, command.at),
            words=command.words,
            at=command.at,
        )
    ]


def _require_handed_in(deferral: Deferral) -> None:
    if deferral.standing is not Standing.HANDED_IN:
        raise DomainError("supplement-not-handed-in")


def open_to_supplement(application: Application, category: str) -> bool:
    """Whether a file of this category may be added now because it is outstanding."""
    deferral = application.deferral
    waits = deferral is not None and deferral.standing is Standing.OPEN
    return waits and deferral is not None and category in deferral.categories
