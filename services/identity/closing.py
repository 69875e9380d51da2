"""What follows when an account ends, or gives a document back; every step may be repeated."""

from datetime import datetime

from services.identity.context import Identity
from services.identity.registration.application import derived
from services.identity.reservation.commands import LiftBar
from shared.events.model import Metadata


async def close_account(
    identity: Identity, account: str, at: datetime, metadata: Metadata, *, keep: str | None = None
) -> None:
    """Nothing opens the account any more, and what it held is free; bars stay. `keep`: a slot that
    is not the account's alone."""
    for slot in (await identity.credentials.of(account)).slots:
        if slot != keep:
            await identity.reservations.release(slot, by=account, metadata=metadata)
    await identity.credentials.close(account, metadata)
    await identity.sessions.end_all(account, at)


async def give_back_document(
    identity: Identity, account: str, document: str, at: datetime, metadata: Metadata
) -> None:
    """The document never was this account's person's: neither the reservation nor a bar that the
    account brought on it is its true holder's affair."""
    await identity.reservations.release(document, by=account, metadata=metadata)
    for bar in (await identity.reservations.state(document)).bars:
        if bar.account == account:
            lift = LiftBar(entry_id=bar.entry_id, at=at)
            await identity.reservations.bar(document, lift, derived(metadata, bar.entry_id))
