"""A review plan as it is pinned into a case at submission: stages, desks, and who is above them."""

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


class PinnedPlan(Value):
    """Stages in order. Names of stages and of desks are unique within a plan."""

    version: str
    stages: tuple[PinnedStage, ...]

    def desk(self, name: str) -> PinnedDesk | None:
        """The desk of a name, in whichever stage."""
        return next((d for s in self.stages for d in s.desks if d.name == name), None)
