"""A sample of any JSON Schema that our models make: for golden files, previews and load."""

from typing import Any, Final

from pydantic import BaseModel

Schema = dict[str, Any]

_BY_FORMAT: Final = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T08:30:00Z",
    "uuid": "00000000-0000-8000-8000-000000000001",
}
_BY_TYPE: Final[dict[str, Any]] = {"integer": 1, "number": 1.5, "boolean": True, "null": None}


def sample(model: type[BaseModel]) -> Schema:
    """JSON that the model accepts; every optional field is there, every list has one item."""
    schema = model.model_json_schema()
    made = _make(schema, schema.get("$defs", {}))
    assert isinstance(made, dict)
    return made


def _make(schema: Schema, definitions: Schema) -> Any:
    if "$ref" in schema:
        return _make(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "const" in schema:
        return schema["const"]
    if "examples" in schema:
        return schema["examples"][0]
    if "enum" in schema:
        return schema["enum"][0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return _make(schema[several][0], definitions)
    match schema.get("type"):
        case "object":
            return _make_object(schema, definitions)
        case "array":
            return _make_array(schema, definitions)
        case "string":
            text = "样本" * schema.get("minLength", 1)
            return _BY_FORMAT.get(schema.get("format", ""), text[: schema.get("maxLength", 100)])
        case other:
            return _BY_TYPE.get(other or "", "样本")


def _make_object(schema: Schema, definitions: Schema) -> Schema:
    made = {name: _make(s, definitions) for name, s in schema.get("properties", {}).items()}
    values = schema.get("additionalProperties")
    return made if made or not isinstance(values, dict) else {"键": _make(values, definitions)}


def _make_array(schema: Schema, definitions: Schema) -> list[Any]:
    if "prefixItems" in schema:
        return [_make(item, definitions) for item in schema["prefixItems"]]
    return [_make(schema["items"], definitions)] if "items" in schema else []
