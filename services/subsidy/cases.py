"""What reviewers do with a case, from a request to the recorded fact."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.subsidy.applications import Done
from services.subsidy.books import Books
from services.subsidy.commands import Review, ReviewIntention
from services.subsidy.decider import DECIDER
from services.subsidy.people.directory import Directory
from services.subsidy.state import Application
from shared.domain.errors import DomainError
from shared.domain.review.intentions import PassUp
from shared.domain.review.picking import desk_of
from shared.domain.review.reviewer import Reviewer
from shared.events.model import Metadata
from shared.http.caller import Caller
from shared.http.commands import CommandIds
from shared.ports.clock import Clock
from shared.runtime.command_handler import CommandHandler
from shared.runtime.views import Views

Intending = Callable[[str, Reviewer, datetime], ReviewIntention]


@dataclass(frozen=True)
class Cases:
    """A case is seen by the desks of its plan, superiors included, once it was submitted."""

    handler: CommandHandler
    views: Views
    directory: Directory
    books: Books
    clock: Clock

    async def seen(self, id: str, caller: Caller) -> Application:
        """Raises DomainError (404) for what does not exist or is no business of the caller's."""
        state, _ = await self.handler.load(DECIDER, id)
        if isinstance(state, Application) and state.review is not None:
            desks = {p for stage in state.review.plan.stages for d in stage.desks for p in d.chain}
            colleague = await self.directory.reviewer(caller.account_id)
            if not desks.isdisjoint(colleague.desks):
                return state
        raise DomainError("application-not-found", status=404)

    async def review(
        self, id: str, desk: str | None, intending: Intending, caller: Caller, ids: CommandIds
    ) -> Done:
        """Carry out what `intending` makes of the desk, the reviewer and the time. `desk` is a
        desk's name in the plan; None for the one where the caller may decide."""
        application = await self.seen(id, caller)
        reviewer = await self.directory.reviewer(caller.account_id)
        if application.review is None:
            raise AssertionError("a case that is seen is under review")
        name = desk or desk_of(application.review, reviewer)
        now = self.clock.now()
        intention = intending(name, reviewer, now)
        return await self.carry_out(id, application, intention, ids, caller)

    async def carry_out(
        self,
        id: str,
        application: Application,
        intention: ReviewIntention,
        ids: CommandIds,
        caller: Caller,
    ) -> Done:
        talent_id = application.started.talent_id
        version = None if application.submitted is None else application.submitted.policy_version
        metadata = ids.metadata(caller, subject=talent_id, policy_version=version)
        command = await self._command(application, intention)
        return await self.handler.handle(DECIDER, id, command, metadata)

    async def pass_up(self, id: str, metadata: Metadata) -> None:
        """Let no desk of a case wait for nobody; harmless twice."""
        state, _ = await self.handler.load(DECIDER, id)
        if not isinstance(state, Application) or state.review is None or state.over:
            return
        staff = await self.directory.staff_of(state.review.plan)
        intention = PassUp(staff=staff, at=self.clock.now())
        command = await self._command(state, intention)
        about = Metadata(
            command_id=metadata.command_id,
            actor=metadata.actor,
            subject=state.started.talent_id,
            causation_id=metadata.causation_id,
            correlation_id=metadata.correlation_id,
        )
        await self.handler.handle(DECIDER, id, command, about)

    async def _command(self, application: Application, intention: ReviewIntention) -> Review:
        if application.review is None:
            raise DomainError("application-not-submitted")
        staff = await self.directory.staff_of(application.review.plan)
        book = self.books.of(application, intention.at)
        in_force = await self.directory.in_force(application.started.talent_id)
        return Review(intention=intention, staff=staff, in_force=in_force, book=book)
