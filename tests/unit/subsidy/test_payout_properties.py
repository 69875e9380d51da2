"""Whatever is asked of a schedule, in whatever order and however often: nothing is paid twice."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.subsidy.moving.commands import AnswerUnitChange, RecordUnitChange
from services.subsidy.payouts.commands import (
    CheckPeriod,
    PlacePayment,
    RecordRepayment,
    ReleasePayment,
    ScheduleCommand,
    SettlePayment,
)
from services.subsidy.payouts.decider import DECIDER
from services.subsidy.payouts.events import (
    ClawbackClaimed,
    PaymentFailed,
    PaymentMade,
    PaymentPlaced,
    PaymentReleased,
    PeriodFellDue,
    RepaymentRecorded,
    ScheduleEvent,
)
from services.subsidy.payouts.periods import all_periods
from services.subsidy.payouts.state import Schedule
from shared.domain.errors import DomainError
from tests.unit.subsidy.payout_cases import KEPT, MAKE, MARCH, end, facts, terms

BATCHES = ("b1", "b2", "b3")
WORDS = st.sampled_from([
    ("class-ended", "stop"), ("false-declaration", "claw-back"), ("employment-ended", "pro-rata"),
])  # fmt: skip


class Payouts(RuleBasedStateMachine):
    """Any number of batches, tickers and banks around one schedule; every command may come late,
    twice, or for what is over."""

    def __init__(self) -> None:
        super().__init__()
        self.now = MARCH
        self.history: list[ScheduleEvent] = []
        self.state: Schedule = DECIDER.initial
        self.put(MAKE)

    def put(self, command: ScheduleCommand) -> None:
        try:
            events = DECIDER.decide(command, self.state)
        except DomainError:
            return
        for event in events:
            self.state = DECIDER.evolve(self.state, event)
        self.history += events

    @rule(days=st.sampled_from([1, 20, 31]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(number=st.integers(0, 26), ahead=st.booleans())
    def the_ticker_checks(self, number: int, ahead: bool) -> None:
        period = number if ahead else self.state.next
        self.put(CheckPeriod(period=period, facts=facts(), at=self.now))

    @rule(number=st.integers(1, 4), batch=st.sampled_from(BATCHES), line=st.integers(1, 3))
    def a_batch_takes(self, number: int, batch: str, line: int) -> None:
        self.put(PlacePayment(period=number, batch_id=batch, line=line, facts=facts(), at=self.now))

    @rule(batch=st.sampled_from(BATCHES), line=st.integers(1, 3))
    def a_line_is_released(self, batch: str, line: int) -> None:
        self.put(ReleasePayment(batch_id=batch, line=line, at=self.now))

    @rule(batch=st.sampled_from(BATCHES), line=st.integers(1, 3), why=st.sampled_from([None, "x"]))
    def the_bank_says(self, batch: str, line: int, why: str | None) -> None:
        self.put(
            SettlePayment(
                batch_id=batch, line=line, paid_on=self.now.date(), retained_until=KEPT,
                failure=why, account=False, at=self.now,
            )
        )  # fmt: skip

    @precondition(lambda self: len(self.history) > 4)
    @rule(words=WORDS, back=st.integers(0, 60))
    def it_ends(self, words: tuple[str, str], back: int) -> None:
        reason, then = words
        self.put(end(reason, then, self.now.date() - timedelta(days=back)))

    @rule(back=st.integers(0, 90), unit=st.sampled_from(["u1", "u2"]))
    def the_talent_moves(self, back: int, unit: str) -> None:
        today: date = self.now.date()
        since = today - timedelta(days=back)
        self.put(
            RecordUnitChange(
                units=(unit,), since=since, resume_until=None, today=today, at=self.now
            )
        )

    @rule(unit=st.sampled_from(["u1", "u2"]), yes=st.booleans())
    def a_unit_answers(self, unit: str, yes: bool) -> None:
        until = self.now.date() + timedelta(days=365)
        self.put(
            AnswerUnitChange(
                organisation_id=unit, confirmed=yes, words="查无此人", until=until, by="c",
                at=self.now,
            )
        )  # fmt: skip

    @rule(amount=st.decimals("0.01", "1500.00", places=2))
    def money_comes_back(self, amount: Decimal) -> None:
        day: date = self.now.date()
        self.put(
            RecordRepayment(amount=amount, received_on=day, reference="r", by="c", at=self.now)
        )

    @invariant()
    def a_period_falls_due_once_and_is_paid_once(self) -> None:
        for kind in (PeriodFellDue, PaymentMade):
            numbers = [e.period for e in self.history if isinstance(e, kind)]
            assert len(numbers) == len(set(numbers))

    @invariant()
    def a_period_is_in_one_batch_at_a_time(self) -> None:
        inside: set[int] = set()
        for event in self.history:
            match event:
                case PaymentPlaced(period=number):
                    assert number not in inside
                    inside.add(number)
                case PaymentReleased(period=n) | PaymentMade(period=n) | PaymentFailed(period=n):
                    inside.remove(n)
                case _:
                    pass

    @invariant()
    def no_more_is_paid_than_was_promised_nor_claimed_than_was_paid(self) -> None:
        promised = {p.number: p.amount for p in all_periods(terms())}
        for event in self.history:
            if isinstance(event, PaymentMade):
                assert event.amount <= promised[event.period]
        claimed = sum(e.amount for e in self.history if isinstance(e, ClawbackClaimed))
        repaid = sum(e.amount for e in self.history if isinstance(e, RepaymentRecorded))
        assert repaid <= claimed <= self.state.total


TestPayouts = Payouts.TestCase
TestPayouts.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
