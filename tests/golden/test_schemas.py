from pathlib import Path

from talent.registry import registry
from talent.schemas import documents

DOCS = Path(__file__).parents[2] / "docs"


def test_the_schemas_in_docs_are_those_of_the_models() -> None:
    wanted = documents(registry())
    there = {f"schemas/{p.name}" for p in (DOCS / "schemas").glob("*.json")} | {"asyncapi.json"}
    assert there == set(wanted), "run `make schemas`"
    stale = [path for path, text in wanted.items() if (DOCS / path).read_text("utf-8") != text]
    assert stale == [], "run `make schemas`"
