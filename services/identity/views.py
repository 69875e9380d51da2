"""What is read of accounts: one document a talent."""

from datetime import date
from typing import Any, Final, assert_never

from pydantic import BaseModel, ConfigDict

from services.identity.events import (
    TALENT,
    AbnormalKind,
    AssistanceRecorded,
    DocumentChanged,
    DocumentReleased,
    HoldPlaced,
    HoldReleased,
    ListingLifted,
    MobileChanged,
    PasswordChanged,
    TalentErased,
    TalentEvent,
    TalentListed,
    TalentReclaimed,
    TalentRegistered,
)
from shared.events.model import Recorded
from shared.events.personal import Personal
from shared.ports.view_store import Index
from shared.runtime.deadlines import instant
from shared.runtime.projection import Projection


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True)


class ListingView(_Document):
    entry_id: str
    kind: AbnormalKind
    reason: Personal[str]
    barred_until: date
    lifted: bool = False


class HoldView(_Document):
    context: str
    reference: str
    reason: str
    until: date | None


class AccountView(_Document):
    """A talent's account; numbers whole, for the desk to compare with a document."""

    account_id: str
    person: str
    document_type: str
    document_number: Personal[str]
    name: Personal[str]
    mobile: Personal[str]
    account_name: Personal[str]
    commitment_version: str
    verified: bool
    registered_at: str
    password_changed_at: str | None = None
    listings: tuple[ListingView, ...] = ()
    holds: tuple[HoldView, ...] = ()
    reclaimed: bool = False
    erased_at: str | None = None


def evolve(view: AccountView | None, recorded: Recorded[Any]) -> AccountView | None:
    event: TalentEvent = recorded.event
    if isinstance(event, TalentRegistered):
        return _registered(event)
    return None if view is None else view.model_copy(update=_changes(view, event))


def _registered(event: TalentRegistered) -> AccountView:
    return AccountView(
        account_id=event.talent_id,
        person=event.person,
        document_type=event.document_type,
        document_number=event.document_number,
        name=event.name,
        mobile=event.mobile,
        account_name=event.account_name,
        commitment_version=event.commitment_version,
        verified=event.verified,
        registered_at=instant(event.registered_at),
    )


def _changes(view: AccountView, event: TalentEvent) -> dict[str, Any]:
    match event:
        case TalentRegistered() | AssistanceRecorded() | DocumentReleased():
            return {}
        case DocumentChanged():
            return event.model_dump(include={"document_type", "document_number", "verified"})
        case MobileChanged(mobile=mobile):
            return {"mobile": mobile}
        case PasswordChanged(changed_at=at):
            return {"password_changed_at": instant(at)}
        case TalentListed():
            listing = ListingView(
                entry_id=event.entry_id,
                kind=event.kind,
                reason=event.reason,
                barred_until=event.barred_until,
            )
            return {"listings": (*view.listings, listing)}
        case ListingLifted(entry_id=entry):
            return {
                "listings": tuple(
                    x if x.entry_id != entry else x.model_copy(update={"lifted": True})
                    for x in view.listings
                )
            }
        case HoldPlaced():
            hold = HoldView(**event.model_dump())
            return {"holds": (*_holds(view, event), hold)}
        case HoldReleased():
            return {"holds": _holds(view, event)}
        case TalentReclaimed():
            return {"reclaimed": True}
        case TalentErased(erased_at=at):
            return {"erased_at": instant(at)}
        case _:
            assert_never(event)


def _holds(view: AccountView, event: HoldPlaced | HoldReleased) -> tuple[HoldView, ...]:
    same = (event.context, event.reference)
    return tuple(h for h in view.holds if (h.context, h.reference) != same)


ACCOUNT: Final[Projection[AccountView, AccountView]] = Projection(
    name="identity_account",
    version=1,
    categories=(TALENT,),
    document=AccountView,
    evolve=evolve,
    indexes=(Index(("person",)),),
)
PROJECTIONS: Final = (ACCOUNT,)
