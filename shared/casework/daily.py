"""Reviewers' daily work around single decisions: the next case, many at once, a colleague's."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from shared.casework.cases import Cases, Intending
from shared.casework.commands import AddNote
from shared.casework.forms import Worklist
from shared.casework.state import Standing
from shared.casework.view import CaseFields
from shared.domain.errors import DomainError
from shared.domain.review.intentions import Claim, HandOver
from shared.domain.review.reviewer import Reviewer
from shared.http.caller import Caller
from shared.http.commands import CommandIds
from shared.ports.event_store import WrongExpectedVersion
from shared.ports.view_store import Find, Where
from shared.runtime.command_handler import Outcome
from shared.runtime.projection import Projection
from shared.runtime.views import Views

A = TypeVar("A", bound=Standing)
C = TypeVar("C", bound=CaseFields)

MOST_EXPORTED: Final = 10_000
_PAGE: Final = 500
_LOOKED_AT: Final = 50


@dataclass(frozen=True)
class Daily(Generic[A, C]):
    """`case_view` is the context's view of cases."""

    cases: Cases[A]
    case_view: Projection[Any, C]
    views: Views

    async def page(
        self, asked: Worklist, caller: Caller, after: str | None, limit: int
    ) -> tuple[Sequence[C], str | None]:
        """Cases that a reviewer asks to see, and the next page's cursor."""
        reviewer = await self.cases.colleagues.reviewer(caller.account_id)
        where = asked.where(caller, [str(desk) for desk in reviewer.desks])
        found = await self.views.of(self.case_view).find(Find(where, (asked.sort,), after, limit))
        return [case for _, case in found.items], found.next

    async def all(self, asked: Worklist, caller: Caller) -> AsyncIterator[C]:
        """The same, all of them. Raises DomainError (422) for more than a table holds."""
        after, seen = None, 0
        while True:
            cases, after = await self.page(asked, caller, after, _PAGE)
            seen += len(cases)
            if seen > MOST_EXPORTED:
                raise DomainError("export-too-large", status=422, params={"most": MOST_EXPORTED})
            for case in cases:
                yield case
            if after is None:
                return

    async def take_next(
        self, asked: Worklist, caller: Caller, ids: CommandIds
    ) -> tuple[str, Outcome[Any, Any]] | None:
        """Claim the first case that nobody has taken; None where there is none. Of two who ask at
        once each gets a case of their own."""
        free = asked.model_copy(update={"claim": "none"})
        cases, _ = await self.page(free, caller, None, _LOOKED_AT)
        for case in cases:
            try:
                done = await self.cases.review(
                    case.application_id,
                    None,
                    lambda desk, by, at: Claim(desk=desk, by=by, at=at),
                    caller,
                    ids,
                    f"next-{case.application_id}",
                )
            except (DomainError, WrongExpectedVersion):
                continue
            return case.application_id, done
        return None

    async def bulk(
        self,
        wanted: Mapping[str, tuple[str | None, Intending]],
        caller: Caller,
        ids: CommandIds,
    ) -> Mapping[str, Outcome[Any, Any] | DomainError]:
        """What comes of several decisions by application id; each on its own."""

        async def one(id: str, desk: str | None, intending: Intending) -> Any:
            try:
                return await self.cases.review(id, desk, intending, caller, ids, f"bulk-{id}")
            except DomainError as refused:
                return refused
            except WrongExpectedVersion:
                return DomainError("contended", status=503)

        made = await asyncio.gather(*(one(id, *said) for id, said in wanted.items()))
        return dict(zip(wanted, made, strict=True))

    async def cover(
        self, away: str, to: str | None, caller: Caller, ids: CommandIds
    ) -> Mapping[str, Outcome[Any, Any] | DomainError]:
        """Hand over what somebody who is away has claimed at the caller's desks."""
        colleague = await self.cases.colleagues.reviewer(to or caller.account_id)
        reviewer = await self.cases.colleagues.reviewer(caller.account_id)
        desks = sorted(str(desk) for desk in reviewer.desks)
        theirs = (Where("claimed_by", away, "has"), Where("waiting_for", desks, "has"))
        found = await self.views.of(self.case_view).find(Find(theirs, ("due",), limit=_PAGE))
        handed: dict[str, tuple[str | None, Intending]] = {}
        for _, case in found.items:
            claims = {} if case.review is None else case.review.claims
            for desk, holder in claims.items():
                if holder.account_id == away:
                    handed[case.application_id] = (desk, _to(colleague))
        return await self.bulk(handed, caller, ids)

    async def note(self, id: str, words: str, caller: Caller, ids: CommandIds) -> Outcome[Any, Any]:
        """Write something down for colleagues."""
        application = await self.cases.seen(id, caller)
        reviewer = await self.cases.colleagues.reviewer(caller.account_id)
        command = AddNote(by=reviewer.party, words=words, at=self.cases.clock.now())
        metadata = ids.metadata(
            caller, subject=application.talent_id, policy_version=application.policy_version
        )
        return await self.cases.handler.handle(self.cases.decider, id, command, metadata)


def _to(colleague: Reviewer) -> Intending:
    return lambda desk, by, at: HandOver(desk=desk, by=by, at=at, to=colleague)
