"""Addresses: codes of the administrative divisions, and the rest in words."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, StringConstraints

from shared.domain.errors import FieldError

Line = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]


class Address(BaseModel):
    """Codes of the divisions' data set, and the rest of the address in words. The township may be
    left out, and so may levels that the place does not have."""

    model_config = ConfigDict(frozen=True)

    province: Line = ""
    city: Line = ""
    county: Line = ""
    township: Line = ""
    line: Line = ""


class Places(Protocol):
    """The administrative divisions."""

    def is_valid(
        self, province: str, city: str = "", county: str = "", township: str = ""
    ) -> bool: ...

    def name(self, code: str) -> str | None: ...


def address_faults(at: str, address: Address | None, places: Places) -> Iterator[FieldError]:
    if address is None or places.is_valid(*_levels(address)):
        return
    # A draft may stop at a level: what was chosen so far must be places, each in the one before.
    chosen = [code for code in _levels(address) if code]
    known = all(places.name(code) is not None for code in chosen)
    if not known or not all(code.startswith(above) for above, code in pairwise(chosen)):
        yield FieldError(at, "unknown-place", "省、市、县（区）、乡镇不匹配，请重新选择。")


def address_missing(name: str, address: Address | None, places: Places) -> Iterator[FieldError]:
    if address is None:
        return
    if not address.province or not places.is_valid(*_levels(address)):
        yield FieldError(f"/{name}", "required", "请选择省、市、县（区）。")
    if not address.line:
        yield FieldError(f"/{name}/line", "required", "请填写详细地址。")


def _levels(address: Address) -> tuple[str, str, str, str]:
    return address.province, address.city, address.county, address.township
