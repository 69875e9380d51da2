"""What the desks decide, in short; and histories that reach a certain point."""

from datetime import datetime

from services.classification.commands import ApplicationCommand
from services.classification.events import (
    ApplicationEvent,
    ApplicationRejected,
    ApplicationReturned,
    DeskApproved,
    StageOpened,
)
from shared.domain.review.intentions import Approve, Reject, Return
from shared.domain.review.reviewer import Reviewer
from tests.unit.classification.classification_cases import (
    BEATE,
    BUREAU,
    CALENDAR,
    DISTRICT,
    DORA,
    MONDAY,
    OFFICE,
    OTTO,
    after,
    review,
    submit,
)

History = tuple[ApplicationEvent, ...]
AT = {BUREAU: BEATE, OFFICE: OTTO, DISTRICT: DORA}
"""Who sits where."""


def submitted(history: History, *commands: ApplicationCommand) -> History:
    """After changes, handed in (again)."""
    return tuple(after(history, *commands, submit()))


def send_back(
    history: History,
    desk: str = BUREAU,
    fields: tuple[str, ...] = (),
    attachments: tuple[str, ...] = (),
) -> History:
    """Submitted, and returned by a desk for exactly this."""
    intention = Return(
        desk=desk, by=AT[desk], fields=fields, attachments=attachments, words="请更正", at=MONDAY
    )
    return tuple(after(submitted(history), review(intention)))


def yes(desk: str = BUREAU, by: Reviewer | None = None, words: str | None = None) -> Approve:
    return Approve(desk=desk, by=by or AT[desk], words=words, at=MONDAY)


def no(reason: str = "condition-not-met", desk: str = BUREAU, words: str = "不符合条件") -> Reject:
    return Reject(desk=desk, by=AT[desk], reason=reason, words=words, at=MONDAY)


def back(
    desk: str = BUREAU,
    fields: tuple[str, ...] = ("/profile/major",),
    attachments: tuple[str, ...] = (),
    words: str = "请更正",
) -> Return:
    return Return(
        desk=desk, by=AT[desk], fields=fields, attachments=attachments, words=words, at=MONDAY
    )


# Facts.


def approved(desk: str = BUREAU, by: Reviewer | None = None) -> DeskApproved:
    return DeskApproved(desk=desk, by=(by or AT[desk]).party, at=MONDAY)


def returned(
    desk: str, fields: tuple[str, ...] = (), attachments: tuple[str, ...] = ()
) -> ApplicationReturned:
    return ApplicationReturned(
        desk=desk, by=AT[desk].party, fields=fields, attachments=attachments, words="请更正",
        at=MONDAY,
    )  # fmt: skip


def rejected(reason: str, *, false_declaration: bool) -> ApplicationRejected:
    return ApplicationRejected(
        desk=BUREAU, by=BEATE.party, reason=reason, words="不符合条件",
        false_declaration=false_declaration, at=MONDAY,
    )  # fmt: skip


def opened(stage: str, days: int, at: datetime = MONDAY) -> StageOpened:
    return StageOpened(stage=stage, due=CALENDAR.due(at, days), at=at)
