"""What can be asked of an organisation."""

from datetime import datetime

from services.identity.events import OrganisationRegistered
from shared.domain.decider import Command


class RegisterOrganisation(Command):
    """Decided in the registration: the organisation's stream takes the fact over."""

    fact: OrganisationRegistered


class ApproveOrganisation(Command):
    by: str
    at: datetime


class RejectOrganisation(Command):
    reason: str
    by: str
    at: datetime


class ChangeOrganisation(Command):
    """The whole of what can change, as it shall be."""

    name: str
    district: str
    dispatch: bool
    by: str
    at: datetime


OrganisationCommand = (
    RegisterOrganisation | ApproveOrganisation | RejectOrganisation | ChangeOrganisation
)
