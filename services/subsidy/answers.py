"""What is sent out to the talent; a case as reviewers see it begins with the same."""

from datetime import date

from pydantic import BaseModel

from services.subsidy.events import UnitAtWork
from services.subsidy.messages import STEP_LABELS
from services.subsidy.profile.model import Profile
from services.subsidy.views import CaseView
from shared.casework.answers import (
    AttachmentOut,
    StepOut,
    UnlockedOut,
    attachment_out,
    history_values,
    steps_for_talent,
    unlocked_out,
)
from shared.domain.masking import mask_number
from shared.domain.review.application import Status
from shared.events.personal import readable


class SubsidyAttachmentOut(AttachmentOut):
    """`month` is up to when a contribution record reaches."""

    month: str | None


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
    objection_until: date | None


class ApplicationOut(HistoryRow):
    """A whole application; instants are ISO 8601, UTC. `units` as they were called at the last
    submission. `sources`: which fields were filled in for the talent, and from where."""

    name: str | None
    document_type: str
    document_number: str | None
    profile: Profile | None
    sources: dict[str, str]
    units: tuple[UnitAtWork, ...]
    attachments: tuple[SubsidyAttachmentOut, ...]
    unlocked: UnlockedOut
    steps: tuple[StepOut, ...]
    policy_version: str


def history_row(case: CaseView) -> HistoryRow:
    return HistoryRow.model_validate(history_values(case))


def application_out(case: CaseView) -> ApplicationOut:
    """For the talent: their number masked, nobody's account id, no internal step."""
    number = readable(case.document_number)
    shown = {
        "document_number": None if number is None else mask_number(number),
        "steps": steps_for_talent(case, STEP_LABELS),
    }
    return ApplicationOut.model_validate(whole_of(case) | shown)


def whole_of(case: CaseView) -> dict[str, object]:
    """The fields of `ApplicationOut`, but for what depends on who reads them."""
    return history_values(case) | {
        "name": readable(case.name),
        "profile": readable(case.profile),
        "attachments": [attachment_out(one) for one in case.attachments],
        "unlocked": unlocked_out(case),
    }
