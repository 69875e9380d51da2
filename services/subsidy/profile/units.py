"""The units of a profile (manual §3.4.3): the dispatched name two, everybody else the host."""

from collections.abc import Iterator, Mapping
from typing import Final

from services.subsidy.profile.model import Profile, Unit, UnitRole
from shared.domain.errors import FieldError

LABELS: Final[Mapping[UnitRole, str]] = {"recruiting_unit": "引进单位", "host_unit": "用工单位"}


def unit_faults(profile: Profile, units: Mapping[str, Unit]) -> Iterator[FieldError]:
    """What is wrong with the units named; `units` are those among them that are known, by id."""
    for role in LABELS:
        id = getattr(profile, role)
        known = units.get(id or "")
        if id and (known is None or not known.open):
            message = "请从列表中选择单位；列表中没有的，请联系单位先在本平台注册。"
            yield FieldError(f"/{role}", "unknown-unit", message)
    recruiting = profile.recruiting_unit
    if recruiting and profile.dispatch is False:
        message = "非劳务派遣（服务外包）人才只需选择用工单位。"
        yield FieldError("/recruiting_unit", "not-dispatched", message)
    elif recruiting and recruiting in units and not units[recruiting].dispatch:
        message = "引进单位须为劳务派遣（服务外包）公司。"
        yield FieldError("/recruiting_unit", "not-a-dispatch-company", message)
    if recruiting and recruiting == profile.host_unit:
        message = "引进单位与用工单位不能是同一单位。"
        yield FieldError("/host_unit", "units-equal", message)
