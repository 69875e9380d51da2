"""What a talent has applied for and was granted, one document a talent."""

from typing import Any, Final, assert_never

from pydantic import BaseModel, ConfigDict

from services.subsidy.entitlements.events import (
    TALENT_SUBSIDIES,
    ApplicationClosed,
    ApplicationOpened,
    EntitlementEnded,
    EntitlementGranted,
    TalentSubsidiesEvent,
)
from shared.events.model import Recorded
from shared.runtime.deadlines import instant
from shared.runtime.projection import Projection


class Entitlement(BaseModel):
    """`ended` is why nothing more comes of it, None while it lasts."""

    model_config = ConfigDict(frozen=True)

    application_id: str
    scheme: str
    window: str | None
    channel: str
    talent_class: str
    row: str
    policy_version: str
    since: str
    ended: str | None = None
    ended_at: str | None = None


class TalentSubsidiesView(BaseModel):
    """`open` is the open application by scheme."""

    model_config = ConfigDict(frozen=True)

    open: dict[str, str] = {}
    entitlements: tuple[Entitlement, ...] = ()

    def granted(self, scheme: str, window: str | None, *, once: bool) -> bool:
        """Whether it was granted already: at all and still lasting, or in the window."""
        mine = [one for one in self.entitlements if one.scheme == scheme]
        if once:
            return any(one.ended is None for one in mine)
        return any(one.window == window for one in mine)


def evolve(view: TalentSubsidiesView | None, recorded: Recorded[Any]) -> TalentSubsidiesView:
    event: TalentSubsidiesEvent = recorded.event
    view = view or TalentSubsidiesView()
    return TalentSubsidiesView(**(dict(view) | _changes(view, event)))


def _changes(view: TalentSubsidiesView, event: TalentSubsidiesEvent) -> dict[str, Any]:
    match event:
        case ApplicationOpened(application_id=id, scheme=scheme):
            return {"open": view.open | {scheme: id}}
        case ApplicationClosed(scheme=scheme):
            return {"open": {k: v for k, v in view.open.items() if k != scheme}}
        case EntitlementGranted(at=at):
            granted = Entitlement(since=instant(at), **event.model_dump(exclude={"at"}))
            return {"entitlements": (*view.entitlements, granted)}
        case EntitlementEnded(application_id=id, reason=reason, at=at):
            over = {"ended": reason, "ended_at": instant(at)}
            return {
                "entitlements": tuple(
                    one.model_copy(update=over) if one.application_id == id else one
                    for one in view.entitlements
                )
            }
        case _:
            assert_never(event)


ENTITLEMENTS: Final[Projection[TalentSubsidiesView, TalentSubsidiesView]] = Projection(
    name="subsidy_entitlement",
    version=1,
    categories=(TALENT_SUBSIDIES,),
    document=TalentSubsidiesView,
    evolve=evolve,
)
