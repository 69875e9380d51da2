"""Claims slots so that two at once are impossible, and a crash in the middle blocks nobody."""

from typing import Final

from services.identity.policies import shanghai_day
from services.identity.registration.application import Registrations, derived
from services.identity.registration.decider import OVERTAKEN, Abandoned
from services.identity.reservation.commands import (
    ClaimReservation,
    ConfirmReservation,
    LiftBar,
    PlaceBar,
    ReleaseReservation,
    ReservationCommand,
)
from services.identity.reservation.decider import DECIDER, UNSETTLED, Reservation
from shared.domain.errors import DomainError
from shared.events.model import Metadata
from shared.ports.clock import Clock
from shared.ports.event_store import WrongExpectedVersion
from shared.runtime.command_handler import CommandHandler

_ROUNDS: Final = 100


class Reservations:
    """Slots by their names (keyed hashes; see `slots.py`).

    A claim that meets an unconfirmed one asks the holder's registration: completed, it is finished
    and the slot is taken; otherwise it is abandoned, which defeats a holder that was only slow.
    Claims of one undertaking are made in one fixed order of kinds (document, mobile, account): so
    two that meet twice cannot abandon each other, and one of them gets through.
    """

    def __init__(self, handler: CommandHandler, registrations: Registrations, clock: Clock) -> None:
        self._handler, self._registrations, self._clock = handler, registrations, clock

    async def claim(
        self, slot: str, *, holder: str, account: str, metadata: Metadata,
        replacing: frozenset[str] = frozenset(),
    ) -> Reservation:  # fmt: skip
        """Hold a slot for an account, until confirmed or released; returns the slot's state.

        `holder` is a registration that has begun. Raises DomainError: `reservation-taken`,
        `registration-barred` (until), `registration-overtaken` (somebody took over from us)."""
        settled: frozenset[str] = frozenset()
        for attempt in range(_ROUNDS):
            now = self._clock.now()
            command = ClaimReservation(
                holder=holder, account=account, settled=settled, replacing=replacing,
                today=shanghai_day(now), at=now,
            )  # fmt: skip
            try:
                return await self._do(slot, command, metadata, attempt)
            except WrongExpectedVersion:
                continue
            except DomainError as refusal:
                if refusal.code != UNSETTLED:
                    raise
            settled |= await self._settle(slot, holder)
        raise DomainError("reservation-busy", status=503)

    async def _settle(self, slot: str, mine: str) -> frozenset[str]:
        """The holder in the way, if its registration is abandoned now; else it is confirmed."""
        state = await self.state(slot)
        if state.holder is None or state.confirmed:
            return frozenset()
        if isinstance(await self._registrations.state(mine), Abandoned):
            raise DomainError(OVERTAKEN)
        if await self._registrations.abandon(state.holder, because=f"claim:{slot}:{mine}"):
            return frozenset((state.holder,))
        return frozenset()

    async def confirm(self, slot: str, *, holder: str, metadata: Metadata) -> None:
        """The holder's registration is completed. Raises DomainError `registration-overtaken`."""
        command = ConfirmReservation(holder=holder, at=self._clock.now())
        await self._do(slot, command, metadata)

    async def release(self, slot: str, *, by: str, metadata: Metadata) -> None:
        """Give up a slot of a holder or an account; nothing where it is somebody else's."""
        await self._do(slot, ReleaseReservation(by=by, at=self._clock.now()), metadata)

    async def bar(self, slot: str, command: PlaceBar | LiftBar, metadata: Metadata) -> None:
        """Keep a document's holder from registering, or lift that."""
        await self._do(slot, command, metadata)

    async def account_of(self, slot: str) -> str | None:
        """Whom a slot leads to. One whose registration is completed, but whose confirmation was
        lost to a crash, is finished first; one still under way leads to nobody."""
        state = await self.state(slot)
        if state.holder is None:
            return None
        if not state.confirmed and await self._registrations.finished(state.holder) is None:
            return None
        return state.account

    async def state(self, slot: str) -> Reservation:
        return (await self._handler.load(DECIDER, slot))[0]

    async def _do(
        self, slot: str, command: ReservationCommand, metadata: Metadata, attempt: int = 0
    ) -> Reservation:
        step = derived(metadata, f"{type(command).__name__}:{slot}", attempt)
        return (await self._handler.handle(DECIDER, slot, command, step)).state
