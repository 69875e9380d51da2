"""Which cases a reviewer wants to see."""

from typing import Literal

from pydantic import BaseModel

from services.classification.events import ApplicationKind
from shared.domain.review.application import Status
from shared.http.review_forms import Code
from shared.policy.base import TalentClassCode

Sort = Literal["due", "-due", "submitted_at", "-submitted_at", "changed_at", "-changed_at"]


class Worklist(BaseModel):
    """What a reviewer asks to see: cases at their desks, unless said otherwise."""

    status: Status = Status.IN_REVIEW
    claim: Literal["any", "mine", "none"] = "any"
    overdue: bool | None = None
    talent_class: TalentClassCode | None = None
    region: Code | None = None
    kind: ApplicationKind | None = None
    sort: Sort = "due"
