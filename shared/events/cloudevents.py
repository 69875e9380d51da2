"""CloudEvents 1.0: how an event looks outside, as JSON or as headers and a body (binary mode)."""

from typing import Any, Final

import orjson

from shared.events.codec import decode_metadata
from shared.ports.event_store import StoredEvent

_SPECVERSION: Final = "1.0"
_EXTENSIONS: Final = {
    "actor": "actor",
    "causation_id": "causationid",
    "correlation_id": "correlationid",
    "trace_parent": "traceparent",
    "policy_version": "policyversion",
}


def attributes(event: StoredEvent) -> dict[str, str]:
    """The context attributes and extensions; `subject` is the person's pseudonym."""
    metadata = decode_metadata(event.metadata)
    found = {
        "specversion": _SPECVERSION,
        "id": event.id,
        "source": f"/{event.type.partition('.')[0]}/{event.category}",
        "type": event.type,
        "time": event.recorded_at.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "dataschema": f"urn:talent:schema:{event.type}",
        "stream": event.stream,
        "streamversion": str(event.version),
    }
    if metadata.subject is not None:
        found["subject"] = metadata.subject
    for name, extension in _EXTENSIONS.items():
        if (value := getattr(metadata, name)) is not None:
            found[extension] = str(value)
    return found


def binary(event: StoredEvent) -> tuple[list[tuple[str, bytes]], bytes]:
    """Kafka's binary mode: headers `ce_…` and `content-type`, and the data as the value."""
    found = attributes(event)
    content_type = found.pop("datacontenttype")
    headers = [(f"ce_{name}", value.encode()) for name, value in found.items()]
    return [*headers, ("content-type", content_type.encode())], event.data


def structured(event: StoredEvent) -> dict[str, Any]:
    """One JSON object with everything in it."""
    return attributes(event) | {"data": orjson.loads(event.data)}
