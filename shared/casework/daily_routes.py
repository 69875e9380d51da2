"""Reviewers' daily work over HTTP: the same routes in every context."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import ValidationError

from shared.casework.answers import Written
from shared.casework.cases import Intending
from shared.casework.daily import Daily
from shared.casework.daily_forms import (
    BulkApproval,
    BulkDecision,
    BulkForm,
    BulkOut,
    BulkRejection,
    BulkResult,
    BulkReturn,
    ColleagueOut,
    CoverForm,
    FieldOut,
    FilterOut,
    NoteForm,
    ReasonOut,
)
from shared.casework.desk_routes import AReviewer, DeskRoutes, Id
from shared.casework.difference import Change, Differences
from shared.casework.forms import Worklist
from shared.casework.statistics import DeskTotal, StatisticsOut, summed
from shared.domain.errors import DomainError
from shared.http.commands import Commanding
from shared.http.faults import field_errors
from shared.http.messages import sentence
from shared.http.versions import Token, stamp
from shared.ports.key_value import KeyValueStore
from shared.ports.view_store import Find, Where
from shared.runtime.command_handler import Outcome
from shared.runtime.tally import Tally

Name = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[^/]+$")]
Month = Annotated[str, Query(pattern=r"^[12][0-9]{3}-(0[1-9]|1[0-2])$")]


@dataclass(frozen=True)
class DailyRoutes:
    """`worklist` is the context's form of conditions, `reasons` the reasons for rejecting now;
    `totals` its statistics. Saved filters are kept in `key_values`."""

    context: str
    daily: Daily[Any, Any]
    desks: DeskRoutes[Any]
    worklist: type[Worklist]
    reasons: Callable[[], Sequence[ReasonOut]]
    totals: Tally[Any, DeskTotal]
    differences: Differences[Any]
    key_values: KeyValueStore

    async def bulk(
        self, form: BulkForm, request: Request, ids: Commanding, caller: AReviewer
    ) -> BulkOut:
        """Decide many at once; each is checked on its own, and the answer says which succeeded."""
        twice = len(form.decisions) - len({one.application_id for one in form.decisions})
        if twice:
            raise DomainError("bulk-twice", status=422)
        wanted = {one.application_id: (one.desk, self._intending(one)) for one in form.decisions}
        made = await self.daily.bulk(wanted, caller, ids)
        return BulkOut(results=_results(made, request))

    def _intending(self, one: BulkDecision) -> Intending:
        match one:
            case BulkApproval():
                return self.desks.approval(one)
            case BulkReturn():
                return self.desks.return_of(one)
            case BulkRejection():
                return self.desks.rejection(one)

    async def cover(
        self, form: CoverForm, request: Request, ids: Commanding, caller: AReviewer
    ) -> BulkOut:
        """Take over, or hand on, what a colleague who is away has claimed at one's desks."""
        made = await self.daily.cover(form.from_, form.to, caller, ids)
        return BulkOut(results=_results(made, request))

    async def note(
        self, id: Id, form: NoteForm, response: Response, ids: Commanding, caller: AReviewer
    ) -> Written:
        """A note for colleagues; the talent never sees it."""
        done = await self.daily.note(id, form.words, caller, ids)
        return Written(application_id=id, version=stamp(response, done.stream, done.version))

    async def correction(self, id: Id, caller: AReviewer) -> list[Change]:
        """What the talent changed since the last return, beside what was there."""
        await self.desks.cases.seen(id, caller)
        return list(await self.differences.of_correction(id))

    async def colleagues(self, caller: AReviewer) -> list[ColleagueOut]:
        """Who sits at one's desks: to hand over to, or to cover for."""
        found = await self.desks.cases.colleagues.at_desks_of(caller.account_id)
        return [
            ColleagueOut(account_id=one.account_id, name=one.name, desks=one.desks) for one in found
        ]

    async def catalogue(self, caller: AReviewer) -> list[ReasonOut]:
        """The reasons for which a case may be rejected."""
        return list(self.reasons())

    async def statistics(
        self,
        caller: AReviewer,
        since: Month,
        until: Month,
        by_labels: bool = False,
    ) -> list[StatisticsOut]:
        """In, out, waiting, overdue and the median hours per desk, month by month; with
        `by_labels` apart by what cases are sorted by too. Units see their own desks alone."""
        reviewer = await self.desks.cases.colleagues.reviewer(caller.account_id)
        mine = sorted(str(desk) for desk in reviewer.desks)
        where = [Where("month", since, "gte"), Where("month", until, "lte")]
        if caller.kind != "government":
            where.append(Where("desk", mine, "in"))
        view, totals = self.daily.views.of(self.totals), list[DeskTotal]()
        for wanted in (tuple(where), (Where("month", "now"), *where[2:])):
            after = None
            while True:
                page = await view.find(Find(wanted, ("month", "desk"), after, 500))
                totals += [total for _, total in page.items]
                if (after := page.next) is None:
                    break
        return summed(totals, by_labels=by_labels)

    async def filters(self, caller: AReviewer) -> list[FilterOut]:
        """One's saved filters."""
        kept = await self.key_values.scan(self._filters, f"{caller.account_id}/")
        return [
            FilterOut(name=key.partition("/")[2], asked=orjson.loads(value)) for key, value in kept
        ]

    async def save_filter(
        self, name: Name, asked: dict[str, str | bool | None], caller: AReviewer
    ) -> FilterOut:
        """Keep a worklist's conditions under a name."""
        try:
            kept = self.worklist.model_validate(asked, extra="forbid")
        except ValidationError as wrong:
            faults = field_errors(wrong.errors())
            raise DomainError("invalid-input", status=422, fields=tuple(faults)) from None
        if len(await self.filters(caller)) >= 50:
            raise DomainError("filters-too-many", params={"most": 50})
        data = kept.model_dump(mode="json", exclude_unset=True)
        await self.key_values.put(self._filters, f"{caller.account_id}/{name}", orjson.dumps(data))
        return FilterOut(name=name, asked=data)

    async def forget_filter(self, name: Name, caller: AReviewer) -> Response:
        """Delete a saved filter; one that is not there is gone too."""
        await self.key_values.delete(self._filters, f"{caller.account_id}/{name}")
        return Response(status_code=204)

    @property
    def _filters(self) -> str:
        return f"{self.context}-filters"


def add_daily_routes(router: APIRouter, routes: DailyRoutes) -> None:
    """Routes under the reviewers' prefix; before those of a single case."""
    add = router.add_api_route
    add("/bulk", routes.bulk, methods=["POST"])
    add("/cover", routes.cover, methods=["POST"])
    add("/colleagues", routes.colleagues, methods=["GET"])
    add("/reasons", routes.catalogue, methods=["GET"])
    add("/statistics", routes.statistics, methods=["GET"])
    add("/filters", routes.filters, methods=["GET"])
    add("/filters/{name}", routes.save_filter, methods=["PUT"])
    add("/filters/{name}", routes.forget_filter, methods=["DELETE"], status_code=204)
    add("/{id}/notes", routes.note, methods=["POST"], status_code=201)
    add("/{id}/correction", routes.correction, methods=["GET"])


def _results(
    made: Mapping[str, Outcome[Any, Any] | DomainError], request: Request
) -> tuple[BulkResult, ...]:
    english = request.headers.get("accept-language", "").lower().startswith("en")
    return tuple(_result(id, one, english=english) for id, one in made.items())


def _result(id: str, one: Outcome[Any, Any] | DomainError, *, english: bool) -> BulkResult:
    if isinstance(one, DomainError):
        faults = [FieldOut(pointer=f.pointer, code=f.code, detail=f.message) for f in one.fields]
        detail = sentence(one.code, one.params, english=english)
        return BulkResult(
            application_id=id, done=False, code=one.code, detail=detail, errors=tuple(faults)
        )
    return BulkResult(application_id=id, done=True, version=str(Token(one.stream, one.version)))
