"""Writes and compares what `docs/` holds of the event models."""

import json
from pathlib import Path

from shared.events.registry import EventRegistry
from shared.events.schemas import asyncapi, event_schema

TITLE = "襄阳市人才综合服务平台 / Talent Service Platform of Xiangyang"


def documents(registry: EventRegistry) -> dict[str, str]:
    """Every generated file's text, by its path under `docs/`."""
    found = {
        f"schemas/{name}.json": _text(event_schema(model))
        for name, model in registry.events.items()
    }
    return found | {"asyncapi.json": _text(asyncapi(registry, TITLE, "1.0.0"))}


def write(registry: EventRegistry, docs: Path) -> int:
    """Write them all, and remove schemas that no event has any more; returns how many there are."""
    wanted = documents(registry)
    for old in (docs / "schemas").glob("*.json"):
        if f"schemas/{old.name}" not in wanted:
            old.unlink()
    for path, text in wanted.items():
        target = docs / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return len(wanted)


def _text(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=False) + "\n"
