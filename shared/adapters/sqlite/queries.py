"""`Find` and `Where` as SQL over JSON documents."""

import re
from typing import Any, Final

from shared.adapters.cursors import decode
from shared.ports.view_store import Find, Operator, Where

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_COMPARE: Final[dict[Operator, str]] = {
    "eq": "=", "ne": "IS NOT", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=",
}  # fmt: skip

Parameters = list[Any]


def name(text: str) -> str:
    """A collection's or field's name, fit to stand in SQL. Raises ValueError for any other."""
    if not _NAME.fullmatch(text):
        raise ValueError(f"{text!r} is no name")
    return text


def field(text: str) -> str:
    """The SQL expression of a top-level field; indexes are over the same."""
    return f"json_extract(doc, '$.{name(text)}')"


def conditions(where: tuple[Where, ...] | list[Where]) -> tuple[str, Parameters]:
    """The condition that all of them hold, and its parameters."""
    if not where:
        return "1", []
    parts = [_condition(w) for w in where]
    return " AND ".join(p[0] for p in parts), [value for p in parts for value in p[1]]


def _condition(where: Where) -> tuple[str, Parameters]:
    expression = field(where.field)
    match where.op:
        case "in":
            values = list(where.value)  # type: ignore[arg-type]
            return f"{expression} IN ({','.join('?' * len(values))})", values
        case "eq" if where.value is None:
            return f"{expression} IS NULL", []
        case "eq":
            return f"{expression} = ?", [where.value]
        case "has":
            array = f"json_each(doc, '$.{name(where.field)}')"
            wanted = where.value if isinstance(where.value, list | tuple) else [where.value]
            marks = ",".join("?" * len(wanted))
            one = f"EXISTS (SELECT 1 FROM {array} AS item WHERE item.value IN ({marks}))"  # noqa: S608
            return one, list(wanted)
        case "prefix":
            text = str(where.value)
            return f"({expression} >= ? AND {expression} < ?)", [text, text + "\U0010ffff"]
        case op:
            return f"{expression} {_COMPARE[op]} ?", [where.value]


def order(find: Find) -> list[tuple[str, bool]]:
    """(SQL expression, descending) for each sort field, the key last."""
    fields = [(field(s.removeprefix("-")), s.startswith("-")) for s in find.sort]
    return [*fields, ("key", fields[-1][1] if fields else False)]


def after(find: Find, by: list[tuple[str, bool]]) -> tuple[str, Parameters]:
    """The condition that a document comes after the cursor; nulls come first."""
    if find.after is None:
        return "1", []
    values = decode(find)
    alternatives: list[str] = []
    parameters: Parameters = []
    for index, (expression, descending) in enumerate(by):
        equal = [f"{e} IS ?" for e, _ in by[:index]]
        beyond, more = _beyond(expression, values[index], descending)
        alternatives.append("(" + " AND ".join([*equal, beyond]) + ")")
        parameters += [*values[:index], *more]
    return "(" + " OR ".join(alternatives) + ")", parameters


def _beyond(expression: str, value: Any, descending: bool) -> tuple[str, Parameters]:
    if descending:
        if value is None:
            return "0", []
        return f"({expression} < ? OR {expression} IS NULL)", [value]
    if value is None:
        return f"{expression} IS NOT NULL", []
    return f"{expression} > ?", [value]
