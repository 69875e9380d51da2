"""Events to and from the bytes of the log: JSON, with personal fields encrypted."""

import base64
import hashlib
import os
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.events.keyring import KeyRing
from shared.events.model import Event, Metadata, Recorded
from shared.events.personal import ERASED, personal_fields
from shared.events.registry import EventRegistry
from shared.ports.event_store import NewEvent, StoredEvent

_SEALED: Final = "enc:1:"
_GONE: Final = "enc:gone"
_METADATA_FIELDS: Final = tuple(f.name for f in fields(Metadata))
_KNOWN_METADATA: Final = frozenset(_METADATA_FIELDS)


class EventCodec:
    """Encodes and decodes events with the subjects' keys."""

    def __init__(self, registry: EventRegistry, keyring: KeyRing) -> None:
        self.registry = registry
        self.keyring = keyring
        self._upcast_types = frozenset(registry.upcasters)

    async def encode(
        self, stream: str, events: Sequence[Event], metadata: Metadata
    ) -> list[NewEvent]:
        """Ready to append. Event ids derive from the command id, so a retried command makes the
        same ones, and one with the same id but another content makes others. Personal fields of an
        erased person are not recorded."""
        for event in events:
            if self.registry.events.get(event.stored_type) is not type(event):
                raise TypeError(f"{type(event).__name__} is not listed in its context's EVENTS")
        sealing = [e for e in events if personal_fields(type(e))]
        key: AESGCM | None = None
        if sealing:
            if metadata.subject is None:
                raise TypeError(
                    f"{type(sealing[0]).__name__} holds personal data, but has no subject"
                )
            key = (await self.keyring.load((metadata.subject,), create=True))[metadata.subject]
        head = orjson.dumps(
            {
                name: value
                for name in _METADATA_FIELDS
                if (value := getattr(metadata, name)) is not None
            }
        )
        return [
            NewEvent(
                id=event_id(f"{metadata.command_id}{metadata.request_hash or ''}", stream, index),
                type=event.stored_type,
                data=_encode_data(event, metadata.subject or "", key),
                metadata=head,
            )
            for index, event in enumerate(events)
        ]

    async def decode(self, stored: Iterable[StoredEvent]) -> list[Recorded[Event]]:
        """The events as models of today's version; raises UnknownEventType, ValidationError."""
        batch = [(s, decode_metadata(s.metadata)) for s in stored]
        keys = await self.keyring.load({m.subject for _, m in batch if m.subject is not None})
        return [
            Recorded(
                self._decode_data(s, m.subject, keys.get(m.subject) if m.subject else None),
                s.id, s.stream, s.version, s.position, s.recorded_at, m,
            )
            for s, m in batch
        ]  # fmt: skip

    def _decode_data(self, stored: StoredEvent, subject: str | None, key: AESGCM | None) -> Event:
        model = self.registry.events.get(stored.type)
        if (
            model is not None
            and not personal_fields(model)
            and stored.type not in self._upcast_types
        ):
            return model.model_validate_json(stored.data)
        data: dict[str, Any] = orjson.loads(stored.data)
        # Which fields an older type had marked is not known any more; of today's it is, and there a
        # public text may say what it likes.
        names = data if model is None else personal_fields(model)
        for name in names:
            value = data.get(name)
            if type(value) is str and (value.startswith(_SEALED) or value == _GONE):
                data[name] = _open(value, key, _bound(subject or "", stored.type, name))
        model, data = self.registry.resolve(stored.type, data)
        return model.model_validate(data)


def event_id(command_id: str, stream: str, index: int) -> str:
    """A UUID (RFC 9562, version 8) that is the same whenever the same command is tried again."""
    digest = hashlib.sha256(f"{command_id}\0{stream}\0{index}".encode()).digest()[:16]
    value = (int.from_bytes(digest, "big") & ~(0xF << 76) & ~(0x3 << 62)) | (8 << 76) | (2 << 62)
    return str(uuid.UUID(int=value))


def decode_metadata(data: bytes) -> Metadata:
    """Metadata from its JSON; fields of a newer writer are passed over."""
    values = orjson.loads(data)
    if not values.keys() <= _KNOWN_METADATA:
        values = {k: v for k, v in values.items() if k in _KNOWN_METADATA}
    return Metadata(**values)


def _encode_data(event: Event, subject: str, key: AESGCM | None) -> bytes:
    names = personal_fields(type(event))
    if not names:
        return event.__pydantic_serializer__.to_json(event)
    data = event.model_dump(mode="json")
    for name in names:
        if key is None or getattr(event, name) is ERASED:
            data[name] = _GONE
        else:
            data[name] = _seal(data[name], key, _bound(subject, event.stored_type, name))
    return orjson.dumps(data)


def _bound(subject: str, stored_type: str, name: str) -> bytes:
    return f"{subject}\0{stored_type}\0{name}".encode()


def _seal(value: Any, key: AESGCM, bound: bytes) -> str:
    nonce = os.urandom(12)
    sealed = nonce + key.encrypt(nonce, orjson.dumps(value), bound)
    return _SEALED + base64.b64encode(sealed).decode()


def _open(value: str, key: AESGCM | None, bound: bytes) -> Any:
    if key is None or not value.startswith(_SEALED):
        return ERASED
    sealed = base64.b64decode(value[len(_SEALED) :])
    try:
        return orjson.loads(key.decrypt(sealed[:12], sealed[12:], bound))
    except InvalidTag:
        return ERASED
