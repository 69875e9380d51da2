"""Carries registrations through: begun, completed, finished, or abandoned by who comes next."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from services.identity.registration.commands import (
    AbandonRegistration,
    BeginRegistration,
    CompleteRegistration,
)
from services.identity.registration.decider import (
    DECIDER,
    OVERTAKEN,
    Abandoned,
    Completed,
    Registration,
)
from shared.domain.errors import DomainError
from shared.events.model import Event, Metadata
from shared.ports.clock import Clock
from shared.runtime.command_handler import CommandHandler
from shared.runtime.reactor import caused_id

_GROUP: Final = "identity.registration"


@dataclass(frozen=True, slots=True)
class Written:
    """The public stream and its version that a completed registration came to."""

    stream: str
    version: int


Finish = Callable[[str, Completed, Metadata], Awaitable[Written | None]]
"""Records the fact in its public stream, keeps the credentials and confirms the slots; called with
the registration id, what was decided, and metadata to derive others from. Idempotent. None: what
was decided came to nothing, and the slots are given back."""


def derived(metadata: Metadata, target: str, index: int = 0) -> Metadata:
    """Metadata for one more step of the same undertaking: its command id derives."""
    return replace(metadata, command_id=caused_id(_GROUP, metadata.command_id, target, index))


class Registrations:
    """Every kind of undertaking that needs reservations registers who finishes it."""

    def __init__(self, handler: CommandHandler, clock: Clock) -> None:
        self._handler, self._clock = handler, clock
        self._finishers: dict[str, Finish] = {}

    def finish_with(self, kind: str, finish: Finish) -> None:
        """Say who finishes a kind; once a process."""
        if kind in self._finishers:
            raise TypeError(f"{kind!r} has somebody who finishes it")
        self._finishers[kind] = finish

    async def state(self, id: str) -> Registration:
        return (await self._handler.load(DECIDER, id))[0]

    async def begin(self, id: str, kind: str, account: str, metadata: Metadata) -> None:
        """Raises DomainError `registration-overtaken`."""
        command = BeginRegistration(kind=kind, account=account, at=self._clock.now())
        await self._handler.handle(DECIDER, id, command, derived(metadata, "begin"))

    async def complete(
        self, id: str, fact: Event, metadata: Metadata, *,
        slots: tuple[str, ...], password_hash: str | None = None,
    ) -> Written:  # fmt: skip
        """Decide it and finish it. `metadata.subject` is the account, whose key encrypts.

        Raises DomainError `registration-overtaken`."""
        command = CompleteRegistration(
            fact_type=fact.stored_type,
            fact=fact.model_dump_json(),
            password_hash=password_hash,
            slots=slots,
            policy_version=metadata.policy_version,
            at=self._clock.now(),
        )
        await self._handler.handle(DECIDER, id, command, derived(metadata, "complete"))
        written = await self.finished(id)
        if written is None:
            raise DomainError(OVERTAKEN)
        return written

    async def finished(self, id: str) -> Written | None:
        """Finish a completed registration (again); None for one that is not completed, or came to
        nothing."""
        state = await self.state(id)
        if not isinstance(state, Completed):
            return None
        base = Metadata(
            command_id=id,
            actor=state.account,
            subject=state.account,
            policy_version=state.policy_version,
        )
        return await self._finishers[state.kind](id, state, base)

    async def abandon(self, id: str, *, because: str) -> bool:
        """True if it is abandoned now; False if it was completed first (and is finished now).
        `because` names the step that abandons, so that a repeated one records nothing."""
        metadata = Metadata(command_id=caused_id(_GROUP, because, id, 0), actor=_GROUP)
        command = AbandonRegistration(at=self._clock.now())
        outcome = await self._handler.handle(DECIDER, id, command, metadata)
        if isinstance(outcome.state, Abandoned):
            return True
        await self.finished(id)
        return False
