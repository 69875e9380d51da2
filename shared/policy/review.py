"""Review plans as data: who decides, in which order, by when.

The review engine has its own, resolved form (which organisation, which district); a context maps
one to the other.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.policy.base import PolicyData, Rule, Slug, TalentClassCode, Text, repeated

DeskScope = Literal["district", "city", "organisation"]
RegionScope = Literal["district", "city"]


class DeskRef(PolicyData):
    """A role and how far it reaches; the case supplies the district or the organisation."""

    role: Slug
    scope: DeskScope


class DeskPolicy(DeskRef):
    """One desk of a stage.

    `superiors` are asked in order when nobody at the desk may decide the case; `due_working_days`
    counts from the case's arrival at the desk.
    """

    label: Text
    due_working_days: Annotated[int, Field(ge=1, le=250)]
    superiors: tuple[DeskRef, ...] = ()

    @model_validator(mode="after")
    def _the_way_up_never_comes_back(self) -> Self:
        chain = [(self.role, self.scope), *((s.role, s.scope) for s in self.superiors)]
        if len(set(chain)) < len(chain):
            raise ValueError("superiors: a desk stands twice in the chain")
        return self


class StagePolicy(PolicyData):
    """Desks that decide side by side: all of them must approve."""

    code: Slug
    label: Text
    desks: Annotated[tuple[DeskPolicy, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _a_role_sits_once(self) -> Self:
        if twice := repeated(desk.role for desk in self.desks):
            raise ValueError(f"desks: two of one role: {', '.join(twice)}")
        return self


class ObjectionPolicy(PolicyData):
    """A rejection can be objected to for `days` after its own, and is answered within
    `due_working_days`."""

    days: Annotated[int, Field(ge=1, le=365)]
    due_working_days: Annotated[int, Field(ge=1, le=250)]


class ReviewPlanPolicy(Rule):
    """The stages, in order, of the cases of some classes from regions of one scope."""

    code: Slug
    classes: Annotated[tuple[TalentClassCode, ...], Field(min_length=1)]
    region_scope: RegionScope
    stages: Annotated[tuple[StagePolicy, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _stages_have_names_of_their_own(self) -> Self:
        if twice := repeated(stage.code for stage in self.stages):
            raise ValueError(f"stages: two of one code: {', '.join(twice)}")
        return self
