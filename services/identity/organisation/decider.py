"""An organisation: asks to be let in, is approved or rejected, and may change what it said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, assert_never

from services.identity.events import (
    ORGANISATION,
    OrganisationApproved,
    OrganisationChanged,
    OrganisationEvent,
    OrganisationRegistered,
    OrganisationRejected,
)
from services.identity.organisation.commands import (
    ApproveOrganisation,
    ChangeOrganisation,
    OrganisationCommand,
    RegisterOrganisation,
    RejectOrganisation,
)
from shared.domain.decider import Decider
from shared.domain.errors import DomainError

Status = Literal["absent", "waiting", "approved", "rejected"]


@dataclass(frozen=True, slots=True)
class Organisation:
    status: Status = "absent"
    name: str = ""
    district: str = ""
    dispatch: bool = False
    contact_id: str = ""
    code: str | None = None


def decide(command: OrganisationCommand, state: Organisation) -> Sequence[OrganisationEvent]:
    if isinstance(command, RegisterOrganisation):
        return [command.fact] if state.status == "absent" else []
    if state.status == "absent":
        raise DomainError("organisation-not-found", status=404)
    match command:
        case ApproveOrganisation(by=by, at=at):
            _undecided(state, "approved")
            done = state.status == "approved"
            return [] if done else [OrganisationApproved(decided_by=by, decided_at=at)]
        case RejectOrganisation(reason=reason, by=by, at=at):
            _undecided(state, "rejected")
            done = state.status == "rejected"
            rejected = OrganisationRejected(reason=reason, decided_by=by, decided_at=at)
            return [] if done else [rejected]
        case ChangeOrganisation(by=by, at=at):
            return _change(command, state)
        case _:
            assert_never(command)


def _undecided(state: Organisation, wanted: Status) -> None:
    if state.status not in ("waiting", wanted):
        raise DomainError("organisation-decided")


def _change(command: ChangeOrganisation, state: Organisation) -> Sequence[OrganisationEvent]:
    if state.status != "approved":
        raise DomainError("organisation-not-approved")
    wanted = (command.name, command.district, command.dispatch)
    if wanted == (state.name, state.district, state.dispatch):
        return []
    return [
        OrganisationChanged(
            name=command.name,
            district=command.district,
            dispatch=command.dispatch,
            changed_by=command.by,
            changed_at=command.at,
        )
    ]


def evolve(state: Organisation, event: OrganisationEvent) -> Organisation:
    match event:
        case OrganisationRegistered():
            return Organisation(
                "waiting", event.name, event.district, event.dispatch, event.contact_id, event.code
            )
        case OrganisationApproved():
            return replace(state, status="approved")
        case OrganisationRejected():
            return replace(state, status="rejected")
        case OrganisationChanged(name=name, district=district, dispatch=dispatch):
            return replace(state, name=name, district=district, dispatch=dispatch)
        case _:
            assert_never(event)


DECIDER: Final = Decider(ORGANISATION, Organisation(), decide, evolve)
