"""A staff account: added, given roles and desks, removed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, assert_never

from services.identity.events import (
    STAFF,
    PasswordChanged,
    StaffAdded,
    StaffEvent,
    StaffMobileChanged,
    StaffRemoved,
    StaffRolesChanged,
)
from services.identity.staff.commands import (
    AddStaff,
    ChangeStaffMobile,
    ChangeStaffRoles,
    RecordStaffPasswordChange,
    RemoveStaff,
    StaffCommand,
)
from shared.domain.decider import Decider
from shared.domain.errors import DomainError


@dataclass(frozen=True, slots=True)
class Staff:
    """`added` is None before the account is there; personal values may read ERASED."""

    added: StaffAdded | None = None
    roles: frozenset[str] = frozenset()
    desks: frozenset[str] = frozenset()
    mobile: object = None
    removed: bool = False


def decide(command: StaffCommand, staff: Staff) -> Sequence[StaffEvent]:
    if isinstance(command, AddStaff):
        return [] if staff.added else [command.fact]
    if staff.added is None:
        raise DomainError("staff-not-found", status=404)
    if staff.removed:
        if isinstance(command, RemoveStaff):
            return []
        raise DomainError("account-closed")
    return _decide(command, staff)


def _decide(
    command: ChangeStaffRoles | ChangeStaffMobile | RecordStaffPasswordChange | RemoveStaff,
    staff: Staff,
) -> Sequence[StaffEvent]:
    match command:
        case ChangeStaffRoles(roles=roles, desks=desks, by=by, at=at):
            if (frozenset(roles), frozenset(desks)) == (staff.roles, staff.desks):
                return []
            return [StaffRolesChanged(roles=roles, desks=desks, changed_by=by, changed_at=at)]
        case ChangeStaffMobile(mobile=mobile, previous=previous, at=at):
            if mobile == staff.mobile:
                return []
            if previous != staff.mobile:
                raise DomainError("old-mobile-wrong", status=422)
            by, reason = command.assisted_by, command.reason
            return [StaffMobileChanged(mobile=mobile, changed_at=at, assisted_by=by, reason=reason)]
        case RecordStaffPasswordChange(how=how, assisted_by=by, at=at):
            return [PasswordChanged(how=how, changed_at=at, assisted_by=by)]
        case RemoveStaff(by=by, at=at):
            return [StaffRemoved(removed_by=by, removed_at=at)]
        case _:
            assert_never(command)


def evolve(staff: Staff, event: StaffEvent) -> Staff:
    match event:
        case StaffAdded(roles=roles, desks=desks, mobile=mobile):
            return Staff(event, frozenset(roles), frozenset(desks), mobile)
        case StaffRolesChanged(roles=roles, desks=desks):
            return replace(staff, roles=frozenset(roles), desks=frozenset(desks))
        case StaffMobileChanged(mobile=mobile):
            return replace(staff, mobile=mobile)
        case PasswordChanged():
            return staff
        case StaffRemoved():
            return replace(staff, removed=True)
        case _:
            assert_never(event)


DECIDER: Final = Decider(STAFF, Staff(), decide, evolve)
