"""What reviewers send in for their daily work, and what they are answered."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.casework.forms import ApproveForm, Code, RejectForm, ReturnForm, Words


class BulkApproval(ApproveForm):
    decision: Literal["approve"]
    application_id: Code


class BulkReturn(ReturnForm):
    decision: Literal["return"]
    application_id: Code


class BulkRejection(RejectForm):
    decision: Literal["reject"]
    application_id: Code


BulkDecision = Annotated[BulkApproval | BulkReturn | BulkRejection, Field(discriminator="decision")]


class BulkForm(BaseModel):
    """Each decision is checked on its own, and none waits for another."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    decisions: Annotated[tuple[BulkDecision, ...], Field(min_length=1, max_length=100)]


class FieldOut(BaseModel):
    pointer: str
    code: str
    detail: str


class BulkResult(BaseModel):
    """`version` where it succeeded; `code`, `detail` and the fields at fault where it did not."""

    application_id: str
    done: bool
    version: str | None = None
    code: str | None = None
    detail: str | None = None
    errors: tuple[FieldOut, ...] = ()


class BulkOut(BaseModel):
    results: tuple[BulkResult, ...]


class NoteForm(BaseModel):
    """For colleagues; the talent never sees it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    words: Words


class CoverForm(BaseModel):
    """`from_` (`from`) is away: what they claimed at the caller's desks goes to `to`, account ids
    both; without `to` to the caller."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True
    )

    from_: Annotated[Code, Field(alias="from")]
    to: Code | None = None


class ColleagueOut(BaseModel):
    """Somebody at one of the caller's desks."""

    account_id: str
    name: str | None
    desks: tuple[str, ...]


class FilterOut(BaseModel):
    """A worklist's conditions under a name of one's own."""

    name: str
    asked: dict[str, str | bool | None]


class ReasonOut(BaseModel):
    """Why a case may be rejected (policy data); `false_declaration`: it puts the person on the
    abnormal list."""

    code: str
    label: str
    false_declaration: bool
