"""Reading policy files: YAML in, checked models out, every problem under its file's name."""

import hashlib
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Generic, TypeVar

import yaml
from pydantic import ValidationError

from shared.policy.base import PolicyFile

F = TypeVar("F", bound=PolicyFile)


class _StrictLoader(yaml.SafeLoader):
    """YAML that refuses a key given twice: the second would silently win."""

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, object]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for at, key in enumerate(keys):
            if key in keys[:at]:
                raise yaml.constructor.ConstructorError(
                    problem=f"the key {key!r} is given twice",
                    problem_mark=node.value[at][0].start_mark,
                )
        return super().construct_mapping(node, deep=deep)


def default_folder() -> Path:
    """`policies/` beside the package `shared`: so in a checkout, so in an installed wheel."""
    return Path(__file__).resolve().parents[2] / "policies"


@dataclass(frozen=True, slots=True)
class Loaded(Generic[F]):
    """One file: its path below the policy folder, the digest of its bytes, its content."""

    name: str
    digest: str
    content: F


@dataclass(slots=True)
class PolicyReader:
    """Reads files below one folder and gathers every problem instead of stopping at the first."""

    root: Path
    problems: list[str] = field(default_factory=list)

    def read(self, name: str, model: type[F]) -> Loaded[F] | None:
        """One file as a model, or None after noting what is wrong with it."""
        try:
            raw = (self.root / name).read_bytes()
        except FileNotFoundError:
            self.problems.append(f"{name}: the file is missing")
            return None
        try:
            data = _StrictLoader(raw).get_single_data()
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            self.problems.append(f"{name}: not readable as YAML: {' '.join(str(error).split())}")
            return None
        if not isinstance(data, Mapping):
            self.problems.append(f"{name}: must be a mapping of names to values")
            return None
        try:
            content = model.model_validate(data)
        except ValidationError as error:
            self.problems.extend(f"{name}: {line}" for line in problem_lines(error))
            return None
        return Loaded(name, hashlib.sha256(raw).hexdigest(), content)

    def read_kind(self, area: str, kind: str, model: type[F]) -> tuple[Loaded[F], ...]:
        """`kind.yaml` and `kind.<anything>.yaml` of an area, oldest first, one a day at most."""
        names = self.names(area, kind)
        if not names:
            self.problems.append(f"{area}/{kind}.yaml: the file is missing")
        found = [one for name in names if (one := self.read(name, model)) is not None]
        found.sort(key=lambda one: one.content.effective_from)
        for older, newer in pairwise(found):
            if older.content.effective_from == newer.content.effective_from:
                self.problems.append(
                    f"{newer.name}: effective_from: {older.name} is in force from the same day"
                )
        return tuple(found)

    def names(self, area: str, kind: str | None = None) -> tuple[str, ...]:
        """The area's YAML files, of one kind or of all, in alphabetical order."""
        return tuple(
            f"{area}/{path.name}"
            for path in sorted((self.root / area).glob("*.yaml"))
            if kind is None or path.name.partition(".")[0] == kind
        )


def problem_lines(error: ValidationError) -> list[str]:
    """`field: what is wrong`, a line for every problem."""
    return [
        f"{_where(problem['loc'])}{problem['msg'].removeprefix('Value error, ')}"
        for problem in error.errors(include_url=False)
    ]


def _where(location: tuple[int | str, ...]) -> str:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    return f"{path.removeprefix('.')}: " if path else ""
