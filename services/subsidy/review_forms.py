"""Which cases a reviewer wants to see."""

from typing import Literal

from pydantic import BaseModel

from shared.domain.review.application import Status
from shared.policy.subsidy import ChannelCode, SchemeCode

Sort = Literal["due", "-due", "submitted_at", "-submitted_at", "changed_at", "-changed_at"]


class Worklist(BaseModel):
    """What a reviewer asks to see: cases at their desks, unless said otherwise."""

    status: Status = Status.IN_REVIEW
    claim: Literal["any", "mine", "none"] = "any"
    overdue: bool | None = None
    scheme: SchemeCode | None = None
    channel: ChannelCode | None = None
    sort: Sort = "due"
