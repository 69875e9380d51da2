"""Every event version ever recorded decodes for ever, and to the same thing.

A golden file is written once, when its version is born, and never changed:
`python tests/golden/test_golden_events.py` writes those that are missing.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.testing.samples import sample
from talent.registry import registry

FILES = Path(__file__).parent / "events"
REGISTRY = registry()


def test_every_event_version_has_its_golden_file() -> None:
    recorded = {p.stem for p in FILES.glob("*.json")}
    assert recorded >= set(REGISTRY.events) | set(REGISTRY.upcasters)


@pytest.mark.parametrize("path", sorted(FILES.glob("*.json")), ids=lambda p: p.stem)
def test_a_golden_event_decodes_to_what_it_always_meant(path: Path) -> None:
    golden = json.loads(path.read_text(encoding="utf-8"))
    model, data = REGISTRY.resolve(path.stem, dict(golden["stored"]))
    decoded = json.loads(model.model_validate(data).model_dump_json())
    assert _as_far_as(golden["decoded"], decoded) == golden["decoded"]


def _as_far_as(meant: Any, found: Any) -> Any:
    """What was found, without fields that came later: they have a default, and are no part of what
    was meant then."""
    match meant, found:
        case dict(), dict():
            return {name: _as_far_as(meant[name], found.get(name)) for name in meant}
        case list(), list() if len(meant) == len(found):
            return [_as_far_as(a, b) for a, b in zip(meant, found, strict=True)]
        case _:
            return found


def write_missing() -> None:
    FILES.mkdir(exist_ok=True)
    for name, model in REGISTRY.events.items():
        path = FILES / f"{name}.json"
        if not path.exists():
            stored = sample(model)
            decoded = json.loads(model.model_validate(stored).model_dump_json())
            text = json.dumps({"stored": stored, "decoded": decoded}, ensure_ascii=False, indent=2)
            path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_missing()
