"""Personal data in events and views: how a model marks it, and what is left once it is erased."""

from enum import Enum
from functools import cache
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator

T = TypeVar("T")


class Erased(Enum):
    """The value of a personal field whose person was erased."""

    ERASED = "［已注销］"


ERASED: Final = Erased.ERASED


class _PersonalMarker:
    def __repr__(self) -> str:
        return "PERSONAL"


PERSONAL: Final = _PersonalMarker()


def _read(value: Any) -> Any:
    # In JSON an erased text would read as a text that happens to say so.
    return ERASED if value == ERASED.value else value


Personal = Annotated[T | Erased, PERSONAL, BeforeValidator(_read)]
"""`name: Personal[str]` is stored encrypted with the subject's key, and reads `ERASED` after it.

Only a whole field can be marked: write `Personal[str | None]`, not `Personal[str] | None`.
"""


def readable(value: T | Erased) -> T | None:
    """The value, or None for what was erased."""
    return None if isinstance(value, Erased) else value


@cache
def personal_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """The names of a model's own fields that are marked `Personal`."""
    return tuple(name for name, f in model.model_fields.items() if PERSONAL in f.metadata)


def scrub(document: BaseModel) -> BaseModel:
    """The document with every `Personal` field, nested ones too, replaced by `ERASED`."""
    values: dict[str, Any] = {
        name: _scrub(getattr(document, name)) for name in type(document).model_fields
    }
    values |= dict.fromkeys(personal_fields(type(document)), ERASED)
    return type(document).model_validate(values)


def _scrub(value: Any) -> Any:
    match value:
        case BaseModel():
            return scrub(value)
        case list() | tuple():
            return type(value)(_scrub(item) for item in value)
        case dict():
            return {key: _scrub(item) for key, item in value.items()}
        case _:
            return value
