"""What can be asked of a staff account."""

from datetime import datetime

from services.identity.accounts import PasswordChangeHow
from services.identity.events import StaffAdded
from shared.domain.decider import Command


class AddStaff(Command):
    """Decided in the registration: the account's stream takes the fact over."""

    fact: StaffAdded


class ChangeStaffRoles(Command):
    """The whole of roles and desks, as they shall be."""

    roles: tuple[str, ...]
    desks: tuple[str, ...]
    by: str
    at: datetime


class ChangeStaffMobile(Command):
    """E.164; `previous` is the number that the change started from."""

    mobile: str
    previous: str
    assisted_by: str | None = None
    reason: str | None = None
    at: datetime


class RecordStaffPasswordChange(Command):
    how: PasswordChangeHow
    assisted_by: str | None = None
    at: datetime


class RemoveStaff(Command):
    by: str
    at: datetime


StaffCommand = (
    AddStaff | ChangeStaffRoles | ChangeStaffMobile | RecordStaffPasswordChange | RemoveStaff
)
