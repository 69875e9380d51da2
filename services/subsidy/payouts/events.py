"""The schedule's part of what subsidy publishes; others import it from `subsidy.events`.

A schedule's stream has the id of the application that was approved, and its talent as subject. It
arbitrates: a period is in one payment file at a time, and is paid once.
"""

from datetime import date, datetime
from typing import Final, Literal

from services.subsidy.moving.events import MOVING_EVENTS, MovingEvent
from services.subsidy.payouts.periods import Terms
from shared.domain.decider import Category
from shared.domain.money import Yuan
from shared.events.model import Event
from shared.policy.base import TalentClassCode
from shared.policy.classification import RowCode
from shared.policy.payouts import Then
from shared.policy.subsidy import ChannelCode, SchemeCode

SCHEDULE: Final = Category("payoutSchedule", "subsidy")

Evidence = Literal["unit", "contribution-record"]


class ScheduleMade(Event, type="subsidy.schedule-made.v1"):
    """An approved application becomes periods. `classes` are those that may receive it,
    `units` (organisation ids) who may say that the talent works there still; `employed_until` is
    up to when the approval counts as such a word. `amount` repeats that of the terms."""

    talent_id: str
    scheme: SchemeCode
    window: str | None
    channel: ChannelCode
    talent_class: TalentClassCode
    row: RowCode
    classes: tuple[TalentClassCode, ...]
    units: tuple[str, ...]
    terms: Terms
    amount: Yuan
    employed_until: date
    policy_version: str
    at: datetime


class ScheduleAmended(Event, type="subsidy.schedule-amended.v1"):
    """Another class, another amount: for `from_period` and the later ones."""

    talent_class: TalentClassCode
    row: RowCode
    amount: Yuan
    from_period: int
    policy_version: str
    at: datetime


class PeriodFellDue(Event, type="subsidy.period-fell-due.v1"):
    """Every check passed: the amount may be paid. `starts` and `ends` are included."""

    period: int
    starts: date
    ends: date
    due_on: date
    amount: Yuan
    at: datetime


class PeriodHeld(Event, type="subsidy.period-held.v1"):
    """A check failed, and nothing falls due until it passes: `reasons` are
    `class-not-in-force`, `barred`, `no-account`, `account-refused` or `employment-unconfirmed`;
    `reason` is the first."""

    period: int
    reason: str
    reasons: tuple[str, ...]
    at: datetime


class PaymentPlaced(Event, type="subsidy.payment-placed.v1"):
    """A period is a line of a batch, to be paid to the account as it was then."""

    period: int
    amount: Yuan
    batch_id: str
    line: int
    account_id: str
    at: datetime


class PaymentReleased(Event, type="subsidy.payment-released.v1"):
    """The line was taken out, or the batch came to nothing: nothing was sent to the bank."""

    period: int
    amount: Yuan
    batch_id: str
    line: int
    at: datetime


class PaymentMade(Event, type="subsidy.payment-made.v1"):
    """The bank paid. `retained_until` is how long the vouchers are kept by law."""

    period: int
    amount: Yuan
    batch_id: str
    line: int
    account_id: str
    scheme: SchemeCode
    paid_on: date
    retained_until: date
    at: datetime


class PaymentFailed(Event, type="subsidy.payment-failed.v1"):
    """The bank did not pay; `account`: another account has to be entered first."""

    period: int
    amount: Yuan
    batch_id: str
    line: int
    account_id: str
    scheme: SchemeCode
    reason: str
    account: bool
    at: datetime


class EmploymentConfirmed(Event, type="subsidy.employment-confirmed.v1"):
    """The talent works there still; it counts up to `until`. `by` is an account id."""

    how: Evidence
    until: date
    by: str
    at: datetime


class ScheduleEnded(Event, type="subsidy.schedule-ended.v1"):
    """Before its time. `then` is what becomes of the rest; `last_day` the last that is paid for
    where it is `pro-rata`."""

    reason: str
    then: Then
    last_day: date
    at: datetime


class ScheduleCompleted(Event, type="subsidy.schedule-completed.v1"):
    """Everything that was to be paid is paid; `total` of all payments."""

    total: Yuan
    at: datetime


class ClawbackClaimed(Event, type="subsidy.clawback-claimed.v1"):
    """What was paid is to be paid back: `amount` of those `periods`."""

    periods: tuple[int, ...]
    amount: Yuan
    reason: str
    at: datetime


class RepaymentRecorded(Event, type="subsidy.repayment-recorded.v1"):
    """Money came back. `reference` is the receipt's; `outstanding` is left of all claims."""

    amount: Yuan
    received_on: date
    reference: str
    outstanding: Yuan
    by: str
    at: datetime


ScheduleEvent = (
    ScheduleMade
    | ScheduleAmended
    | PeriodFellDue
    | PeriodHeld
    | PaymentPlaced
    | PaymentReleased
    | PaymentMade
    | PaymentFailed
    | EmploymentConfirmed
    | ScheduleEnded
    | ScheduleCompleted
    | ClawbackClaimed
    | RepaymentRecorded
    | MovingEvent
)
SCHEDULE_EVENTS: Final[tuple[type[Event], ...]] = (
    ScheduleMade, ScheduleAmended, PeriodFellDue, PeriodHeld, PaymentPlaced, PaymentReleased,
    PaymentMade, PaymentFailed, EmploymentConfirmed, ScheduleEnded, ScheduleCompleted,
    ClawbackClaimed, RepaymentRecorded, *MOVING_EVENTS,
)  # fmt: skip
