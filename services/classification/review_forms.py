"""What reviewers send in: which cases they want to see, and what they decide."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.classification.events import ApplicationKind
from services.classification.state import Status
from shared.policy.base import TalentClassCode

Code = Annotated[str, Field(max_length=64)]
Codes = Annotated[tuple[Annotated[str, Field(max_length=100)], ...], Field(max_length=100)]
Words = Annotated[str, Field(max_length=2000)]
Sort = Literal["due", "-due", "submitted_at", "-submitted_at", "changed_at", "-changed_at"]


class DeskForm(BaseModel):
    """`desk`: its name in the plan, only needed by who sits at several; `round`: the one that was
    looked at, so that a decision on what has changed since is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    desk: Annotated[str, Field(max_length=100)] | None = None
    round: Annotated[int, Field(ge=1)] | None = None


AT_MY_DESK: Final = DeskForm()


class HandOverForm(DeskForm):
    """`to`: the colleague's account id."""

    to: Code


class ApproveForm(DeskForm):
    words: Words | None = None


class ReturnForm(DeskForm):
    """`fields`: `class`, or a field of the profile; `attachments`: categories. Exactly those are
    unlocked."""

    fields: Codes = ()
    attachments: Codes = ()
    words: Words


class RejectForm(DeskForm):
    """`reason`: a code of the catalogue."""

    reason: Code
    words: Words


class Worklist(BaseModel):
    """What a reviewer asks to see: cases at their desks, unless said otherwise."""

    status: Status = Status.IN_REVIEW
    claim: Literal["any", "mine", "none"] = "any"
    overdue: bool | None = None
    talent_class: TalentClassCode | None = None
    region: Code | None = None
    kind: ApplicationKind | None = None
    sort: Sort = "due"
