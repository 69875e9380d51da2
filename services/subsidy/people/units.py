"""Units that a talent may name, as identity publishes organisations."""

from typing import Any, Final, assert_never

from pydantic import BaseModel, ConfigDict

from services.identity.events import (
    ORGANISATION,
    OrganisationApproved,
    OrganisationChanged,
    OrganisationEvent,
    OrganisationRegistered,
    OrganisationRejected,
)
from services.subsidy.people.searching import grams
from shared.events.model import Recorded
from shared.runtime.projection import Projection


class UnitView(BaseModel):
    """An employer; `approved` once it was let in, `grams` what its name is found by."""

    model_config = ConfigDict(frozen=True)

    organisation_id: str
    name: str
    dispatch: bool
    approved: bool = False
    grams: tuple[str, ...] = ()


def evolve_unit(view: UnitView | None, recorded: Recorded[Any]) -> UnitView | None:
    event: OrganisationEvent = recorded.event
    if isinstance(event, OrganisationRegistered):
        if event.kind != "employer":
            return None
        id, name, dispatch = event.organisation_id, event.name, event.dispatch
        return UnitView(organisation_id=id, name=name, dispatch=dispatch, grams=grams(name))
    if view is None:
        return None
    match event:
        case OrganisationApproved():
            return view.model_copy(update={"approved": True})
        case OrganisationRejected():
            return view.model_copy(update={"approved": False})
        case OrganisationChanged(name=name, dispatch=dispatch):
            changes = {"name": name, "dispatch": dispatch, "grams": grams(name)}
            return view.model_copy(update=changes)
        case _:
            assert_never(event)


UNITS: Final[Projection[UnitView, UnitView]] = Projection(
    name="subsidy_unit",
    version=2,
    categories=(ORGANISATION,),
    document=UnitView,
    evolve=evolve_unit,
)
