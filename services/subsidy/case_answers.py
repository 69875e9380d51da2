"""What is sent out to reviewers: lines of a worklist, and a whole case."""

from pydantic import BaseModel

from services.subsidy.answers import ApplicationOut, whole_of
from services.subsidy.events import UnitAtWork
from services.subsidy.messages import STEP_LABELS
from services.subsidy.views import CaseView
from shared.casework.answers import CaseRowOut, DeskOut, UnderReview, review_values, row_values


class CaseRow(CaseRowOut):
    """A line of a worklist."""

    scheme: str
    window: str | None
    channel: str | None
    units: tuple[UnitAtWork, ...]


class ClassOut(BaseModel):
    """The applicant's class now, whether it can be granted by it, and the categories of materials
    that the class lacks still (容缺)."""

    talent_class: str | None
    row: str | None
    fits: bool
    outstanding: tuple[str, ...] = ()


class CaseOut(ApplicationOut, UnderReview):
    """A case as its reviewers see it."""

    class_now: ClassOut


def case_row(case: CaseView) -> CaseRow:
    return CaseRow.model_validate(row_values(case))


def case_out(case: CaseView, desks: tuple[DeskOut, ...], class_now: ClassOut) -> CaseOut:
    values = whole_of(case) | review_values(case, desks, STEP_LABELS)
    return CaseOut.model_validate(values | {"class_now": class_now})
