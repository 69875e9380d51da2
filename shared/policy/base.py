"""What every piece of policy data has in common."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$")]
TalentClassCode = Literal["A", "B", "C", "D", "E", "F"]
CLASS_CODES: tuple[TalentClassCode, ...] = ("A", "B", "C", "D", "E", "F")


class PolicyData(BaseModel):
    """Read once, never changed; an unknown field is a spelling mistake and is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(PolicyData):
    """One rule and where it comes from: a manual section, a standard, or `illustrative`."""

    source: Text


class PolicyFile(PolicyData):
    """The head of every policy file: its own version, and the first Shanghai day it is in force."""

    version: Text
    effective_from: date


class PolicyError(Exception):
    """Policy data that cannot be used: every problem found, each naming its file and its field."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("policy data is not usable:\n  " + "\n  ".join(self.problems))


def repeated(values: Iterable[str]) -> tuple[str, ...]:
    """The values that occur more than once, each once, in the order of their second occurrence."""
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for value in values:
        if value in seen:
            twice[value] = None
        seen.add(value)
    return tuple(twice)
