"""What follows a talent's events in identity's own private state; every step may be repeated."""

from typing import Any, Final, assert_never

from services.identity.context import Identity
from services.identity.decider import DECIDER, ErasedTalent, Talent, Unregistered
from services.identity.events import (
    TALENT,
    ListingLifted,
    TalentErased,
    TalentListed,
    TalentReclaimed,
)
from services.identity.reservation.commands import LiftBar, PlaceBar
from shared.events.model import Metadata, Recorded
from shared.ports.feed import Start
from shared.runtime.reactor import Effect

_BARS: Final = "identity.bars"
_CLOSING: Final = "identity.closing"


def effects(identity: Identity) -> tuple[Effect, ...]:
    """From the first event on: a bar must not depend on when a group was first deployed."""

    async def bar(recorded: Recorded[Any]) -> None:
        await _bar(identity, recorded)

    async def close(recorded: Recorded[Any]) -> None:
        await _close(identity, recorded)

    return (
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
    state = (await identity.kernel.handler.load(DECIDER, account))[0]
    match state:
        case Talent(registered=registered):
            person = registered.person
        case ErasedTalent(person=person):
            pass
        case Unregistered():
            return
        case _:
            assert_never(state)
    metadata = Metadata(recorded.id, actor=_BARS, causation_id=recorded.id)
    await identity.reservations.bar(person, command, metadata)


async def _close(identity: Identity, recorded: Recorded[Any]) -> None:
    """An erased account, or one that lost its document, opens no more, and frees what it held."""
    match recorded.event:
        case TalentErased(erased_at=at) | TalentReclaimed(reclaimed_at=at):
            pass
        case _:
            return
    account = TALENT.id_of(recorded.stream)
    if isinstance(recorded.event, TalentErased):
        await identity.kernel.keyring.erase(account)
    metadata = Metadata(recorded.id, actor=_CLOSING, causation_id=recorded.id)
    for slot in (await identity.credentials.of(account)).slots:
        await identity.reservations.release(slot, by=account, metadata=metadata)
    await identity.credentials.close(account, metadata)
    await identity.sessions.end_all(account, at)
