"""What is sent out to reviewers: lines of a worklist, and a whole case."""

from pydantic import BaseModel

from services.classification.answers import ApplicationOut, whole_of
from services.classification.events import ApplicationKind
from services.classification.messages import STEP_LABELS
from services.classification.views import CaseView
from shared.casework.answers import CaseRowOut, DeskOut, UnderReview, review_values, row_values


class CaseRow(CaseRowOut):
    """A line of a worklist."""

    kind: ApplicationKind
    talent_class: str | None
    row: str | None
    region: str | None


class HolderOut(BaseModel):
    """Another approved case of the same employer with a qualification limited to one (限1人)."""

    honour: str
    application_id: str


class CaseOut(ApplicationOut, UnderReview):
    """A case as its reviewers see it."""

    region: str | None
    limited_to_one: tuple[HolderOut, ...]


def case_row(case: CaseView) -> CaseRow:
    return CaseRow.model_validate(row_values(case))


def case_out(case: CaseView, desks: tuple[DeskOut, ...], holders: tuple[HolderOut, ...]) -> CaseOut:
    values = whole_of(case) | review_values(case, desks, STEP_LABELS)
    return CaseOut.model_validate(values | {"limited_to_one": holders})
