"""The abnormal list over HTTP: who proposes, who decides, and the person who is on it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import Field

from services.identity import assist
from services.identity.api import VersionOut, stamped
from services.identity.context import Identity
from services.identity.decider import DECIDER as TALENTS
from services.identity.forms import Form, Words
from services.identity.listing.answers import EntryOut, MyEntryOut, entry_out, my_entry_out
from services.identity.listing.commands import (
    Confirm,
    Decline,
    Dismiss,
    Lift,
    ListingCommand,
    Object,
    Propose,
    Uphold,
    Withdraw,
)
from services.identity.listing.decider import DECIDER, Entry
from services.identity.listing.events import AbnormalKind, Evidence, ListingProposed
from services.identity.listing.views import ENTRIES
from services.identity.policies import ACCOUNT_DESK, shanghai_day, years_later
from services.identity.registration.application import Written
from services.identity.states import Talent
from shared.domain.errors import DomainError
from shared.domain.review.reviewer import Party
from shared.http.caller import TALENT, Access, Caller
from shared.http.commands import CommandIds, Commanding, derive_id
from shared.http.paging import Page, PageOf
from shared.http.versions import AtLeast, pending
from shared.ports.view_store import Find, Where

PROPOSERS: Final = Access(
    kinds=("government",),
    roles=(ACCOUNT_DESK, "reviewer", "district_talent_desk", "hr_bureau", "talent_office"),
)
DECIDERS: Final = Access(kinds=("government",), roles=(ACCOUNT_DESK,))
AProposer = Annotated[Caller, Depends(PROPOSERS)]
ADecider = Annotated[Caller, Depends(DECIDERS)]
ATalent = Annotated[Caller, Depends(TALENT)]
Id = Annotated[str, Path(max_length=128, pattern=r"^[\w-]+$")]


class ProposalForm(Form):
    """§3.1, §3.4.5: how long it bars is policy. `evidence` names files of the person's
    applications; `ends_class` where the class in force rests on the false declaration."""

    kind: AbnormalKind
    reason: Words
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=20)] = ()
    ends_class: bool = False


class WordsForm(Form):
    words: Words


class ProposedOut(VersionOut):
    entry_id: str


@dataclass(frozen=True)
class ListingApi:
    identity: Identity

    async def propose(
        self, talent_id: Id, form: ProposalForm, response: Response,
        ids: Commanding, caller: AProposer,
    ) -> ProposedOut:  # fmt: skip
        """Propose a talent for the abnormal list (异常名单): a second person decides."""
        state, _ = await self.identity.kernel.handler.load(TALENTS, talent_id)
        if not isinstance(state, Talent):
            raise DomainError("talent-not-found", status=404)
        entry = derive_id(ids.command_id(caller), "listing")
        fact = ListingProposed(
            entry_id=entry, talent_id=talent_id, kind=form.kind, reason=form.reason,
            evidence=form.evidence, application_id=None, ends_class=form.ends_class,
            by=party(caller), at=self.identity.now(),
        )  # fmt: skip
        written = await self._do(entry, talent_id, Propose(fact=fact), ids, caller)
        return ProposedOut(entry_id=entry, version=stamped(response, written))

    async def confirm(
        self, entry_id: Id, response: Response, ids: Commanding, caller: ADecider
    ) -> VersionOut:
        """Put them on the list, for as long as the policy says."""
        proposed = (await self._entry(entry_id)).proposed
        if proposed is None:
            raise DomainError("listing-not-found", status=404)
        now, policy = self.identity.now(), self.identity.policy()
        bar, day = policy.bar(proposed.kind), shanghai_day(now)
        command = Confirm(
            barred_until=years_later(day, bar.years),
            object_until=day + timedelta(days=bar.object_days), by=party(caller), at=now,
        )  # fmt: skip
        return await self._decide(entry_id, command, response, ids, caller)

    async def decline(
        self, entry_id: Id, form: WordsForm, response: Response,
        ids: Commanding, caller: ADecider,
    ) -> VersionOut:  # fmt: skip
        """Not put them on the list."""
        command = Decline(words=form.words, by=party(caller), at=self.identity.now())
        return await self._decide(entry_id, command, response, ids, caller)

    async def withdraw(
        self, entry_id: Id, response: Response, ids: Commanding, caller: AProposer
    ) -> VersionOut:
        """Take one's own proposal back."""
        command = Withdraw(by=party(caller), at=self.identity.now())
        return await self._decide(entry_id, command, response, ids, caller)

    async def uphold(
        self, entry_id: Id, form: WordsForm, response: Response,
        ids: Commanding, caller: ADecider,
    ) -> VersionOut:  # fmt: skip
        """The person is right: the entry is lifted."""
        command = Uphold(words=form.words, by=party(caller), at=self.identity.now())
        return await self._decide(entry_id, command, response, ids, caller)

    async def dismiss(
        self, entry_id: Id, form: WordsForm, response: Response,
        ids: Commanding, caller: ADecider,
    ) -> VersionOut:  # fmt: skip
        """The entry stays."""
        command = Dismiss(words=form.words, by=party(caller), at=self.identity.now())
        return await self._decide(entry_id, command, response, ids, caller)

    async def lift(
        self, entry_id: Id, form: WordsForm, response: Response,
        ids: Commanding, caller: ADecider,
    ) -> VersionOut:  # fmt: skip
        """Lift an entry before its time."""
        command = Lift(words=form.words, by=party(caller), at=self.identity.now())
        return await self._decide(entry_id, command, response, ids, caller)

    async def entries(
        self, page: Page, at_least: AtLeast, caller: AProposer,
        status: Annotated[
            Literal["proposed", "listed", "objected", "declined", "withdrawn", "lifted"], Query()
        ] = "proposed",
    ) -> PageOf[EntryOut] | Response:  # fmt: skip
        """Entries by where they are, the oldest first."""
        view = self.identity.kernel.views.of(ENTRIES)
        if not await at_least.reached(view):
            return pending()
        where = (Where("status", status),)
        found = await view.find(Find(where, ("proposed_at",), page.cursor, page.limit))
        return PageOf(items=[entry_out(entry) for _, entry in found.items], next=found.next)

    async def entry(
        self, entry_id: Id, at_least: AtLeast, caller: AProposer
    ) -> EntryOut | Response:
        """One entry with its history."""
        view = self.identity.kernel.views.of(ENTRIES)
        if not await at_least.reached(view):
            return pending()
        found = await view.get(entry_id)
        if found is None:
            raise DomainError("listing-not-found", status=404)
        return entry_out(found)

    async def mine(
        self, page: Page, at_least: AtLeast, caller: ATalent
    ) -> PageOf[MyEntryOut] | Response:
        """The decisions about oneself, the latest first; proposals are none."""
        view = self.identity.kernel.views.of(ENTRIES)
        if not await at_least.reached(view):
            return pending()
        where = (
            Where("talent_id", caller.account_id),
            Where("status", ("listed", "objected", "lifted"), "in"),
        )
        found = await view.find(Find(where, ("-proposed_at",), page.cursor, page.limit))
        return PageOf(items=[my_entry_out(entry) for _, entry in found.items], next=found.next)

    async def object(
        self, entry_id: Id, form: WordsForm, response: Response, ids: Commanding, caller: ATalent
    ) -> VersionOut:
        """Object to a decision, once; somebody who had no part in it decides."""
        now = self.identity.now()
        command = Object(
            talent_id=caller.account_id, words=form.words, today=shanghai_day(now), at=now
        )
        written = await self._do(entry_id, caller.account_id, command, ids, caller)
        return VersionOut(version=stamped(response, written))

    async def _entry(self, entry_id: str) -> Entry:
        return (await self.identity.kernel.handler.load(DECIDER, entry_id))[0]

    async def _decide(
        self, entry_id: str, command: ListingCommand, response: Response,
        ids: CommandIds, caller: Caller,
    ) -> VersionOut:  # fmt: skip
        proposed = (await self._entry(entry_id)).proposed
        if proposed is None:
            raise DomainError("listing-not-found", status=404)
        written = await self._do(entry_id, proposed.talent_id, command, ids, caller)
        return VersionOut(version=stamped(response, written))

    async def _do(
        self,
        entry_id: str,
        talent_id: str,
        command: ListingCommand,
        ids: CommandIds,
        caller: Caller,
    ) -> Written:
        handler = self.identity.kernel.handler
        state, _ = await handler.load(TALENTS, talent_id)
        own = isinstance(state, Talent) and state.is_person(caller.person)
        if own and caller.kind != "talent":
            raise assist.own_case()
        version = self.identity.policy().version
        metadata = ids.metadata(caller, subject=talent_id, policy_version=version)
        outcome = await handler.handle(DECIDER, entry_id, command, metadata)
        return Written(outcome.stream, outcome.version)


def party(caller: Caller) -> Party:
    return Party(account_id=caller.account_id, person=caller.person)


def listing_router(identity: Identity) -> APIRouter:
    """Routes under `/api/identity`."""
    router = APIRouter(prefix="/api/identity", tags=["异常名单 / abnormal list"])
    api, one = ListingApi(identity), "/listings/{entry_id}"
    add = router.add_api_route
    add("/talents/{talent_id}/listings", api.propose, methods=["POST"], status_code=201)
    add("/listings", api.entries, methods=["GET"], response_model=PageOf[EntryOut])
    add(one, api.entry, methods=["GET"], response_model=EntryOut)
    add(f"{one}/confirm", api.confirm, methods=["POST"])
    add(f"{one}/decline", api.decline, methods=["POST"])
    add(f"{one}/withdraw", api.withdraw, methods=["POST"])
    add(f"{one}/lift", api.lift, methods=["POST"])
    add(f"{one}/objection/uphold", api.uphold, methods=["POST"])
    add(f"{one}/objection/dismiss", api.dismiss, methods=["POST"])
    add("/me/listings", api.mine, methods=["GET"], response_model=PageOf[MyEntryOut])
    add("/me/listings/{entry_id}/objection", api.object, methods=["POST"], status_code=201)
    return router
