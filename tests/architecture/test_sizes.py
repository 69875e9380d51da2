"""A file of over 250 lines or a function of over 40 hides a concept that wants a name."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted(p for top in ("shared", "services", "talent") for p in (ROOT / top).rglob("*.py"))
LONGEST_FILE = 250
LONGEST_FUNCTION = 40


def test_no_file_passes_its_limit() -> None:
    sizes = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in SOURCES}
    assert {str(p.relative_to(ROOT)): n for p, n in sizes.items() if n > LONGEST_FILE} == {}


def test_no_function_passes_its_limit() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    }
    assert long == {}
