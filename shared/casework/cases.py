"""What reviewers do with a case, from a request to the recorded fact."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

import structlog
from pydantic import BaseModel

from shared.casework.state import Colleagues, Standing
from shared.domain.decider import Decider
from shared.domain.errors import DomainError
from shared.domain.review.intentions import PassUp, ReviewIntention
from shared.domain.review.picking import desk_of
from shared.domain.review.reviewer import Reviewer
from shared.domain.review.rules import stranded
from shared.events.model import Metadata
from shared.http.caller import Caller
from shared.http.commands import CommandIds
from shared.ports.clock import Clock
from shared.runtime.command_handler import CommandHandler, Outcome

log = structlog.get_logger()

A = TypeVar("A", bound=Standing)
A_contra = TypeVar("A_contra", bound=Standing, contravariant=True)

Intending = Callable[[str, Reviewer, datetime], ReviewIntention]


class Commanding(Protocol[A_contra]):
    """Makes of an intention the context's own command, with what its rules look up."""

    async def __call__(
        self, application: A_contra, intention: ReviewIntention, staff: tuple[Reviewer, ...]
    ) -> BaseModel: ...


@dataclass(frozen=True)
class Cases(Generic[A]):
    """A case is seen by the desks of its plan, superiors included, once it was submitted.

    `application` is the class of the decider's state once there is an application.
    """

    decider: Decider[Any, Any, Any]
    application: type[A]
    commanding: Commanding[A]
    handler: CommandHandler
    colleagues: Colleagues
    clock: Clock

    async def seen(self, id: str, caller: Caller) -> A:
        """Raises DomainError (404) for what does not exist or is no business of the caller's."""
        state, _ = await self.handler.load(self.decider, id)
        if isinstance(state, self.application) and state.review is not None:
            desks = {p for stage in state.review.plan.stages for d in stage.desks for p in d.chain}
            colleague = await self.colleagues.reviewer(caller.account_id)
            if not desks.isdisjoint(colleague.desks):
                return state
        raise DomainError("application-not-found", status=404)

    async def review(
        self,
        id: str,
        desk: str | None,
        intending: Intending,
        caller: Caller,
        ids: CommandIds,
        part: str = "",
    ) -> Outcome[Any, Any]:
        """Carry out what `intending` makes of the desk, the reviewer and the time. `desk` is a
        desk's name in the plan; None for the one where the caller may decide. `part` tells several
        of one request apart."""
        application = await self.seen(id, caller)
        reviewer = await self.colleagues.reviewer(caller.account_id)
        if application.review is None:
            raise AssertionError("a case that is seen is under review")
        name = desk or desk_of(application.review, reviewer)
        intention = intending(name, reviewer, self.clock.now())
        metadata = ids.metadata(
            caller,
            subject=application.talent_id,
            policy_version=application.policy_version,
            part=part,
        )
        return await self._carry_out(id, application, intention, metadata)

    async def pass_up(self, id: str, metadata: Metadata) -> None:
        """Let no desk of a case wait for nobody; harmless twice."""
        state, _ = await self.handler.load(self.decider, id)
        if not isinstance(state, self.application) or state.review is None or state.over:
            return
        staff = await self.colleagues.staff_of(state.review.plan)
        about = Metadata(
            command_id=metadata.command_id,
            actor=metadata.actor,
            subject=state.talent_id,
            causation_id=metadata.causation_id,
            correlation_id=metadata.correlation_id,
        )
        await self._carry_out(id, state, PassUp(staff=staff, at=self.clock.now()), about)

    async def _carry_out(
        self, id: str, application: A, intention: ReviewIntention, metadata: Metadata
    ) -> Outcome[Any, Any]:
        if application.review is None:
            raise DomainError("application-not-submitted")
        staff = await self.colleagues.staff_of(application.review.plan)
        command = await self.commanding(application, intention, staff)
        done = await self.handler.handle(self.decider, id, command, metadata)
        alarm_stranded(done, staff)
        return done


def alarm_stranded(done: Outcome[Any, Any], staff: tuple[Reviewer, ...]) -> None:
    """Tell operators of a case that waits at a desk where nobody may decide, nor anybody above:
    only appointing somebody moves it."""
    if isinstance(done.state, Standing) and done.state.review is not None:
        for desk in stranded(done.state.review, staff):
            log.error("desk_without_anybody", stream=done.stream, desk=str(desk.chain[0]))
