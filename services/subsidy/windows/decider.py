"""Windows are opened, extended and closed; two of one scheme never overlap."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, assert_never

from services.subsidy.windows.calendar import SchemeWindows, Window
from services.subsidy.windows.commands import (
    CloseWindow,
    ExtendWindow,
    OpenWindow,
    WindowCommand,
)
from services.subsidy.windows.events import (
    WINDOWS,
    WindowClosed,
    WindowEvent,
    WindowExtended,
    WindowOpened,
)
from shared.domain.calendar import shanghai_date
from shared.domain.decider import Decider
from shared.domain.errors import DomainError, FieldError

Events = Sequence[WindowEvent]


def decide(command: WindowCommand, state: SchemeWindows) -> Events:
    if command.scheme.yearly is None:
        raise DomainError("scheme-without-windows", params={"scheme": command.scheme.label})
    match command:
        case OpenWindow():
            return _open(command, state)
        case ExtendWindow():
            return _extend(command, state)
        case CloseWindow():
            window = _window(command, state)
            if window.closed_at is not None:
                return []
            if window.closes < shanghai_date(command.at):
                raise DomainError("window-is-over", params={"closes": window.closes.isoformat()})
            return [
                WindowClosed(
                    scheme=command.scheme.code, code=window.code, opens=window.opens,
                    closes=window.closes, words=command.words, by=command.by, at=command.at,
                )
            ]  # fmt: skip
        case _:
            assert_never(command)


def _open(command: OpenWindow, state: SchemeWindows) -> Events:
    faults = []
    if command.opens < shanghai_date(command.at):
        faults.append(FieldError("/opens", "in-the-past", "开放日期不能早于今天。"))
    if command.closes < command.opens:
        faults.append(FieldError("/closes", "before-it-opens", "截止日期不能早于开放日期。"))
    if faults:
        raise DomainError("invalid-fields", status=422, fields=tuple(faults))
    _require_room(command, state, Window(command.opens.isoformat(), command.opens, command.closes))
    return [
        WindowOpened(
            scheme=command.scheme.code, code=command.opens.isoformat(), opens=command.opens,
            closes=command.closes, words=command.words, by=command.by, at=command.at,
        )
    ]  # fmt: skip


def _extend(command: ExtendWindow, state: SchemeWindows) -> Events:
    window, today = _window(command, state), shanghai_date(command.at)
    if window.closed_at is not None or window.closes < today:
        raise DomainError("window-is-over", params={"closes": window.last_day.isoformat()})
    if command.closes <= window.closes:
        message = f"新的截止日期须晚于 {window.closes.isoformat()}。"
        fault = FieldError("/closes", "not-later", message)
        raise DomainError("invalid-fields", status=422, fields=(fault,))
    longer = replace(window, closes=command.closes)
    _require_room(command, state, longer, but=window.code)
    return [
        WindowExtended(
            scheme=command.scheme.code, code=window.code, opens=window.opens,
            closes=command.closes, words=command.words, by=command.by, at=command.at,
        )
    ]  # fmt: skip


def _window(command: ExtendWindow | CloseWindow, state: SchemeWindows) -> Window:
    known = state.around(command.scheme, shanghai_date(command.at))
    found = next((one for one in known if one.code == command.code), None)
    if found is None:
        raise DomainError("window-not-found", status=404)
    return found


def _require_room(
    command: OpenWindow | ExtendWindow, state: SchemeWindows, wanted: Window, but: str | None = None
) -> None:
    """Raises DomainError where another window of the scheme is in the way."""
    for one in state.around(command.scheme, shanghai_date(command.at)):
        if one.code != but and one.overlaps(wanted.opens, wanted.closes):
            days = {"opens": one.opens.isoformat(), "closes": one.last_day.isoformat()}
            raise DomainError("window-overlaps", params=days)


def evolve(state: SchemeWindows, event: WindowEvent) -> SchemeWindows:
    window = Window(event.code, event.opens, event.closes)
    match event:
        case WindowOpened() | WindowExtended():
            return state.with_(window)
        case WindowClosed(at=at):
            return state.with_(replace(window, closed_at=at))
        case _:
            assert_never(event)


DECIDER: Final = Decider(WINDOWS, SchemeWindows(), decide, evolve)
