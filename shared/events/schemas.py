"""JSON Schemas and an AsyncAPI 3 document, made from the models: what a consumer reads."""

from collections.abc import Iterable
from typing import Any, Final

from shared.domain.decider import Category
from shared.events.model import Event
from shared.events.personal import personal_fields
from shared.events.registry import EventRegistry

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_SEALED: Final = {
    "type": "string",
    "pattern": "^enc:",
    "description": "Personal: encrypted with the subject's own key (AES-256-GCM); "
    "`enc:gone` once the person is erased.",
}


def event_schema(model: type[Event]) -> dict[str, Any]:
    """The schema of an event's data as it is stored and published."""
    schema = model.model_json_schema(mode="serialization")
    properties = schema.get("properties", {})
    for name in personal_fields(model):
        properties[name] = _SEALED | {"title": properties[name].get("title", name)}
    _prune(schema)
    return {"$schema": _DIALECT, "$id": f"urn:talent:schema:{model.stored_type}"} | schema


def asyncapi(registry: EventRegistry, title: str, version: str) -> dict[str, Any]:
    """Every public topic with its messages (AsyncAPI 3.0)."""
    public = [c for c in registry.categories.values() if c.public]
    topics = sorted({c.context for c in public})
    messages = {m.stored_type: m for m in _public_events(registry, public)}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": title, "version": version},
        "defaultContentType": "application/json",
        "channels": {t: _channel(t, messages) for t in topics},
        "operations": {
            f"publish-{t}": {"action": "send", "channel": {"$ref": f"#/channels/{t}"}}
            for t in topics
        },
        "components": {"messages": {name: _message(m) for name, m in sorted(messages.items())}},
    }


def _public_events(registry: EventRegistry, public: Iterable[Category]) -> list[type[Event]]:
    contexts = {c.context for c in public}
    return [
        model
        for name, model in registry.events.items()
        if name.partition(".")[0] in contexts and not model.private
    ]


def _channel(topic: str, messages: dict[str, type[Event]]) -> dict[str, Any]:
    mine = sorted(name for name in messages if name.startswith(f"{topic}."))
    return {
        "address": f"{topic}.events",
        "description": "Key: the stream's name. CloudEvents 1.0, binary mode.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in mine},
    }


def _message(model: type[Event]) -> dict[str, Any]:
    summary = (model.__doc__ or "").strip().partition("\n\n")[0]
    return {
        "name": model.stored_type,
        "summary": " ".join(summary.split()),
        "payload": {"$ref": f"schemas/{model.stored_type}.json"},
    }


def _prune(schema: dict[str, Any]) -> None:
    """Drop definitions that only sealed fields referred to."""
    definitions: dict[str, Any] = schema.pop("$defs", {})
    needed: set[str] = set()
    queue = [schema]
    while queue:
        for name in _references(queue.pop()) - needed:
            needed.add(name)
            queue.append(definitions[name])
    if needed:
        schema["$defs"] = {name: definitions[name] for name in sorted(needed)}


def _references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"].rpartition("/")[2]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(_references(v) for v in node.values()))
    if isinstance(node, list):
        return set().union(*(_references(v) for v in node))
    return set()
