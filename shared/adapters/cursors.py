"""The cursors of view stores: the sort that one was made for, and the last document's values."""

import base64
from typing import Any

import orjson

from shared.ports.view_store import BadCursor, Find


def encode(find: Find, values: list[Any]) -> str:
    """Opaque, and bound to the sort it was made for."""
    return base64.urlsafe_b64encode(orjson.dumps([list(find.sort), values])).decode().rstrip("=")


def decode(find: Find) -> list[Any]:
    """The values that `find.after` was made of, the key last. Raises BadCursor."""
    text = find.after or ""
    try:
        sort, values = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if sort != list(find.sort) or len(values) != len(sort) + 1:
            raise BadCursor
        if not all(isinstance(v, str | int | float | None) for v in values):
            raise BadCursor
        if any(isinstance(v, int) and not -(2**63) <= v < 2**63 for v in values):
            raise BadCursor
    except (ValueError, TypeError) as garbage:
        raise BadCursor from garbage
    return list(values)
