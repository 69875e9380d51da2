"""What is sent out to the talent; a case as reviewers see it begins with the same."""

from datetime import date
from typing import Final

from pydantic import BaseModel

from services.classification.deferral.answers import DeferralOut, deferral_out, row_fields
from services.classification.deferral.state import Standing
from services.classification.events import ApplicationKind
from services.classification.messages import STEP_LABELS
from services.classification.profile.model import Profile
from services.classification.talent_class.views import ClassInForce
from services.classification.views import CaseView
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

ENDED_LABELS: Final = {
    "deferral-missed": "逾期未补充容缺资料，申请终止",
    "talent-listed": "已列入异常名单，申请终止",
    "talent-reclaimed": "账号已由本人重新注册，申请终止",
    "talent-erased": "账号已注销，申请终止",
}
"""What the history says of an application that neither a desk nor the talent ended."""


class HistoryRow(BaseModel):
    """申请历史记录 (§3.3.7, §3.4.5): attempt, time, state, result, remark, who has it now; where
    its deferral stands, and until when."""

    application_id: str
    kind: ApplicationKind
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
    deferral_standing: Standing | None
    last_day: date | None


class ApplicationOut(HistoryRow):
    """A whole application; instants are ISO 8601, UTC."""

    name: str | None
    document_type: str
    document_number: str | None
    honours: tuple[str, ...]
    profile: Profile | None
    attachments: tuple[AttachmentOut, ...]
    unlocked: UnlockedOut
    deferral: DeferralOut | None
    steps: tuple[StepOut, ...]
    policy_version: str


class OpenOut(BaseModel):
    application_id: str
    kind: ApplicationKind
    attempt: int
    status: Status
    status_label: str
    deferral: DeferralOut | None


class MyClassOut(BaseModel):
    """`in_force` is None before a first approval and after an end; `may_apply` says which kind of
    application can be started now, and `barred_until` why none can. `outstanding` is what the class
    in force lacks still, null where nothing."""

    in_force: ClassInForce | None
    outstanding: DeferralOut | None
    open_application: OpenOut | None
    may_apply: ApplicationKind | None
    barred_until: date | None
    ended: str | None
    ended_at: str | None


def history_row(case: CaseView) -> HistoryRow:
    return HistoryRow.model_validate(_history_values(case))


def _history_values(case: CaseView) -> dict[str, object]:
    values = history_values(case) | row_fields(case)
    return values | {"remark": ENDED_LABELS.get(str(values["remark"]), values["remark"])}


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
    return _history_values(case) | {
        "deferral": deferral_out(case),
        "name": readable(case.name),
        "profile": readable(case.profile),
        "attachments": [attachment_out(one) for one in case.attachments],
        "unlocked": unlocked_out(case),
    }
