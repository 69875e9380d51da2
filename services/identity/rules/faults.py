"""How a form is checked so that every field at fault is named at once.

A rule returns the normalised value or raises `Invalid`, and knows nothing of the form it is in; the
form gives each field its JSON pointer:

    faults = Faults()
    with faults.at("/name"):
        name = parse_real_name(body.name)
    with faults.at("/document/number"):
        document = parse_document(body.document.type, body.document.number, today)
    faults.raise_if_any()

Until `raise_if_any` has passed, a value may be unbound: a rule that needs a second field is given
the raw one.
"""

from types import TracebackType

from shared.domain.errors import DomainError, FieldError

INVALID_FIELDS = "invalid-fields"


class Invalid(ValueError):
    """A value that a rule refuses: a stable code and a Chinese sentence that says what would help.

    Neither ever holds the value itself, so both may be logged.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Faults:
    """Collects the `FieldError`s of one form."""

    def __init__(self) -> None:
        self._fields: list[FieldError] = []

    def at(self, pointer: str) -> "_At":
        """A block whose `Invalid` is recorded under a JSON pointer (RFC 6901)."""
        return _At(self._fields, pointer)

    def add(self, pointer: str, code: str, message: str) -> None:
        """Record a fault that no rule raised, such as a captcha's."""
        self._fields.append(FieldError(pointer, code, message))

    @property
    def fields(self) -> tuple[FieldError, ...]:
        """What was recorded so far, in order."""
        return tuple(self._fields)

    def raise_if_any(self) -> None:
        """Raises `DomainError("invalid-fields", 422)` with every recorded field."""
        if self._fields:
            raise DomainError(INVALID_FIELDS, status=422, fields=self.fields)


class _At:
    def __init__(self, fields: list[FieldError], pointer: str) -> None:
        self._fields = fields
        self._pointer = pointer

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if isinstance(error, Invalid):
            self._fields.append(FieldError(self._pointer, error.code, error.message))
            return True
        return False
