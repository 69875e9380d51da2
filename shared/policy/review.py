"""Review plans as data: who decides, in which order, by when.

The review engine has its own, resolved form (which organisation, which district); a context maps
one to the other.
"""

from typing import Annotated, Literal

from pydantic import Field

from shared.policy.base import PolicyData, Rule, Slug, TalentClassCode, Text

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


class StagePolicy(PolicyData):
    """Desks that decide side by side: all of them must approve."""

    code: Slug
    label: Text
    desks: Annotated[tuple[DeskPolicy, ...], Field(min_length=1)]


class ReviewPlanPolicy(Rule):
    """The stages, in order, of the cases of some classes from regions of one scope."""

    code: Slug
    classes: Annotated[tuple[TalentClassCode, ...], Field(min_length=1)]
    region_scope: RegionScope
    stages: Annotated[tuple[StagePolicy, ...], Field(min_length=1)]
