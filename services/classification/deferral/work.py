"""What talents and reviewers do with a deferral, from a request to the recorded fact."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.classification.books import Books
from services.classification.deferral.commands import DeferralCommand, SubmitSupplement
from services.classification.rulebook import Rulebook
from services.classification.state import Application
from shared.casework.cases import Cases
from shared.casework.own import Done, Own
from shared.domain.review.reviewer import Reviewer
from shared.http.caller import Caller
from shared.http.commands import CommandIds

Making = Callable[[Application, Reviewer, Rulebook, datetime], DeferralCommand]
"""Makes a command of the case, the reviewer, the rules that the case has pinned, and the time."""


@dataclass(frozen=True)
class Supplementing:
    own: Own[Application]
    books: Books

    async def hand_in(self, id: str, caller: Caller, ids: CommandIds) -> Done:
        """Hand in what is outstanding. Whoever is barred may: it is no application."""
        application, now = await self.own.get(id, caller), self.own.clock.now()
        await self.own.require_no_infected(application)
        book = self.books.of(application, now)
        command = SubmitSupplement(book=book, at=now)
        return await self.own.run(id, command, caller, ids, book.policy.version)


@dataclass(frozen=True)
class DeferralDesk:
    cases: Cases[Application]
    books: Books

    async def carry_out(self, id: str, making: Making, caller: Caller, ids: CommandIds) -> Done:
        application = await self.cases.seen(id, caller)
        reviewer = await self.cases.colleagues.reviewer(caller.account_id)
        now = self.cases.clock.now()
        command = making(application, reviewer, self.books.of(application, now), now)
        metadata = ids.metadata(
            caller, subject=application.talent_id, policy_version=application.policy_version
        )
        return await self.cases.handler.handle(self.cases.decider, id, command, metadata)
