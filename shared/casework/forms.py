"""What reviewers send in: what they look for, and what they decide."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.review.application import Status
from shared.http.caller import Caller
from shared.ports.view_store import Where

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


class ObjectionForm(BaseModel):
    """Why; the talent's objection, or the answer to it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    words: Words


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


Sort = Literal["due", "-due", "submitted_at", "-submitted_at", "changed_at", "-changed_at"]


class Worklist(BaseModel):
    """What a reviewer asks to see: cases at their desks, unless said otherwise."""

    status: Status = Status.IN_REVIEW
    claim: Literal["any", "mine", "none"] = "any"
    overdue: bool | None = None
    sort: Sort = "due"

    def where(self, caller: Caller, desks: Sequence[str]) -> tuple[Where, ...]:
        """The conditions on a view of cases; every field that a subclass adds has to be equal."""
        waiting = self.status in (Status.IN_REVIEW, Status.OBJECTED)
        where = [
            Where("status", self.status.value),
            Where("waiting_for" if waiting else "desks", sorted(desks), "has"),
        ]
        if self.claim == "mine":
            where.append(Where("claimed_by", caller.account_id, "has"))
        if self.claim == "none":
            where.append(Where("claimed", value=False))
        named = {n: getattr(self, n) for n in type(self).model_fields if n not in _OWN}
        where += [Where(name, value) for name, value in named.items() if value is not None]
        if caller.person is not None:
            # Nobody decides on their own case, so it is no work of theirs.
            where.append(Where("person", caller.person, "ne"))
        return tuple(where)


_OWN: Final = {"status", "claim", "sort"}
