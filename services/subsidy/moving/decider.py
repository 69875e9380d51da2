"""A change of units: recorded by the talent, confirmed by every new unit, then in force."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final, assert_never

from services.subsidy.moving.commands import AnswerUnitChange, MovingCommand, RecordUnitChange
from services.subsidy.moving.events import (
    MovingEvent,
    UnitChangeConfirmed,
    UnitChangeDisputed,
    UnitChangeRecorded,
    UnitsChanged,
)
from services.subsidy.payouts.periods import Period, all_periods
from services.subsidy.payouts.state import Pause, Schedule
from shared.domain.errors import DomainError, FieldError

LEFT: Final = "employment-ended"


def decide(command: MovingCommand, state: Schedule) -> Sequence[MovingEvent]:
    """Raises DomainError."""
    match command:
        case RecordUnitChange():
            return _record(command, state)
        case AnswerUnitChange():
            return _answer(command, state)
        case _:
            assert_never(command)


def _record(command: RecordUnitChange, state: Schedule) -> Sequence[MovingEvent]:
    made, pending = state.made, state.change
    if made is None:
        raise DomainError("schedule-not-found", status=404)
    _require_going_on(state)
    if faults := _day_faults(command, state, made.terms.starts):
        raise DomainError("invalid-fields", status=422, fields=tuple(faults))
    if state.ended is None and set(command.units) == set(state.units):
        raise DomainError("unit-unchanged")
    if state.ended is not None and resumption(state, command.since) is None:
        raise DomainError("schedule-over")
    if pending is not None and (pending.units, pending.since) == (command.units, command.since):
        return []
    return [UnitChangeRecorded(units=command.units, since=command.since, at=command.at)]


def _require_going_on(state: Schedule) -> None:
    """Only an end by leaving a unit is no end for good."""
    ended = state.ended
    if (ended is None and state.completed) or (ended is not None and ended.reason != LEFT):
        raise DomainError("schedule-over")


def _day_faults(command: RecordUnitChange, state: Schedule, starts: date) -> list[FieldError]:
    since, ended, latest = command.since, state.ended, command.resume_until
    if since > command.today:
        return [FieldError("/since", "date-in-future", "入职日期不能晚于今天。")]
    if ended is not None and since <= ended.last_day:
        message = f"入职日期须晚于在原单位的最后一天（{ended.last_day}）。"
        return [FieldError("/since", "before-last-day", message)]
    if ended is not None and latest is not None and since > latest:
        message = f"离职后须在 {latest} 前入职新单位，补贴方可继续发放。"
        return [FieldError("/since", "resumed-too-late", message)]
    if since < starts:
        return [FieldError("/since", "before-schedule", f"入职日期不能早于 {starts}。")]
    return []


def resumption(state: Schedule, since: date) -> Period | None:
    """The period with which ended payments go on: the first whole one from the day on."""
    if state.terms is None:
        return None
    coming = (one for one in all_periods(state.terms) if one.number >= state.next)
    return next((one for one in coming if one.starts >= since), None)


def _answer(command: AnswerUnitChange, state: Schedule) -> Sequence[MovingEvent]:
    change, unit, at = state.change, command.organisation_id, command.at
    if change is None or unit not in change.units:
        raise DomainError("no-unit-change", status=404)
    if not command.confirmed:
        if not command.words.strip():
            fault = FieldError("/words", "required", "请填写理由。")
            raise DomainError("invalid-fields", status=422, fields=(fault,))
        by, words = command.by, command.words
        return [UnitChangeDisputed(organisation_id=unit, words=words, by=by, at=at)]
    if unit in state.confirmed:
        return []
    _require_going_on(state)
    confirmed = UnitChangeConfirmed(organisation_id=unit, by=command.by, at=at)
    if {*state.confirmed, unit} < set(change.units):
        return [confirmed]
    return [confirmed, _changed(command, change, state)]


def _changed(
    command: AnswerUnitChange, change: UnitChangeRecorded, state: Schedule
) -> UnitsChanged:
    ended = state.ended
    first = None if ended is None else resumption(state, change.since)
    if ended is not None and first is None:
        raise DomainError("schedule-over")
    return UnitsChanged(
        units=change.units,
        since=change.since,
        employed_until=max(command.until, state.employed_until),
        last_day=None if ended is None else ended.last_day,
        from_period=None if first is None else first.number,
        at=command.at,
    )


def evolve(state: Schedule, event: MovingEvent) -> Schedule:
    match event:
        case UnitChangeRecorded():
            return replace(state, change=event, confirmed=frozenset())
        case UnitChangeConfirmed(organisation_id=unit):
            return replace(state, confirmed=state.confirmed | {unit})
        case UnitChangeDisputed():
            return replace(state, change=None, confirmed=frozenset())
        case UnitsChanged():
            return _moved(state, event)
        case _:
            assert_never(event)


def _moved(state: Schedule, event: UnitsChanged) -> Schedule:
    moved = replace(
        state,
        units=event.units,
        change=None,
        confirmed=frozenset(),
        employed_until=event.employed_until,
    )
    first, last_day = event.from_period, event.last_day
    if first is None or last_day is None:
        return moved
    pauses = (*state.pauses, Pause(last_day, first))
    return replace(moved, pauses=pauses, ended=None, completed=False, next=first, held=())
