"""What is sent out to reviewers: lines of a worklist, and a whole case."""

from datetime import date

from pydantic import BaseModel

from services.classification.answers import ApplicationOut, whole_of
from services.classification.deferral.answers import row_fields
from services.classification.deferral.state import Standing
from services.classification.events import ApplicationKind
from services.classification.messages import STEP_LABELS
from services.classification.views import CaseView
from shared.casework.answers import CaseRowOut, DeskOut, UnderReview, review_values, row_values
from shared.domain.review.application import Status


class CaseRow(CaseRowOut):
    """A line of a worklist; `last_day` is a deferral's, `supplement_due` when the review of what
    was handed in under it is late."""

    kind: ApplicationKind
    talent_class: str | None
    row: str | None
    region: str | None
    deferral_standing: Standing | None
    last_day: date | None
    supplement_due: str | None
    supplement_overdue: bool


class HolderOut(BaseModel):
    """Another approved case of the same employer with a qualification limited to one (限1人)."""

    honour: str
    application_id: str


class CaseOut(ApplicationOut, UnderReview):
    """A case as its reviewers see it."""

    region: str | None
    limited_to_one: tuple[HolderOut, ...]


class SimilarOut(BaseModel):
    """A decided case, without whose it is; `reason` is that of a rejection."""

    application_id: str
    talent_class: str | None
    row: str | None
    honours: tuple[str, ...]
    region: str | None
    status: Status
    decided_at: str | None
    reason: str | None


def similar_out(case: CaseView) -> SimilarOut:
    reasons = [step.reason for step in case.steps if step.what == "rejected"]
    return SimilarOut.model_validate(dict(case) | {"reason": reasons[-1] if reasons else None})


def case_row(case: CaseView) -> CaseRow:
    return CaseRow.model_validate(row_values(case) | row_fields(case))


def case_out(case: CaseView, desks: tuple[DeskOut, ...], holders: tuple[HolderOut, ...]) -> CaseOut:
    values = whole_of(case) | review_values(case, desks, STEP_LABELS)
    return CaseOut.model_validate(values | {"limited_to_one": holders})
