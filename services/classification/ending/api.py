"""The end of a class over HTTP."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, Field

from services.classification.books import Books
from services.classification.ending.commands import (
    ConfirmEnding,
    DeclineEnding,
    EndingCommand,
    ProposeEnding,
)
from services.classification.talent_class.decider import DECIDER
from services.classification.talent_class.views import CLASSES, TalentClassView
from services.identity.readings.people import People
from shared.casework.forms import Words
from shared.casework.talent_routes import Form
from shared.domain.errors import DomainError, FieldError
from shared.domain.review.reviewer import Party
from shared.events.personal import readable
from shared.http.caller import Access, Caller
from shared.http.commands import CommandIds, Commanding
from shared.http.paging import Page, PageOf
from shared.http.versions import AtLeast, pending, stamp
from shared.policy.classification import EndReasonPolicy
from shared.ports.clock import Clock
from shared.ports.view_store import Find, Where
from shared.runtime.command_handler import CommandHandler
from shared.runtime.views import Views

ENDERS: Final = Access(
    kinds=("government",), roles=("reviewer", "district_talent_desk", "hr_bureau", "talent_office")
)
AnEnder = Annotated[Caller, Depends(ENDERS)]
Id = Annotated[str, Path(max_length=64)]


class EndingForm(Form):
    """Why, as a code of the policy data and in words."""

    reason: Annotated[str, Field(max_length=64)]
    words: Words


class WordsForm(Form):
    words: Words


class EndingOut(BaseModel):
    """A class that somebody wants ended; a second person decides."""

    talent_id: str
    talent_class: str
    reason: str
    words: str | None
    proposed_by: str
    proposed_at: str


class EndingDone(BaseModel):
    """`version` is what `min_version` waits for."""

    talent_id: str
    version: str


@dataclass(frozen=True)
class EndingApi:
    handler: CommandHandler
    views: Views
    people: People
    books: Books
    clock: Clock

    async def reasons(self, caller: AnEnder) -> list[EndReasonPolicy]:
        """For what a class may be ended without a bar."""
        return list(self.books.at(self.clock.now()).policy.end_reasons)

    async def waiting(self, page: Page, at_least: AtLeast, caller: AnEnder) -> (
        PageOf[EndingOut] | Response
    ):  # fmt: skip
        """Proposals that wait for a second person, the oldest first."""
        view = self.views.of(CLASSES)
        if not await at_least.reached(view):
            return pending()
        where = (Where("ending_proposed", True),)
        found = await view.find(Find(where, ("ending_at",), page.cursor, page.limit))
        return PageOf(items=[_out(id, held) for id, held in found.items], next=found.next)

    async def propose(
        self, talent_id: Id, form: EndingForm, response: Response,
        ids: Commanding, caller: AnEnder,
    ) -> EndingDone:  # fmt: skip
        """Propose that a class ends: approved in error, honour withdrawn, own wish, left, death."""
        now = self.clock.now()
        known = {one.code for one in self.books.at(now).policy.end_reasons}
        if form.reason not in known:
            fault = FieldError("/reason", "unknown-reason", "请从列表中选择原因。")
            raise DomainError("invalid-fields", status=422, fields=(fault,))
        command = ProposeEnding(
            reason=form.reason, words=form.words, by=await self._party(caller), at=now
        )
        return await self._do(talent_id, command, response, ids, caller)

    async def confirm(
        self, talent_id: Id, response: Response, ids: Commanding, caller: AnEnder
    ) -> EndingDone:
        """End it: somebody else than who proposed it."""
        command = ConfirmEnding(by=await self._party(caller), at=self.clock.now())
        return await self._do(talent_id, command, response, ids, caller)

    async def decline(
        self, talent_id: Id, form: WordsForm, response: Response,
        ids: Commanding, caller: AnEnder,
    ) -> EndingDone:  # fmt: skip
        """Not end it; who proposed it takes it back in this way, too."""
        command = DeclineEnding(words=form.words, by=await self._party(caller), at=self.clock.now())
        return await self._do(talent_id, command, response, ids, caller)

    async def _party(self, caller: Caller) -> Party:
        return (await self.people.reviewer(caller.account_id)).party

    async def _do(
        self, talent_id: str, command: EndingCommand, response: Response,
        ids: CommandIds, caller: Caller,
    ) -> EndingDone:  # fmt: skip
        person = await self.views.of(self.people.persons).get(talent_id)
        if person is None:
            raise DomainError("no-class-to-end", status=404)
        if person.person in (caller.person, command.by.person):
            raise DomainError("own-case", status=403)
        version = self.books.at(self.clock.now()).policy.version
        metadata = ids.metadata(caller, subject=talent_id, policy_version=version)
        done = await self.handler.handle(DECIDER, talent_id, command, metadata)
        return EndingDone(talent_id=talent_id, version=stamp(response, done.stream, done.version))


def _out(talent_id: str, view: TalentClassView) -> EndingOut:
    ending = readable(view.ending)
    return EndingOut(
        talent_id=talent_id,
        talent_class=view.talent_class or "",
        reason="" if ending is None else ending.reason,
        words=None if ending is None else ending.words,
        proposed_by="" if ending is None else ending.proposed_by,
        proposed_at=view.ending_at or "",
    )


def ending_router(api: EndingApi) -> APIRouter:
    """Routes under `/api/classification`."""
    router = APIRouter(prefix="/api/classification", tags=["人才类别终止 / end of a class"])
    add, one = router.add_api_route, "/classes/{talent_id}/ending"
    add("/class-endings", api.waiting, methods=["GET"], response_model=PageOf[EndingOut])
    add("/class-endings/reasons", api.reasons, methods=["GET"])
    add(one, api.propose, methods=["POST"], status_code=201)
    add(f"{one}/confirm", api.confirm, methods=["POST"])
    add(f"{one}/decline", api.decline, methods=["POST"])
    return router
