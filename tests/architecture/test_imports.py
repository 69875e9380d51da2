"""Who may import whom, inside and between the contexts."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ROOT / "services"
PURE = {"events", "private_events", "commands", "decider", "policies", "views", "reactions"}
PURE_LIBRARIES = {"pydantic"}
PURE_SHARED = ("shared.domain", "shared.events", "shared.policy", "shared.ports.view_store",
               "shared.ports.feed", "shared.runtime.projection", "shared.runtime.reactor",
               "shared.runtime.deadlines", "shared.casework.view", "shared.casework.facts",
               "shared.casework.commands", "shared.casework.decisions",
               "shared.casework.state")  # fmt: skip
ADAPTERS = "shared.adapters"


def modules() -> list[Path]:
    return sorted(p for p in SERVICES.rglob("*.py") if p.name != "__init__.py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield f"{node.module}.{alias.name}"


def context_of(path: Path) -> str:
    return path.relative_to(SERVICES).parts[0]


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_context_imports_of_another_only_its_events_and_how_they_are_read(path: Path) -> None:
    foreign = [
        name
        for name in imports(path)
        if name.startswith("services.") and name.split(".")[1] != context_of(path)
    ]
    assert [n for n in foreign if n.split(".")[2] not in ("events", "readings")] == []


@pytest.mark.parametrize(
    "path", [p for p in modules() if p.stem in PURE], ids=lambda p: str(p.relative_to(ROOT))
)
def test_rules_and_views_import_nothing_that_does_io(path: Path) -> None:
    impure = [name for name in imports(path) if not _pure(name)]
    assert impure == []


def _pure(name: str) -> bool:
    top = name.split(".")[0]
    if top == "shared":
        return name.startswith(PURE_SHARED)
    if top == "services":
        return True
    return top in PURE_LIBRARIES or top in _STANDARD


@pytest.mark.parametrize(
    "path", [p for p in modules() if p.stem != "main"], ids=lambda p: str(p.relative_to(ROOT))
)
def test_adapters_are_named_in_main_alone(path: Path) -> None:
    assert [name for name in imports(path) if name.startswith(ADAPTERS)] == []


_STANDARD = {
    "__future__", "collections", "dataclasses", "datetime", "decimal", "enum", "functools",
    "hashlib", "itertools", "re", "string", "typing", "zoneinfo",
}  # fmt: skip
