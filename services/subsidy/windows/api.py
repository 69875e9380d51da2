"""Windows over HTTP, for the authority that opens and closes them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel

from services.subsidy.books import Books
from services.subsidy.windows.calendar import Window
from services.subsidy.windows.commands import (
    CloseWindow,
    ExtendWindow,
    OpenWindow,
    WindowCommand,
)
from services.subsidy.windows.decider import DECIDER
from shared.casework.forms import Words
from shared.casework.talent_routes import Form
from shared.domain.calendar import shanghai_date
from shared.domain.errors import DomainError
from shared.domain.review.reviewer import Party
from shared.http.caller import Access, Caller
from shared.http.commands import CommandIds, Commanding
from shared.http.versions import stamp
from shared.policy.subsidy import SchemePolicy
from shared.ports.clock import Clock
from shared.runtime.command_handler import CommandHandler

AUTHORITY: Final = Access(kinds=("government",), roles=("talent_office",))
AnAuthority = Annotated[Caller, Depends(AUTHORITY)]
Code = Annotated[str, Path(max_length=64)]


class OpenForm(Form):
    """Shanghai days, both included."""

    opens: date
    closes: date
    words: Words


class ExtendForm(Form):
    closes: date
    words: Words


class CloseForm(Form):
    words: Words


class WindowOut(BaseModel):
    scheme: str
    code: str
    opens: date
    closes: date
    closed_at: datetime | None
    open: bool


class WindowsOut(BaseModel):
    """Of the year before, this one and the next."""

    items: tuple[WindowOut, ...]


class WindowDone(BaseModel):
    scheme: str
    version: str


@dataclass(frozen=True)
class WindowsApi:
    handler: CommandHandler
    books: Books
    clock: Clock

    async def windows(self, caller: AnAuthority) -> WindowsOut:
        """Every scheme's windows."""
        now = self.clock.now()
        found: list[WindowOut] = []
        for scheme in self.books.at(now).policy.schemes:
            held, _ = await self.handler.load(DECIDER, scheme.code)
            around = held.around(scheme, shanghai_date(now))
            found += [_out(scheme, window, now) for window in around]
        return WindowsOut(items=tuple(found))

    async def open(
        self, scheme: Code, form: OpenForm, response: Response,
        ids: Commanding, caller: AnAuthority,
    ) -> WindowDone:  # fmt: skip
        """Open one more window."""
        command = OpenWindow(
            scheme=self._scheme(scheme), opens=form.opens, closes=form.closes, words=form.words,
            by=_party(caller), at=self.clock.now(),
        )  # fmt: skip
        return await self._do(command, response, ids, caller)

    async def extend(
        self, scheme: Code, code: Code, form: ExtendForm, response: Response,
        ids: Commanding, caller: AnAuthority,
    ) -> WindowDone:  # fmt: skip
        """Let a window end later."""
        command = ExtendWindow(
            scheme=self._scheme(scheme), code=code, closes=form.closes, words=form.words,
            by=_party(caller), at=self.clock.now(),
        )  # fmt: skip
        return await self._do(command, response, ids, caller)

    async def close(
        self, scheme: Code, code: Code, form: CloseForm, response: Response,
        ids: Commanding, caller: AnAuthority,
    ) -> WindowDone:  # fmt: skip
        """Close a window now, before its time."""
        command = CloseWindow(
            scheme=self._scheme(scheme), code=code, words=form.words, by=_party(caller),
            at=self.clock.now(),
        )  # fmt: skip
        return await self._do(command, response, ids, caller)

    def _scheme(self, code: str) -> SchemePolicy:
        schemes = self.books.at(self.clock.now()).policy.schemes
        found = next((one for one in schemes if one.code == code), None)
        if found is None:
            raise DomainError("window-not-found", status=404)
        return found

    async def _do(
        self, command: WindowCommand, response: Response, ids: CommandIds, caller: Caller
    ) -> WindowDone:
        version = self.books.at(self.clock.now()).policy.version
        metadata = ids.metadata(caller, policy_version=version)
        done = await self.handler.handle(DECIDER, command.scheme.code, command, metadata)
        token = stamp(response, done.stream, done.version)
        return WindowDone(scheme=command.scheme.code, version=token)


def _party(caller: Caller) -> Party:
    return Party(account_id=caller.account_id, person=caller.person)


def _out(scheme: SchemePolicy, window: Window, now: datetime) -> WindowOut:
    return WindowOut(
        scheme=scheme.code, code=window.code, opens=window.opens, closes=window.closes,
        closed_at=window.closed_at, open=window.open_at(now),
    )  # fmt: skip


def windows_router(api: WindowsApi) -> APIRouter:
    """Routes under `/api/subsidy/windows`."""
    router = APIRouter(prefix="/api/subsidy/windows", tags=["申请窗口 / windows"])
    add = router.add_api_route
    add("", api.windows, methods=["GET"])
    add("/{scheme}", api.open, methods=["POST"], status_code=201)
    add("/{scheme}/{code}/extend", api.extend, methods=["POST"])
    add("/{scheme}/{code}/close", api.close, methods=["POST"])
    return router
