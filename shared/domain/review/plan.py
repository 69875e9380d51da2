"""A review plan as it is pinned into a case at submission: stages, desks, and who is above them."""

from collections.abc import Hashable, Iterable

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value inside recorded facts; it ignores what a newer writer adds."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Desk(Value):
    """Where somebody sits: a role, and a concrete scope (`city`, `district:襄城区`,
    `organisation:<id>`)."""

    role: str
    scope: str

    @classmethod
    def parse(cls, text: str) -> "Desk":
        """From `role@scope`; ValueError for anything else."""
        role, at, scope = text.partition("@")
        if not (role and at and scope):
            raise ValueError("not role@scope")
        return cls(role=role, scope=scope)

    def __str__(self) -> str:
        return f"{self.role}@{self.scope}"


class PinnedDesk(Value):
    """A desk of a stage, by its name in the plan. `chain` is the desk itself, then its superiors,
    nearest first."""

    name: str
    label: str
    chain: tuple[Desk, ...]


class PinnedStage(Value):
    """Desks that decide side by side and must all approve, within so many working days."""

    name: str
    label: str
    desks: tuple[PinnedDesk, ...]
    due_working_days: int


class ObjectionTerms(Value):
    """A rejection may be objected to for so many days after its own; the objection is late after so
    many working days."""

    days: int = 15
    due_working_days: int = 15


class PinnedPlan(Value):
    """Stages in order. Names of stages and of desks are unique within a plan, and no desk comes
    twice in a chain."""

    version: str
    stages: tuple[PinnedStage, ...]
    objection: ObjectionTerms = ObjectionTerms()

    def desk(self, name: str) -> PinnedDesk | None:
        """The desk of a name, in whichever stage."""
        return next((d for s in self.stages for d in s.desks if d.name == name), None)

    def require_sound(self) -> None:
        """ValueError for a plan by which a case could not end. Asked when a plan is pinned, and not
        of what is recorded: that stays readable."""
        desks = [desk for stage in self.stages for desk in stage.desks]
        if not self.stages or not all(stage.desks for stage in self.stages):
            raise ValueError("a plan has stages, and a stage has desks")
        if _repeats(stage.name for stage in self.stages) or _repeats(desk.name for desk in desks):
            raise ValueError("the plan has two stages or two desks of one name")
        if any(not desk.chain or _repeats(desk.chain) for desk in desks):
            raise ValueError("a desk's chain in the plan is empty or comes back to itself")
        if any(stage.due_working_days < 1 for stage in self.stages):
            raise ValueError("a stage of the plan has at least one working day")


def _repeats(values: Iterable[Hashable]) -> bool:
    listed = list(values)
    return len(set(listed)) < len(listed)
