"""What is asked of a schedule."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, InstanceOf

from services.subsidy.moving.commands import MovingCommand
from services.subsidy.payouts.events import Evidence, ScheduleMade
from shared.domain.money import Yuan
from shared.policy.base import TalentClassCode
from shared.policy.classification import RowCode
from shared.policy.payouts import Then


class Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Facts(BaseModel):
    """What is known of the talent at a check: the class in force, the last day of a bar, the
    account that money goes to; each None where there is none."""

    model_config = ConfigDict(frozen=True)

    talent_class: str | None
    barred_until: date | None
    account_id: str | None


class MakeSchedule(Command):
    """An application was approved."""

    fact: InstanceOf[ScheduleMade]


class AmendSchedule(Command):
    """Another class is in force."""

    talent_class: TalentClassCode
    row: RowCode
    amount: Yuan
    policy_version: str
    at: datetime


class CheckPeriod(Command):
    """A period's day has come, or what held it has changed."""

    period: int
    facts: Facts
    at: datetime


class PlacePayment(Command):
    """A batch takes a period, if it still may be paid."""

    period: int
    batch_id: str
    line: int
    facts: Facts
    at: datetime


class ReleasePayment(Command):
    """A line leaves its batch without having gone to the bank."""

    batch_id: str
    line: int
    at: datetime


class SettlePayment(Command):
    """The bank's word on a line; `failure` is None where it paid, and `account` whether it
    was the account's fault."""

    batch_id: str
    line: int
    paid_on: date
    retained_until: date
    failure: str | None = None
    account: bool = False
    at: datetime


class ConfirmEmployment(Command):
    how: Evidence
    until: date
    by: str
    at: datetime


class EndSchedule(Command):
    """Nothing more is to fall due, or nothing after the last day."""

    reason: str
    then: Then
    last_day: date
    at: datetime


class RecordRepayment(Command):
    amount: Yuan
    received_on: date
    reference: str
    by: str
    at: datetime


ScheduleCommand = (
    MakeSchedule
    | AmendSchedule
    | CheckPeriod
    | PlacePayment
    | ReleasePayment
    | SettlePayment
    | ConfirmEmployment
    | EndSchedule
    | RecordRepayment
    | MovingCommand
)
