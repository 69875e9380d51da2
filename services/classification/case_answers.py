"""What is sent out to reviewers: lines of a worklist, and a whole case."""

from pydantic import BaseModel

from services.classification.answers import (
    ApplicationOut,
    row_of,
    step_out,
    waiting_at,
    whole_of,
)
from services.classification.events import ApplicationKind
from services.classification.messages import STATUS_LABELS
from services.classification.views import CaseView
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
    kind: ApplicationKind
    attempt: int
    name: str | None
    talent_class: str | None
    row: str | None
    region: str | None
    status: Status
    status_label: str
    submitted_at: str | None
    changed_at: str
    due: str | None
    overdue: bool
    round: int
    waiting_at: tuple[str, ...]
    claimed_by: tuple[str, ...]


class HolderOut(BaseModel):
    """Another approved case of the same employer with a qualification limited to one (限1人)."""

    honour: str
    application_id: str


class CaseOut(ApplicationOut):
    """A case as its reviewers see it."""

    region: str | None
    round: int
    due: str | None
    overdue: bool
    desks: tuple[DeskOut, ...]
    limited_to_one: tuple[HolderOut, ...]


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


def case_out(case: CaseView, desks: tuple[DeskOut, ...], holders: tuple[HolderOut, ...]) -> CaseOut:
    return CaseOut(
        **row_of(case),
        **whole_of(case),
        document_number=readable(case.document_number),
        steps=tuple(step_out(step) for step in case.steps),
        region=case.region,
        round=0 if case.review is None else case.review.round,
        due=case.due,
        overdue=case.overdue,
        desks=desks,
        limited_to_one=holders,
    )
