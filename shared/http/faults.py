"""Pydantic's validation errors as fields at fault, in Chinese, without the values."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shared.domain.errors import FieldError

_WORDS: Final[Mapping[str, str]] = {
    "missing": "必填",
    "extra_forbidden": "不认识的字段",
    "string_type": "应为文字",
    "string_too_short": "至少 {min_length} 个字符",
    "string_too_long": "至多 {max_length} 个字符",
    "string_pattern_mismatch": "格式不符",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
    "too_short": "至少 {min_length} 项",
    "too_long": "至多 {max_length} 项",
    "enum": "不在可选值之内：{expected}",
    "literal_error": "不在可选值之内：{expected}",
    "date_type": "应为日期，如 1980-03-04",
    "date_parsing": "应为日期，如 1980-03-04",
    "date_from_datetime_parsing": "应为日期，如 1980-03-04",
    "datetime_parsing": "应为时间（ISO 8601）",
    "uuid_parsing": "不是有效的编号",
    "greater_than_equal": "不得小于 {ge}",
    "greater_than": "须大于 {gt}",
    "less_than_equal": "不得大于 {le}",
    "less_than": "须小于 {lt}",
    "value_error": "内容不符合要求",
}


def field_errors(errors: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    """Every field at fault: body fields as JSON pointers (RFC 6901), the others under their place
    (`/query/limit`, `/path/id`, `/header/…`)."""
    return [FieldError(_pointer(e["loc"]), _code(e["type"]), _words(e)) for e in errors]


def _pointer(location: Sequence[str | int]) -> str:
    parts = list(location)
    if parts and parts[0] == "body":
        parts = parts[1:]
    return "".join("/" + str(p).replace("~", "~0").replace("/", "~1") for p in parts)


def _code(type_: str) -> str:
    return type_.replace("_", "-")


def _words(error: Mapping[str, Any]) -> str:
    try:
        return _WORDS.get(error["type"], "内容不符合要求").format(**error.get("ctx", {}))
    except (KeyError, IndexError):
        return "内容不符合要求"
