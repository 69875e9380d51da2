"""What is sent out to the talent; a case as reviewers see it begins with the same."""

from pydantic import BaseModel

from services.subsidy.events import UnitAtWork
from services.subsidy.messages import STATUS_LABELS, STEP_LABELS
from services.subsidy.profile.model import Profile
from services.subsidy.views import AttachmentView, CaseView
from shared.domain.review.application import Status, unlocked
from shared.domain.review.steps import Step
from shared.events.personal import readable

_REMARKS = ("returned", "rejected", "ended")


class Written(BaseModel):
    """`version` is what `min_version` waits for."""

    application_id: str
    version: str


class AttachmentAddedOut(Written):
    attachment_id: str


class AttachmentOut(BaseModel):
    """`size` in bytes, `sha256` in hex; `month` is up to when a contribution record reaches."""

    attachment_id: str
    category: str
    file_name: str | None
    media_type: str
    size: int
    sha256: str
    month: str | None
    added_at: str


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


class UnlockedOut(BaseModel):
    """What the talent may change now: everything, or the named fields and categories."""

    everything: bool
    fields: tuple[str, ...]
    attachments: tuple[str, ...]


class HistoryRow(BaseModel):
    """申请历史记录 (§3.4.5): attempt, time, state, result, remark, and who has it now. The class is
    the one by which it was granted."""

    application_id: str
    scheme: str
    window: str | None
    channel: str | None
    attempt: int
    talent_class: str | None
    row: str | None
    started_at: str
    submitted_at: str | None
    decided_at: str | None
    status: Status
    status_label: str
    result: str | None
    remark: str | None
    waiting_at: tuple[str, ...]


class ApplicationOut(HistoryRow):
    """A whole application; instants are ISO 8601, UTC. `units` as they were called at the last
    submission."""

    name: str | None
    document_type: str
    document_number: str | None
    profile: Profile | None
    units: tuple[UnitAtWork, ...]
    attachments: tuple[AttachmentOut, ...]
    unlocked: UnlockedOut
    steps: tuple[StepOut, ...]
    policy_version: str


def history_row(case: CaseView) -> HistoryRow:
    return HistoryRow(**row_of(case))


def application_out(case: CaseView) -> ApplicationOut:
    """For the talent: their number masked, nobody's account id, no internal step."""
    number = readable(case.document_number)
    steps = [
        step_out(step).model_copy(update={"by": None}) for step in case.steps if not step.internal
    ]
    return ApplicationOut(
        **row_of(case), **whole_of(case), document_number=masked(number), steps=tuple(steps)
    )


def masked(number: str | None) -> str | None:
    """`4206****1234`."""
    return None if number is None else f"{number[:4]}****{number[-4:]}"


def row_of(case: CaseView) -> dict[str, object]:
    """The fields of `HistoryRow`."""
    remarks = [s for s in case.steps if s.what in _REMARKS]
    last = remarks[-1] if remarks else None
    decided = case.status in (Status.APPROVED, Status.REJECTED)
    label = STATUS_LABELS[case.status]
    copied = {name: getattr(case, name) for name in _COPIED}
    return copied | {
        "status_label": label,
        "result": label if decided else None,
        "remark": None if last is None else readable(last.words) or last.reason,
        "waiting_at": waiting_at(case),
    }


_COPIED = tuple(name for name in HistoryRow.model_fields if name in CaseView.model_fields)


def whole_of(case: CaseView) -> dict[str, object]:
    """Those that `ApplicationOut` adds, but for what depends on who reads them."""
    open_now = unlocked(case.review, case.closed)
    return {
        "name": readable(case.name),
        "document_type": case.document_type,
        "profile": readable(case.profile),
        "units": case.units,
        "attachments": tuple(_attachment(one) for one in case.attachments),
        "unlocked": UnlockedOut(
            everything=open_now.everything,
            fields=tuple(sorted(open_now.fields)),
            attachments=tuple(sorted(open_now.categories)),
        ),
        "policy_version": case.policy_version,
    }


def _attachment(one: AttachmentView) -> AttachmentOut:
    values = one.model_dump(exclude={"file_key", "file_name"})
    return AttachmentOut(**values, file_name=readable(one.file_name))


def step_out(step: Step) -> StepOut:
    """A step with its label."""
    values = step.model_dump(exclude={"label", "internal", "words"})
    label = STEP_LABELS[step.what]
    return StepOut(**values, label=label, where=step.label, words=readable(step.words))


def waiting_at(case: CaseView) -> tuple[str, ...]:
    """The labels of the desks that the case waits for."""
    return () if case.review is None else tuple(desk.label for desk in case.review.undecided)
