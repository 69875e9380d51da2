"""The middle part of every undertaking that needs slots: claim all of them, or none."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.identity.registration.application import Registrations
from services.identity.reservation.application import Reservations
from services.identity.reservation.decider import TAKEN
from shared.domain.errors import DomainError, FieldError
from shared.events.model import Metadata

ALREADY_REGISTERED = "already-registered"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A slot, and which field is at fault if it is taken."""

    slot: str
    fault: FieldError = field(repr=False)


@dataclass(frozen=True)
class Undertaking:
    """Claims for `account` by the registration `id`, which has begun."""

    registrations: Registrations
    reservations: Reservations

    async def claim_all(
        self, id: str, account: str, wanted: Sequence[Wanted], metadata: Metadata
    ) -> None:
        """In the order given: document, code, mobile, account. If one is not to be had, those that
        are held are released and the registration is abandoned.

        Raises DomainError `already-registered` with every taken field, `registration-barred`,
        `registration-overtaken`."""
        taken: list[FieldError] = []
        replacing: frozenset[str] = frozenset()
        try:
            for one in wanted:
                try:
                    state = await self.reservations.claim(
                        one.slot, holder=id, account=account, metadata=metadata, replacing=replacing
                    )
                    replacing |= state.returning()
                except DomainError as refusal:
                    if refusal.code != TAKEN:
                        raise
                    taken.append(one.fault)
            if taken:
                raise DomainError(ALREADY_REGISTERED, fields=tuple(taken))
        except DomainError:
            await self.give_up(id, wanted, metadata)
            raise

    async def precheck(self, wanted: Sequence[Wanted]) -> None:
        """Say early what would be taken. Raises DomainError `already-registered`."""
        taken: list[FieldError] = []
        replacing: frozenset[str] = frozenset()
        for one in wanted:
            replacing |= (await self.reservations.state(one.slot)).returning()
            account = await self.reservations.account_of(one.slot)
            if account is not None and account not in replacing:
                taken.append(one.fault)
        if taken:
            raise DomainError(ALREADY_REGISTERED, fields=tuple(taken))

    async def give_up(self, id: str, wanted: Sequence[Wanted], metadata: Metadata) -> None:
        """Abandon the registration and release what it holds."""
        await self.registrations.abandon(id, because="refused")
        for one in wanted:
            await self.reservations.release(one.slot, by=id, metadata=metadata)
