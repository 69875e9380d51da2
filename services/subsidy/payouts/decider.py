"""A period falls due once, is in one batch at a time, and is paid once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import reduce
from typing import Final, TypeVar, assert_never

from services.subsidy.moving import decider as moving
from services.subsidy.moving.commands import AnswerUnitChange, RecordUnitChange
from services.subsidy.moving.events import (
    UnitChangeConfirmed,
    UnitChangeDisputed,
    UnitChangeRecorded,
    UnitsChanged,
)
from services.subsidy.payouts.commands import (
    AmendSchedule,
    CheckPeriod,
    ConfirmEmployment,
    EndSchedule,
    MakeSchedule,
    PlacePayment,
    RecordRepayment,
    ReleasePayment,
    ScheduleCommand,
    SettlePayment,
)
from services.subsidy.payouts.events import (
    SCHEDULE,
    ClawbackClaimed,
    EmploymentConfirmed,
    PaymentFailed,
    PaymentMade,
    PaymentPlaced,
    PaymentReleased,
    PeriodFellDue,
    PeriodHeld,
    RepaymentRecorded,
    ScheduleAmended,
    ScheduleCompleted,
    ScheduleEnded,
    ScheduleEvent,
    ScheduleMade,
)
from services.subsidy.payouts.periods import Terms
from services.subsidy.payouts.policies import failing
from services.subsidy.payouts.settling import claims, completion, settle
from services.subsidy.payouts.state import Schedule
from shared.domain.calendar import shanghai_date
from shared.domain.decider import Decider
from shared.domain.errors import DomainError, FieldError

Events = Sequence[ScheduleEvent]
E = TypeVar("E")


def decide(command: ScheduleCommand, state: Schedule) -> Events:
    match command:
        case MakeSchedule(fact=fact):
            return [fact] if state.made is None and state.ended is None else []
        case AmendSchedule():
            return _amend(command, state)
        case CheckPeriod():
            return _check(command, state)
        case PlacePayment():
            return _place(command, state)
        case ReleasePayment():
            return _followed(state, _release(command, state))
        case SettlePayment():
            return _followed(state, settle(command, state))
        case ConfirmEmployment():
            return _confirm(command, state)
        case EndSchedule():
            return _end(command, state)
        case RecordRepayment():
            return _repay(command, state)
        case RecordUnitChange() | AnswerUnitChange():
            return moving.decide(command, state)
        case _:
            assert_never(command)


def _amend(command: AmendSchedule, state: Schedule) -> Events:
    if state.made is None or state.terms is None or state.coming is None:
        return []
    if state.ended is not None or state.terms.amount == command.amount:
        return []
    return [ScheduleAmended(**command.model_dump(), from_period=state.next)]


def _check(command: CheckPeriod, state: Schedule) -> Events:
    coming = state.coming
    if coming is None or command.period != coming.number or coming.due > command.at:
        return []
    reasons = failing(state, command.facts, coming.ends, shanghai_date(command.at))
    if reasons:
        held = PeriodHeld(period=coming.number, reason=reasons[0], reasons=reasons, at=command.at)
        return [] if reasons == state.held else [held]
    return [
        PeriodFellDue(
            period=coming.number,
            starts=coming.starts,
            ends=coming.ends,
            due_on=coming.due_on,
            amount=coming.amount,
            at=command.at,
        )
    ]


def _place(command: PlacePayment, state: Schedule) -> Events:
    number = command.period
    placed = state.placed.get(number)
    if placed is not None:
        if (placed.batch_id, placed.line) == (command.batch_id, command.line):
            return []
        raise DomainError("payment-in-batch", params={"batch": placed.batch_id})
    if number in state.paid:
        raise DomainError("payment-made-already")
    due = state.due.get(number)
    if due is None or not (worth := state.worth(due)):
        raise DomainError("payment-not-due")
    reasons = failing(state, command.facts, due.ends, shanghai_date(command.at))
    if reasons or command.facts.account_id is None:
        raise DomainError("payment-held", params={"reasons": list(reasons)})
    return [
        PaymentPlaced(
            period=number,
            amount=worth,
            batch_id=command.batch_id,
            line=command.line,
            account_id=command.facts.account_id,
            at=command.at,
        )
    ]


def _release(command: ReleasePayment, state: Schedule) -> Events:
    placed = state.on(command.batch_id, command.line)
    if placed is None:
        return []
    values = placed.model_dump(include={"period", "amount", "batch_id", "line"})
    return [PaymentReleased(**values, at=command.at)]


def _confirm(command: ConfirmEmployment, state: Schedule) -> Events:
    if state.made is None:
        raise DomainError("schedule-not-found", status=404)
    if state.ended is not None or state.completed:
        raise DomainError("schedule-over")
    if command.until <= state.employed_until:
        return []
    return [EmploymentConfirmed(**command.model_dump())]


def _end(command: EndSchedule, state: Schedule) -> Events:
    """A second end counts only where it takes more: a claim for what was paid."""
    if state.ended is not None and (state.ended.then == "claw-back" or command.then != "claw-back"):
        return []
    if state.completed and command.then != "claw-back":
        return []
    return _followed(state, [ScheduleEnded(**command.model_dump())])


def _followed(state: Schedule, events: Events) -> Events:
    """Events, and what they bring with them: a claim, or the end of it all."""
    if not events:
        return events
    after, at = reduce(evolve, events, state), events[-1].at
    made: list[ScheduleEvent] = [*events, *claims(after, at)]
    return [*made, *completion(reduce(evolve, made, state), at)]


def _repay(command: RecordRepayment, state: Schedule) -> Events:
    if command.amount == 0:
        fault = FieldError("/amount", "required", "金额须大于零。")
        raise DomainError("invalid-fields", status=422, fields=(fault,))
    if command.amount > state.outstanding:
        raise DomainError("repayment-exceeds-claim", params={"left": str(state.outstanding)})
    left = state.outstanding - command.amount
    return [RepaymentRecorded(**command.model_dump(), outstanding=left)]


def evolve(state: Schedule, event: ScheduleEvent) -> Schedule:
    match event:
        case ScheduleMade(terms=terms, employed_until=until):
            units = event.units
            return replace(state, made=event, terms=terms, employed_until=until, units=units)
        case ScheduleAmended(amount=amount):
            return replace(state, terms=_with_amount(state, amount))
        case PeriodFellDue(period=number):
            due = {**state.due, number: event}
            return replace(state, due=due, next=number + 1, held=())
        case PeriodHeld(reasons=reasons):
            return replace(state, held=reasons)
        case PaymentPlaced(period=number):
            return replace(state, placed={**state.placed, number: event})
        case PaymentReleased(period=number):
            return replace(state, placed=_without(state.placed, number))
        case PaymentMade(period=number):
            paid = {**state.paid, number: event}
            failed = _without(state.failed, number)
            return replace(state, paid=paid, placed=_without(state.placed, number), failed=failed)
        case PaymentFailed(period=number):
            failed = {**state.failed, number: event}
            return replace(state, failed=failed, placed=_without(state.placed, number))
        case EmploymentConfirmed(until=until):
            return replace(state, employed_until=until)
        case ScheduleEnded():
            return replace(state, ended=event, held=())
        case ScheduleCompleted():
            return replace(state, completed=True)
        case ClawbackClaimed(amount=amount):
            return replace(state, claimed=state.claimed + amount)
        case UnitChangeRecorded() | UnitChangeConfirmed() | UnitChangeDisputed() | UnitsChanged():
            return moving.evolve(state, event)
        case RepaymentRecorded(amount=amount):
            return replace(state, repaid=state.repaid + amount)
        case _:
            assert_never(event)


def _with_amount(state: Schedule, amount: Decimal) -> Terms | None:
    return None if state.terms is None else Terms(**{**dict(state.terms), "amount": amount})


def _without(mapping: Mapping[int, E], number: int) -> dict[int, E]:
    return {n: one for n, one in mapping.items() if n != number}


DECIDER: Final = Decider(SCHEDULE, Schedule(), decide, evolve)
