"""What follows a talent's events in identity's own private state; every step may be repeated."""

from typing import Any, Final, assert_never

from services.identity.closing import close_account, give_back_document
from services.identity.context import Identity
from services.identity.decider import DECIDER
from services.identity.events import (
    STAFF,
    TALENT,
    DocumentReleased,
    ListingLifted,
    MobileChanged,
    StaffRemoved,
    TalentErased,
    TalentListed,
    TalentReclaimed,
)
from services.identity.organisation.decider import DECIDER as ORGANISATION
from services.identity.reservation.commands import LiftBar, PlaceBar
from services.identity.staff.decider import DECIDER as STAFF_DECIDER
from services.identity.states import ErasedTalent, Talent, Unregistered
from shared.events.model import Metadata, Recorded
from shared.ports.feed import Start
from shared.runtime.reactor import Effect

_BARS: Final = "identity.bars"
_CLOSING: Final = "identity.closing"
_STAFF_CLOSING: Final = "identity.staff-closing"


def effects(identity: Identity) -> tuple[Effect, ...]:
    """From the first event on: a bar must not depend on when a group was first deployed."""

    async def bar(recorded: Recorded[Any]) -> None:
        await _bar(identity, recorded)

    async def close(recorded: Recorded[Any]) -> None:
        await _close(identity, recorded)

    async def close_staff(recorded: Recorded[Any]) -> None:
        await _close_staff(identity, recorded)

    return (
        Effect(_STAFF_CLOSING, (STAFF,), close_staff, Start.BEGINNING),
        Effect(_BARS, (TALENT,), bar, Start.BEGINNING),
        Effect(_CLOSING, (TALENT,), close, Start.BEGINNING),
    )


async def _bar(identity: Identity, recorded: Recorded[Any]) -> None:
    """Kind `registration` bars the document itself, so that the bar outlives the account."""
    account, event = TALENT.id_of(recorded.stream), recorded.event
    command: PlaceBar | LiftBar
    match event:
        case TalentListed(kind="registration"):
            command = PlaceBar(
                entry_id=event.entry_id,
                account=account,
                until=event.barred_until,
                at=event.listed_at,
            )
        case ListingLifted():
            command = LiftBar(entry_id=event.entry_id, at=event.lifted_at)
        case _:
            return
    metadata = Metadata(recorded.id, actor=_BARS, causation_id=recorded.id)
    for document in await _documents(identity, account):
        await identity.reservations.bar(document, command, metadata)
        # A reclaimed document's true holder is not the one who was listed.
        if isinstance(command, PlaceBar) and await _reclaimed(identity, account):
            await give_back_document(identity, account, document, command.at, metadata)


async def _documents(identity: Identity, account: str) -> tuple[str, ...]:
    """A bar follows the person to every document of theirs."""
    state = (await identity.kernel.handler.load(DECIDER, account))[0]
    match state:
        case Talent(documents=documents) | ErasedTalent(documents=documents):
            return documents
        case Unregistered():
            return ()
        case _:
            assert_never(state)


async def _reclaimed(identity: Identity, account: str) -> bool:
    state = (await identity.kernel.handler.load(DECIDER, account))[0]
    return isinstance(state, Talent) and state.reclaimed


async def _close(identity: Identity, recorded: Recorded[Any]) -> None:
    """An erased account, or one that lost its document, opens no more, and frees what it held; a
    desk's change of mobile ends what the old number opened."""
    account = TALENT.id_of(recorded.stream)
    metadata = Metadata(recorded.id, actor=_CLOSING, causation_id=recorded.id)
    match recorded.event:
        case TalentErased(erased_at=at):
            await identity.kernel.keyring.erase(account)
            await close_account(identity, account, at, metadata)
        case TalentReclaimed(reclaimed_at=at):
            for document in await _documents(identity, account):
                await give_back_document(identity, account, document, at, metadata)
            await close_account(identity, account, at, metadata)
        case DocumentReleased(document=document, released_at=at):
            await give_back_document(identity, account, document, at, metadata)
            await identity.credentials.drop_slot(account, document, metadata)
        case MobileChanged(assisted_by=str(), changed_at=at):
            await identity.sessions.end_all(account, at)
        case _:
            return


async def _close_staff(identity: Identity, recorded: Recorded[Any]) -> None:
    """Who left one organisation may work for the next with the same mobile. What the organisation
    itself reserved stays."""
    if not isinstance(recorded.event, StaffRemoved):
        return
    account, at = STAFF.id_of(recorded.stream), recorded.event.removed_at
    added = (await identity.kernel.handler.load(STAFF_DECIDER, account))[0].added
    metadata = Metadata(recorded.id, actor=_STAFF_CLOSING, causation_id=recorded.id)
    keep = None
    if added is not None and added.organisation_id is not None:
        organisation, _ = await identity.kernel.handler.load(ORGANISATION, added.organisation_id)
        keep = None if organisation.code is None else identity.slots.code(organisation.code)
    await close_account(identity, account, at, metadata, keep=keep)
