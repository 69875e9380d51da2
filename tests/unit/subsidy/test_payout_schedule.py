"""A schedule: what falls due, what holds it, what a batch may take, and how it ends."""

from datetime import UTC, date, datetime
from decimal import Decimal

from services.subsidy.payouts.commands import (
    AmendSchedule,
    ConfirmEmployment,
    RecordRepayment,
    ReleasePayment,
)
from services.subsidy.payouts.decider import DECIDER
from services.subsidy.payouts.events import (
    ClawbackClaimed,
    EmploymentConfirmed,
    PaymentFailed,
    PaymentReleased,
    PeriodHeld,
    RepaymentRecorded,
    ScheduleAmended,
    ScheduleCompleted,
)
from shared.testing.scenario import given
from tests.unit.subsidy.payout_cases import (
    APRIL,
    MAKE,
    MARCH,
    MAY,
    check,
    end,
    ended,
    fell_due,
    made,
    paid,
    place,
    placed,
    settle,
    terms,
    yuan,
)


def held(*reasons: str) -> PeriodHeld:
    return PeriodHeld(period=1, reason=reasons[0], reasons=reasons, at=APRIL)


def failed(reason: str = "name-mismatch", *, account: bool = True) -> PaymentFailed:
    return PaymentFailed(
        period=1, amount=yuan("516.13"), batch_id="b1", line=1, account_id="a1",
        scheme="living-allowance", reason=reason, account=account, at=APRIL,
    )  # fmt: skip


def claimed(amount: str, *periods: int, reason: str = "false-declaration") -> ClawbackClaimed:
    return ClawbackClaimed(periods=periods, amount=yuan(amount), reason=reason, at=APRIL)


SCHEDULE = given(DECIDER, made())
DUE = given(DECIDER, made(), fell_due())
PLACED = given(DECIDER, made(), fell_due(), placed())
PAID = given(DECIDER, made(), fell_due(), placed(), paid())


def test_an_approved_application_becomes_a_schedule_once() -> None:
    given(DECIDER).when(MAKE).then(made())
    SCHEDULE.when(MAKE).then_nothing()


def test_what_ended_before_it_was_made_is_not_made() -> None:
    over = given(DECIDER).when(end("class-ended", "stop")).then(ended("class-ended", "stop"))
    over.when(MAKE).then_nothing()


def test_a_period_falls_due_on_its_day_and_once() -> None:
    early = datetime(2026, 4, 9, 15, 59, tzinfo=UTC)
    SCHEDULE.when(check(at=early)).then_nothing()
    SCHEDULE.when(check()).then(fell_due())
    DUE.when(check()).then_nothing()
    DUE.when(check(2)).then_nothing()
    DUE.when(check(2, at=MAY)).then(fell_due(2, at=MAY))


def test_no_class_no_account_a_bar_or_old_evidence_hold_it_and_are_said_once() -> None:
    none = check(talent_class=None, account_id=None, barred_until=date(2026, 4, 10))
    after = SCHEDULE.when(none).then(held("class-not-in-force", "no-account", "barred"))
    after.when(none).then_nothing()
    after.when(check(barred_until=date(2026, 4, 10))).then(held("barred"))
    after.when(check(barred_until=date(2026, 4, 9))).then(fell_due())
    SCHEDULE.when(check(talent_class="E")).then(held("class-not-in-force"))
    old = given(DECIDER, made(employed_until=date(2026, 3, 30)))
    old.when(check()).then(held("employment-unconfirmed"))


def test_a_units_word_or_a_newer_record_lets_it_fall_due() -> None:
    until = date(2027, 4, 30)
    confirm = ConfirmEmployment(how="unit", until=until, by="clerk", at=APRIL)
    confirmed = EmploymentConfirmed(how="unit", until=until, by="clerk", at=APRIL)
    old = given(DECIDER, made(employed_until=date(2026, 3, 30)), held("employment-unconfirmed"))
    after = old.when(confirm).then(confirmed)
    after.when(confirm).then_nothing()
    after.when(check()).then(fell_due())


def test_a_batch_takes_what_is_due_and_nothing_twice() -> None:
    SCHEDULE.when(place()).then_rejected("payment-not-due")
    DUE.when(place()).then(placed())
    PLACED.when(place()).then_nothing()
    PLACED.when(place(line=2)).then_rejected("payment-in-batch")
    refusal = PLACED.when(place(batch="b2")).then_rejected("payment-in-batch")
    assert refusal.params == {"batch": "b1"}
    PAID.when(place(batch="b2")).then_rejected("payment-made-already")


def test_what_holds_a_period_holds_a_batchs_hand_too() -> None:
    refusal = DUE.when(place(barred_until=date(2026, 4, 30))).then_rejected("payment-held")
    assert refusal.params == {"reasons": ["barred"]}
    DUE.when(place(talent_class=None)).then_rejected("payment-held")


def test_a_line_taken_out_may_be_taken_by_another_batch() -> None:
    release = ReleasePayment(batch_id="b1", line=1, at=APRIL)
    released = PaymentReleased(period=1, amount=yuan("516.13"), batch_id="b1", line=1, at=APRIL)
    after = PLACED.when(release).then(released)
    after.when(release).then_nothing()
    after.when(place(batch="b2", line=7)).then(placed(batch="b2", line=7))


def test_the_bank_pays_once() -> None:
    after = PLACED.when(settle()).then(paid())
    after.when(settle()).then_nothing()
    after.when(settle(failure="bank-error")).then_nothing()
    PLACED.when(settle(batch="b2")).then_nothing()


def test_what_the_bank_refused_may_be_tried_again_and_a_wrong_account_after_another_one() -> None:
    trouble = settle(failure="bank-error")
    after = PLACED.when(trouble).then(failed("bank-error", account=False))
    after.when(place(batch="b2")).then(placed(batch="b2"))
    wrong = settle(failure="name-mismatch", account=True)
    after = PLACED.when(wrong).then(failed())
    refusal = after.when(place(batch="b2")).then_rejected("payment-held")
    assert refusal.params == {"reasons": ["account-refused"]}
    after.when(place(batch="b2", account_id="a2")).then(placed(batch="b2", account="a2"))


def test_another_class_changes_what_comes_and_nothing_that_was_due() -> None:
    amend = AmendSchedule(
        talent_class="E", row="E2", amount=yuan("1500.00"), policy_version="1", at=APRIL
    )
    amended = ScheduleAmended(**amend.model_dump(), from_period=2)
    after = DUE.when(amend).then(amended)
    after.when(amend).then_nothing()
    due = after.when(check(2, at=MAY)).decided()
    assert [e.amount for e in due] == [Decimal("1500.00")]


def test_an_end_stops_what_is_due_and_claims_nothing() -> None:
    after = DUE.when(end("class-ended", "stop")).then(ended("class-ended", "stop"))
    after.when(place()).then_rejected("payment-not-due")
    after.when(check(2, at=MAY)).then_nothing()
    PAID.when(end("deferral-missed", "stop")).then(ended("deferral-missed", "stop"))


def test_what_was_already_sent_when_it_stopped_is_paid_or_is_gone() -> None:
    after = PLACED.when(end("class-ended", "stop")).then(ended("class-ended", "stop"))
    assert after.state.stale(after.state.placed[1])
    after.when(settle()).then(paid())
    refused = after.when(settle(failure="name-mismatch", account=True)).then(failed())
    assert refused.state.payable == ()


def test_a_false_declaration_claims_back_what_was_paid_even_if_the_bank_says_so_later() -> None:
    false = end("false-declaration", "claw-back")
    over = ended("false-declaration", "claw-back")
    PAID.when(false).then(over, claimed("516.13", 1))
    after = PLACED.when(false).then(over)
    after.when(settle()).then(paid(), claimed("516.13", 1))
    stopped = PAID.when(end("class-ended", "stop")).then(ended("class-ended", "stop"))
    stopped.when(false).then(over, claimed("516.13", 1))


def test_repayments_come_up_to_the_claim() -> None:
    def repay(amount: str) -> RecordRepayment:
        return RecordRepayment(
            amount=yuan(amount), received_on=APRIL.date(), reference="收据1", by="clerk", at=APRIL
        )

    owed = PAID.when(end("false-declaration", "claw-back")).then(
        ended("false-declaration", "claw-back"), claimed("516.13", 1)
    )
    owed.when(repay("516.14")).then_rejected("repayment-exceeds-claim")
    owed.when(repay("0.00")).then_rejected("invalid-fields")
    part = owed.when(repay("500.00")).then(
        RepaymentRecorded(**repay("500.00").model_dump(), outstanding=yuan("16.13"))
    )
    part.when(repay("16.14")).then_rejected("repayment-exceeds-claim")
    PAID.when(repay("1.00")).then_rejected("repayment-exceeds-claim")


def test_who_leaves_is_paid_up_to_the_last_day() -> None:
    left = end("employment-ended", "pro-rata", date(2026, 4, 10))
    after = PAID.when(left).then(ended("employment-ended", "pro-rata", date(2026, 4, 10)))
    (due,) = after.when(check(2, at=MAY, talent_class=None)).decided()
    assert due.amount == Decimal("333.33")  # type: ignore[union-attr]
    done = after.when(check(2, at=MAY)).then(due)
    done.when(check(3, at=datetime(2026, 6, 10, 2, tzinfo=UTC))).then_nothing()


def test_what_was_paid_for_days_after_the_last_one_is_claimed_back() -> None:
    left = end("employment-ended", "pro-rata", date(2026, 3, 23))
    over = ended("employment-ended", "pro-rata", date(2026, 3, 23))
    claim = claimed("258.06", 1, reason="employment-ended")
    complete = ScheduleCompleted(total=yuan("516.13"), at=APRIL)
    PAID.when(left).then(over, claim, complete)
    due = DUE.when(left).then(over)
    (cut,) = due.when(place()).decided()
    assert cut.amount == Decimal("258.07")  # type: ignore[union-attr]


def test_a_schedule_of_which_all_is_paid_is_complete() -> None:
    one = terms(periods=1, starts=date(2026, 3, 1))
    short = given(DECIDER, made(terms=one))
    (due,) = short.when(check()).decided()
    (line,) = short.when(check()).then(due).when(place()).decided()
    after = given(DECIDER, made(terms=one), due, line)
    *_, last = after.when(settle()).decided()
    assert last == ScheduleCompleted(total=yuan("1000.00"), at=APRIL)


def test_a_schedule_that_is_over_needs_no_confirmation() -> None:
    confirm = ConfirmEmployment(how="unit", until=date(2028, 1, 31), by="clerk", at=MARCH)
    given(DECIDER).when(confirm).then_rejected("schedule-not-found")
    stopped = given(DECIDER, made(), ended("class-ended", "stop"))
    stopped.when(confirm).then_rejected("schedule-over")
