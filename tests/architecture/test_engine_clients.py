"""A client library near its end of life is one package's work to replace."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(p for top in ("shared", "services", "talent") for p in (ROOT / top).rglob("*.py"))


def libraries(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("esdbclient", "eventstoredb"),
        ("grpc", "eventstoredb"),
        ("motor", "mongodb"),
        ("aiokafka", "kafka"),
    ],
)
def test_an_engines_client_is_named_in_its_adapter_alone(library: str, package: str) -> None:
    home = ROOT / "shared/adapters" / package
    users = {path for path in SOURCES if library in libraries(path)}
    assert users
    assert [str(p.relative_to(ROOT)) for p in users if home not in p.parents] == []
