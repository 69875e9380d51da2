"""The roles of staff, who may give them, and what a desk is called."""

import re
from typing import Final

from shared.domain.errors import DomainError, FieldError

PLATFORM_ADMIN: Final = "platform_admin"
ORGANISATION_ADMIN: Final = "organisation_admin"
ORGANISATION_STAFF: Final = "organisation_staff"
ORGANISATION_DESK: Final = "organisation_review"
"""The government role that lets organisations in."""

GOVERNMENT_ROLES: Final = frozenset(
    {
        PLATFORM_ADMIN,
        ORGANISATION_DESK,
        "account-desk",
        "reviewer",
        "district_talent_desk",
        "hr_bureau",
        "talent_office",
        "housing_desk",
        "finance_clerk",
        "finance_checker",
        "data_reader",
    }
)
ORGANISATION_ROLES: Final = frozenset({ORGANISATION_ADMIN, ORGANISATION_STAFF})
ENTRANCE_OF: Final = {"employer": "employer", "hotel": "hotel", "developer": "developer"}

_DESK: Final = re.compile(r"[a-z_]+@(?:city|district:\w{1,20}|organisation:[0-9a-f]{32})")


def check_roles(entrance: str, roles: tuple[str, ...], desks: tuple[str, ...]) -> None:
    """Raises DomainError (422) naming roles and desks that this entrance's staff cannot have."""
    known = GOVERNMENT_ROLES if entrance == "government" else ORGANISATION_ROLES
    faults = [
        FieldError(f"/roles/{i}", "unknown-role", "没有这个角色")
        for i, role in enumerate(roles)
        if role not in known
    ]
    faults += [
        FieldError(f"/desks/{i}", "invalid-desk", "应为 角色@范围，如 hr_bureau@city")
        for i, desk in enumerate(desks)
        if not _DESK.fullmatch(desk) or entrance != "government"
    ]
    if faults:
        raise DomainError("invalid-fields", status=422, fields=tuple(faults))
