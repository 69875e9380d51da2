"""What the bank's word on a payment brings: paid, refused, to be paid back, complete."""

from collections.abc import Sequence
from datetime import datetime

from services.subsidy.payouts.commands import SettlePayment
from services.subsidy.payouts.events import (
    ClawbackClaimed,
    PaymentFailed,
    PaymentMade,
    ScheduleCompleted,
    ScheduleEvent,
)
from services.subsidy.payouts.state import Schedule
from shared.domain.money import NOTHING

Events = Sequence[ScheduleEvent]


def settle(command: SettlePayment, state: Schedule) -> Events:
    """Paid or refused, once: a line that is not under way any more says nothing new."""
    placed = state.on(command.batch_id, command.line)
    if placed is None or state.made is None:
        return []
    values = placed.model_dump(exclude={"at"}) | {"scheme": state.made.scheme, "at": command.at}
    if command.failure is not None:
        return [PaymentFailed(**values, reason=command.failure, account=command.account)]
    until = command.retained_until
    return [PaymentMade(**values, paid_on=command.paid_on, retained_until=until)]


def claims(state: Schedule, at: datetime) -> Events:
    """What was paid over what it is worth, and is not claimed yet."""
    if state.ended is None:
        return []
    over = {n: one.amount - state.worth(one) for n, one in state.paid.items()}
    amount = sum(over.values(), NOTHING) - state.claimed
    if amount <= NOTHING:
        return []
    periods = tuple(n for n, more in sorted(over.items()) if more)
    return [ClawbackClaimed(periods=periods, amount=amount, reason=state.ended.reason, at=at)]


def completion(state: Schedule, at: datetime) -> Events:
    """The end of a schedule of which nothing is left to pay."""
    if state.made is None or state.completed or state.stopped:
        return []
    if state.coming is not None or state.payable or state.placed:
        return []
    return [ScheduleCompleted(total=state.total, at=at)]
