"""What a rule says no with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field at fault: a JSON pointer (RFC 6901), a stable code, a sentence in Chinese."""

    pointer: str
    code: str
    message: str


@dataclass
class DomainError(Exception):
    """A command that the rules refuse.

    `code` is stable kebab-case and the key of the sentence in `shared/http/messages.py`;
    `status` is the HTTP status it becomes (409 unless said); `params` fill the sentence's
    placeholders; `fields` name every input at fault at once. Never put personal data into `params`.
    """

    code: str
    status: int = 409
    params: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[FieldError, ...] = ()

    def __str__(self) -> str:
        return self.code
