"""Yuan, exact to the fen: `Decimal` in memory, text in JSON, never a float."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

FEN: Final = Decimal("0.01")
NOTHING: Final = Decimal("0.00")
_PATTERN: Final = r"^[0-9]{1,12}(\.[0-9]{1,2})?$"
_WRITTEN: Final = re.compile(_PATTERN)


def exact(value: Any) -> Decimal:
    """An amount from its text, or from a `Decimal` of whole fen; ValueError for a float, an
    exponent, a sign, or a fraction of a fen."""
    if isinstance(value, Decimal):
        value = f"{value:f}"
    if not isinstance(value, str) or not _WRITTEN.fullmatch(value):
        raise ValueError("an amount is written as text, in yuan, with at most two decimals")
    return Decimal(value).quantize(FEN)


def share(amount: Decimal, part: int, whole: int) -> Decimal:
    """`part` of `whole` of an amount, to the fen, a half upwards."""
    return (amount * part / whole).quantize(FEN, ROUND_HALF_UP)


Yuan = Annotated[
    Decimal,
    BeforeValidator(exact),
    PlainSerializer(lambda value: f"{value:.2f}", return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": _PATTERN, "examples": ["1000.00"]}),
]
"""An amount in a model; it reads and writes `"1000.00"`."""
