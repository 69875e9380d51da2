"""What is sent out to reviewers: lines of a worklist, and a whole case."""

from pydantic import BaseModel

from services.subsidy.answers import ApplicationOut, row_of, step_out, waiting_at, whole_of
from services.subsidy.events import UnitAtWork
from services.subsidy.messages import STATUS_LABELS
from services.subsidy.views import CaseView
from shared.domain.review.application import Status
from shared.events.personal import readable


class DeskOut(BaseModel):
    """A desk that the case waits for; `mine` where the caller may decide there now."""

    desk: str
    label: str
    mine: bool
    claimed_by: str | None


class CaseRow(BaseModel):
    """A line of a worklist; `due` is when it is late, `overdue` whether it was escalated."""

    application_id: str
    scheme: str
    window: str | None
    channel: str | None
    attempt: int
    name: str | None
    units: tuple[UnitAtWork, ...]
    status: Status
    status_label: str
    submitted_at: str | None
    changed_at: str
    due: str | None
    overdue: bool
    round: int
    waiting_at: tuple[str, ...]
    claimed_by: tuple[str, ...]


class ClassOut(BaseModel):
    """The applicant's class now, and whether it can be granted by it."""

    talent_class: str | None
    row: str | None
    fits: bool


class CaseOut(ApplicationOut):
    """A case as its reviewers see it."""

    round: int
    due: str | None
    overdue: bool
    desks: tuple[DeskOut, ...]
    class_now: ClassOut


def case_row(case: CaseView) -> CaseRow:
    values = {name: getattr(case, name) for name in CaseRow.model_fields if hasattr(case, name)}
    review = case.review
    return CaseRow(
        **values
        | {
            "name": readable(case.name),
            "status_label": STATUS_LABELS[case.status],
            "round": 0 if review is None else review.round,
            "waiting_at": waiting_at(case),
        }
    )


def case_out(case: CaseView, desks: tuple[DeskOut, ...], class_now: ClassOut) -> CaseOut:
    return CaseOut(
        **row_of(case),
        **whole_of(case),
        document_number=readable(case.document_number),
        steps=tuple(step_out(step) for step in case.steps),
        round=0 if case.review is None else case.review.round,
        due=case.due,
        overdue=case.overdue,
        desks=desks,
        class_now=class_now,
    )
