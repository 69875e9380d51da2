"""What is sent out about payments."""

from datetime import date

from pydantic import BaseModel

from services.subsidy.payouts.lines import PaymentLine, ScheduleLine
from services.subsidy.payouts.messages import HELD_LABELS, PAYMENT_LABELS
from services.subsidy.payouts.views import AccountLine, PayoutView
from shared.domain.money import Yuan
from shared.events.personal import readable
from shared.policy.payouts import PayoutPolicy


class ReasonOut(BaseModel):
    code: str
    message: str


class AccountOut(BaseModel):
    """`masked`: the bank's name and the number's last four digits."""

    bank: str
    masked: str
    holder: str | None
    since: str


class PaymentOut(BaseModel):
    """发放记录 (manual §3.4.5): one period. Amounts in yuan, as text; days are included."""

    period: int
    starts: date
    ends: date
    due_on: date
    amount: Yuan
    state: str
    state_label: str
    paid_on: date | None
    account: str | None
    failure: str | None


class NextOut(BaseModel):
    period: int
    due_on: date
    amount: Yuan


class ScheduleOut(BaseModel):
    """One allowance. `held`: why the next period is not paid; `ended`: why nothing more is."""

    schedule_id: str
    scheme: str
    window: str | None
    talent_class: str
    amount: Yuan
    cycle: str
    starts: date
    ends: date
    coming: NextOut | None
    held: tuple[ReasonOut, ...]
    employed_until: date
    ended: ReasonOut | None
    last_day: date | None
    completed: bool
    claimed: Yuan
    repaid: Yuan
    moving_on: date | None
    payments: tuple[PaymentOut, ...]


class PayoutsOut(BaseModel):
    account: AccountOut | None
    schedules: tuple[ScheduleOut, ...]


class AccountWritten(BaseModel):
    """`version` is what `min_version` waits for."""

    masked: str
    version: str


class ScheduleWritten(BaseModel):
    schedule_id: str
    version: str


def payouts_out(view: PayoutView, policy: PayoutPolicy) -> PayoutsOut:
    """For the talent."""
    account = view.accounts[-1] if view.accounts else None
    return PayoutsOut(
        account=None if account is None else account_out(account),
        schedules=tuple(schedule_out(one, view, policy) for one in view.schedules),
    )


def account_out(account: AccountLine) -> AccountOut:
    return AccountOut(
        bank=account.bank_name,
        masked=masked(account),
        holder=readable(account.holder),
        since=account.at.isoformat(),
    )


def masked(account: AccountLine) -> str:
    """`中国工商银行 **** 3446`."""
    return f"{account.bank_name} **** {readable(account.ending) or '****'}"


def schedule_out(line: ScheduleLine, view: PayoutView, policy: PayoutPolicy) -> ScheduleOut:
    coming = None
    if line.next is not None and line.next_on is not None and line.next_amount is not None:
        coming = NextOut(period=line.next, due_on=line.next_on, amount=line.next_amount)
    copied = {name: getattr(line, name) for name in _COPIED}
    return ScheduleOut(
        **copied,
        coming=coming,
        held=tuple(held_out(line)),
        ended=None if line.ended is None else _ended(line.ended, policy),
        payments=tuple(payment_out(one, view, policy) for one in reversed(line.payments)),
    )


_COPIED = tuple(
    name
    for name in ScheduleOut.model_fields
    if name in ScheduleLine.model_fields and name not in ("held", "ended", "payments")
)


def held_out(line: ScheduleLine) -> list[ReasonOut]:
    """Why the next period is not paid."""
    return [ReasonOut(code=code, message=HELD_LABELS[code]) for code in line.held]


def payment_out(one: PaymentLine, view: PayoutView, policy: PayoutPolicy) -> PaymentOut:
    account = None if one.account_id is None else view.account(one.account_id)
    failure = None if one.failure is None else policy.failure(one.failure)
    copied = ("period", "starts", "ends", "due_on", "amount", "state", "paid_on")
    return PaymentOut(
        **{name: getattr(one, name) for name in copied},
        state_label=PAYMENT_LABELS[one.state],
        account=None if account is None else masked(account),
        failure=one.failure if failure is None else failure.label,
    )


def _ended(reason: str, policy: PayoutPolicy) -> ReasonOut:
    label = next((one.label for one in policy.endings if one.reason == reason), reason)
    return ReasonOut(code=reason, message=label)
