"""What reviewers send in when they decide."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

Code = Annotated[str, Field(max_length=64)]
Codes = Annotated[tuple[Annotated[str, Field(max_length=100)], ...], Field(max_length=100)]
Words = Annotated[str, Field(max_length=2000)]


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
    """`fields`: of the profile, or of the context's own; `attachments`: categories. Exactly those
    are unlocked."""

    fields: Codes = ()
    attachments: Codes = ()
    words: Words


class RejectForm(DeskForm):
    """`reason`: a code of the catalogue."""

    reason: Code
    words: Words
