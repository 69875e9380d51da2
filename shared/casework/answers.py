"""What is sent out of an application, whatever it is for."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, Protocol, Self, TypeVar

from pydantic import BaseModel

from shared.casework.scanning import Scanning, Verdict
from shared.casework.view import AttachmentView, CaseFields
from shared.domain.review.application import Status, unlocked
from shared.domain.review.objections import last_day
from shared.domain.review.reviewer import Reviewer
from shared.domain.review.rules import why_not
from shared.domain.review.state import Review
from shared.domain.review.steps import Step
from shared.events.personal import readable

STATUS_LABELS: Final[dict[Status, str]] = {
    Status.DRAFT: "未提交",
    Status.IN_REVIEW: "审核中",
    Status.RETURNED: "已退回，待修改",
    Status.OBJECTED: "异议处理中",
    Status.APPROVED: "已通过",
    Status.REJECTED: "未通过",
    Status.WITHDRAWN: "已撤回",
    Status.ENDED: "已终止",
}
STEP_LABELS: Final = {
    "submitted": "提交审核",
    "stage-opened": "进入环节",
    "claimed": "领取",
    "released": "放回",
    "handed-over": "转交",
    "desk-approved": "审核通过",
    "returned": "退回修改",
    "rejected": "不予通过",
    "passed-up": "转上级岗位",
    "escalated": "超期督办",
    "approved": "审批通过",
    "withdrawn": "撤回申请",
    "ended": "申请终止",
    "objected": "提出异议",
    "objection-upheld": "异议成立，可修改后重新提交",
    "objection-dismissed": "异议不成立，维持原审核结果",
}
_REMARKS: Final = ("returned", "rejected", "ended", "objection-upheld", "objection-dismissed")


class Written(BaseModel):
    """`version` is what `min_version` waits for."""

    application_id: str
    version: str


class AttachmentAddedOut(Written):
    attachment_id: str


class AttachmentOut(BaseModel):
    """`size` in bytes, `sha256` in hex; `scan` is `clean`, `waiting` (it cannot be opened yet) or
    `infected`."""

    attachment_id: str
    category: str
    file_name: str | None
    media_type: str
    size: int
    sha256: str
    added_at: str
    scan: Verdict = "waiting"


class _WithAttachments(Protocol):
    @property
    def attachments(self) -> Sequence[AttachmentOut]: ...

    def model_copy(self, *, update: Mapping[str, Any]) -> Self: ...


W = TypeVar("W", bound=_WithAttachments)


class StepOut(BaseModel):
    """One thing that happened, as people read it; `by` is shown to reviewers alone."""

    what: str
    label: str
    at: str
    round: int
    where: str | None
    by: str | None = None
    words: str | None = None
    fields: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    reason: str | None = None
    day: date | None = None


class UnlockedOut(BaseModel):
    """What the talent may change now: everything, or the named fields and categories."""

    everything: bool
    fields: tuple[str, ...]
    attachments: tuple[str, ...]


class DeskOut(BaseModel):
    """A desk that the case waits for; `mine` where the caller may decide there now."""

    desk: str
    label: str
    mine: bool
    claimed_by: str | None


class CaseRowOut(BaseModel):
    """What every line of a worklist says; `due` is when it is late, `overdue` whether it was
    escalated."""

    application_id: str
    attempt: int
    name: str | None
    status: Status
    status_label: str
    submitted_at: str | None
    changed_at: str
    due: str | None
    overdue: bool
    round: int
    waiting_at: tuple[str, ...]
    claimed_by: tuple[str, ...]


class NoteOut(BaseModel):
    by: str
    words: str | None
    at: str


class UnderReview(BaseModel):
    """What reviewers see of a case besides what its talent sees."""

    round: int
    due: str | None
    overdue: bool
    desks: tuple[DeskOut, ...]
    notes: tuple[NoteOut, ...]


def row_values(case: CaseFields) -> dict[str, object]:
    """The fields of a line, those that a context adds and its view has under the same name too."""
    return dict(case) | {
        "name": readable(case.name),
        "status_label": STATUS_LABELS[case.status],
        "round": 0 if case.review is None else case.review.round,
        "waiting_at": waiting_at(case),
    }


def history_values(case: CaseFields) -> dict[str, object]:
    """The same of a line of the talent's own history (manual §3.3.7, §3.4.5)."""
    remarks = [step for step in case.steps if step.what in _REMARKS]
    last = remarks[-1] if remarks else None
    decided = case.status in (Status.APPROVED, Status.REJECTED)
    return dict(case) | {
        "status_label": STATUS_LABELS[case.status],
        "result": STATUS_LABELS[case.status] if decided else None,
        "remark": None if last is None else readable(last.words) or last.reason,
        "waiting_at": waiting_at(case),
        "objection_until": None if case.review is None else last_day(case.review),
    }


def unlocked_out(case: CaseFields) -> UnlockedOut:
    open_now = unlocked(case.review, case.closed)
    return UnlockedOut(
        everything=open_now.everything,
        fields=tuple(sorted(open_now.fields)),
        attachments=tuple(sorted(open_now.categories)),
    )


def attachment_out(one: AttachmentView) -> dict[str, object]:
    """The fields of an attachment, those that a context adds too."""
    return dict(one) | {"file_name": readable(one.file_name)}


async def with_scans(out: W, scanning: Scanning) -> W:
    """An answer whose attachments say whether they can be opened."""
    verdicts = await scanning.verdicts(one.sha256 for one in out.attachments)
    attachments = tuple(
        one.model_copy(update={"scan": verdicts[one.sha256]}) for one in out.attachments
    )
    return out.model_copy(update={"attachments": attachments})


def step_out(step: Step, labels: dict[str, str] = STEP_LABELS) -> StepOut:
    """A step with its label."""
    values = step.model_dump(exclude={"label", "internal", "words"})
    label = labels[step.what]
    return StepOut(**values, label=label, where=step.label, words=readable(step.words))


def steps_for_talent(case: CaseFields, labels: dict[str, str] = STEP_LABELS) -> tuple[StepOut, ...]:
    """Nobody's account id, and no internal step."""
    shown = [step_out(step, labels) for step in case.steps if not step.internal]
    return tuple(step.model_copy(update={"by": None}) for step in shown)


def desks_out(review: Review | None, reviewer: Reviewer) -> tuple[DeskOut, ...]:
    """The desks that a case waits for, as a reviewer sees them."""
    if review is None:
        return ()
    return tuple(
        DeskOut(
            desk=desk.name,
            label=desk.label,
            mine=why_not(review, desk, reviewer) is None,
            claimed_by=claim.account_id if (claim := review.claims.get(desk.name)) else None,
        )
        for desk in review.undecided
    )


def review_values(
    case: CaseFields, desks: tuple[DeskOut, ...], labels: dict[str, str] = STEP_LABELS
) -> dict[str, object]:
    """The fields of `UnderReview`, and every step, internal ones too."""
    return {
        "document_number": readable(case.document_number),
        "steps": tuple(step_out(step, labels) for step in case.steps),
        "round": 0 if case.review is None else case.review.round,
        "due": case.due,
        "overdue": case.overdue,
        "desks": desks,
        "notes": [dict(note) | {"words": readable(note.words)} for note in case.notes],
    }


def waiting_at(case: CaseFields) -> tuple[str, ...]:
    """The labels of the desks that it waits for; an objection's, of the one that it is against."""
    review = case.review
    if review is None:
        return ()
    if review.objection is not None and review.answering:
        against = review.plan.desk(review.objection.desk)
        return () if against is None else (against.label,)
    return tuple(desk.label for desk in review.undecided)
