"""`Find` and `Where` as MongoDB filters. A document lies whole under `d`, its key in `_id`."""

from collections.abc import Sequence
from typing import Any, Final

from shared.adapters.cursors import decode
from shared.ports.view_store import Find, Where

Filter = dict[str, Any]

_COMPARE: Final = {"lt": "$lt", "lte": "$lte", "gt": "$gt", "gte": "$gte", "ne": "$ne"}
_BEYOND_ANY_TEXT: Final = "\U0010ffff"


def field(name: str) -> str:
    """Where a top-level field of a document lies."""
    return f"d.{name}"


def conditions(where: Sequence[Where]) -> Filter:
    """All of them hold."""
    parts = [_condition(one) for one in where]
    return {"$and": parts} if parts else {}


def _condition(where: Where) -> Filter:
    name = field(where.field)
    match where.op:
        case "eq":
            return {name: where.value}
        case "in":
            return {name: {"$in": list(where.value)}}  # type: ignore[arg-type]
        case "has":
            wanted = where.value if isinstance(where.value, list | tuple) else [where.value]
            return {name: {"$in": list(wanted)}}
        case "prefix":
            text = str(where.value)
            return {name: {"$gte": text, "$lt": text + _BEYOND_ANY_TEXT}}
        case op:
            return {name: {_COMPARE[op]: where.value}}


def order(find: Find) -> list[tuple[str, int]]:
    """The sort, the key last; MongoDB puts nulls and absent fields first, as the port asks."""
    fields = [(field(s.removeprefix("-")), -1 if s.startswith("-") else 1) for s in find.sort]
    return [*fields, ("_id", fields[-1][1] if fields else 1)]


def after(find: Find) -> Filter:
    """The documents behind the cursor. Raises BadCursor."""
    if find.after is None:
        return {}
    values, alternatives = decode(find), []
    by = order(find)
    for index, (name, direction) in enumerate(by):
        beyond = _beyond(name, values[index], direction)
        if beyond is not None:
            equal = [{n: values[i]} for i, (n, _) in enumerate(by[:index])]
            alternatives.append({"$and": [*equal, beyond]})
    return {"$or": alternatives}


def _beyond(name: str, value: Any, direction: int) -> Filter | None:
    if direction < 0:
        if value is None:
            return None
        return {"$or": [{name: {"$lt": value}}, {name: None}]}
    return {name: {"$ne": None}} if value is None else {name: {"$gt": value}}
