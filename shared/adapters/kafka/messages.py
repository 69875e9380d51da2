"""An event as a Kafka record (CloudEvents 1.0, binary mode), and back."""

from collections.abc import Sequence
from datetime import datetime

from shared.events.cloudevents import binary
from shared.ports.event_store import StoredEvent

Headers = list[tuple[str, bytes]]


def record_of(event: StoredEvent) -> tuple[bytes, bytes, Headers]:
    """Key (the stream, so that its events share a partition), value, headers. What CloudEvents has
    no attribute for goes into `talent_metadata` and `talent_position`."""
    headers, value = binary(event)
    more = [("talent_metadata", event.metadata), ("talent_position", str(event.position).encode())]
    return event.stream.encode(), value, [*headers, *more]


def event_of(value: bytes, headers: Sequence[tuple[str, bytes]]) -> StoredEvent:
    """Raises KeyError for a record that no relay of ours wrote."""
    found = dict(headers)
    return StoredEvent(
        id=found["ce_id"].decode(),
        type=found["ce_type"].decode(),
        data=value,
        metadata=found["talent_metadata"],
        stream=found["ce_stream"].decode(),
        version=int(found["ce_streamversion"]),
        position=int(found["talent_position"]),
        recorded_at=datetime.fromisoformat(found["ce_time"].decode().replace("Z", "+00:00")),
    )
