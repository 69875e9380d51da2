from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest

from services.notifier.commands import (
    DelayMessage,
    OutcomeWord,
    RecordOutcome,
    RecordReceipt,
    RedriveMessage,
    RequestMessage,
    StartAttempt,
    SuppressMessage,
)
from services.notifier.decider import MESSAGES
from services.notifier.events import (
    AttemptFailed,
    AttemptStarted,
    MessageDelayed,
    MessageEvent,
    MessageGivenUp,
    MessageHandedOver,
    MessageRedriven,
    MessageRequested,
    MessageSuppressed,
    OutcomeUnknown,
    ReceiptRecorded,
)
from shared.events.personal import ERASED
from shared.testing.scenario import Given
from shared.testing.scenario import given as given_of

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
REQUEST = RequestMessage(
    at=NOW, template="registered", recipient="t1", subject="t1", number="account", mobile=None,
    text="您已注册", params={"registered_at": "2026年3月2日"}, cause_id="e1",
    cause_type="identity.talent-registered.v1", cause_stream="talent-t1", cause_version=1,
)  # fmt: skip
REQUESTED = MessageRequested(
    requested_at=NOW, **REQUEST.model_dump(exclude={"at", "erased"})
)  # fmt: skip


def given(*events: MessageEvent) -> Given[Any, Any, MessageEvent]:
    return given_of(MESSAGES, *events)


def after(**delta: float) -> datetime:
    return NOW + timedelta(**delta)


def start(reference: str = "m-1", at: datetime = NOW) -> StartAttempt:
    return StartAttempt(at=at, reference=reference, provider="inbox", mobile="+8613800000000")


def started(reference: str = "m-1", at: datetime = NOW, number: int = 1) -> AttemptStarted:
    return AttemptStarted(
        reference=reference, number=number, provider="inbox", mobile="+8613800000000", started_at=at
    )


def learnt(
    outcome: OutcomeWord,
    reference: str = "m-1",
    at: datetime = NOW,
    source: Literal["answer", "records"] = "answer",
) -> RecordOutcome:
    return RecordOutcome(at=at, reference=reference, outcome=outcome, learnt_from=source)


def failed(reference: str = "m-1", at: datetime = NOW, pause: float | None = 5) -> AttemptFailed:
    again = None if pause is None else at + timedelta(seconds=pause)
    return AttemptFailed(
        reference=reference, retryable=True, detail="", failed_at=at, next_attempt_at=again
    )


def taken(reference: str = "m-1", source: Literal["answer", "records"] = "answer") -> MessageEvent:
    return MessageHandedOver(
        reference=reference, provider_id=None, learnt_from=source, handed_over_at=NOW
    )


def unknown(checks: int, minutes: float | None) -> OutcomeUnknown:
    again = None if minutes is None else NOW + timedelta(minutes=minutes)
    return OutcomeUnknown(
        reference="m-1", checks=checks, detail="", noticed_at=NOW, ask_again_at=again
    )


def test_a_message_is_requested_once_however_often_its_fact_is_delivered() -> None:
    given().when(REQUEST).then(REQUESTED).when(REQUEST).then_nothing()


def test_what_is_said_of_an_erased_person_is_not_recorded() -> None:
    gone = MessageRequested.model_validate(
        REQUESTED.model_dump()
        | dict.fromkeys(("text", "params", "mobile", "text_en", "params_en"), ERASED)
    )
    given().when(REQUEST.model_copy(update={"erased": True})).then(gone)


def test_an_attempt_is_recorded_before_the_provider_is_asked_and_ends_in_a_handover() -> None:
    given(REQUESTED).when(start()).then(started()).when(learnt("taken")).then(taken())


def test_nobody_else_may_attempt_while_an_attempt_is_open() -> None:
    given(REQUESTED, started()).when(start("m-2")).then_rejected("attempt-open")


def test_nobody_may_attempt_while_an_outcome_is_unknown() -> None:
    given(REQUESTED, started(), unknown(0, 1)).when(start("m-2")).then_rejected("attempt-open")


def test_a_failed_attempt_is_tried_again_after_a_pause_and_not_before() -> None:
    history = given(REQUESTED, started()).when(learnt("retry")).then(failed())
    history.when(start("m-2", after(seconds=4))).then_rejected("message-not-due")
    history.when(start("m-2", after(seconds=5))).then(started("m-2", after(seconds=5), 2))


def test_a_reference_is_never_used_twice() -> None:
    history = given(REQUESTED, started(), failed())
    history.when(start("m-1", after(minutes=1))).then_rejected("attempt-open")


@pytest.mark.parametrize(("attempts", "seconds"), [(2, 30), (3, 120), (4, 600), (5, 1800)])
def test_pauses_grow_to_half_an_hour(attempts: int, seconds: int) -> None:
    earlier = [e for n in range(1, attempts) for e in (started(f"m-{n}", number=n), failed())]
    last = f"m-{attempts}"
    history = given(REQUESTED, *earlier, started(last, number=attempts))
    history.when(learnt("retry", last)).then(failed(last, pause=seconds))


def test_a_day_of_failures_is_given_up_visibly() -> None:
    late = after(hours=24)
    given(REQUESTED, started()).when(learnt("retry", at=late)).then(
        failed(at=late, pause=None), MessageGivenUp(why="out-of-time", given_up_at=late)
    )


def test_a_refusal_is_final() -> None:
    given(REQUESTED, started()).when(learnt("refused")).then(
        AttemptFailed(
            reference="m-1", retryable=False, detail="", failed_at=NOW, next_attempt_at=None
        ),
        MessageGivenUp(why="refused", given_up_at=NOW),
    )


def test_an_unknown_outcome_is_asked_about_and_a_record_settles_it() -> None:
    history = given(REQUESTED, started()).when(learnt("unknown")).then(unknown(0, 1))
    history = history.when(learnt("unknown", source="records")).then(unknown(1, 5))
    history.when(learnt("taken", source="records")).then(taken(source="records"))
    history.when(learnt("retry", source="records")).then(failed())


def test_records_that_never_say_leave_it_to_an_operator() -> None:
    history = given(REQUESTED, started(), unknown(4, 360))
    history = history.when(learnt("unknown", source="records")).then(unknown(5, None))
    history.when(learnt("unknown", source="records")).then_nothing()
    history.when(start("m-2", after(hours=30))).then_rejected("attempt-open")


def test_a_redrive_needs_an_operator_and_takes_the_message_out_of_the_unknown() -> None:
    redriven = MessageRedriven(by="op", reason="本人确认未收到", redriven_at=NOW)
    history = given(REQUESTED, started(), unknown(5, None))
    command = RedriveMessage(at=NOW, by="op", reason="本人确认未收到")
    history.when(command).then(redriven).when(start("m-2")).then(started("m-2", number=2))


@pytest.mark.parametrize("history", [(), (started(),), (started(), taken())])
def test_what_waits_is_open_or_was_handed_over_is_not_redriven(
    history: tuple[MessageEvent, ...],
) -> None:
    command = RedriveMessage(at=NOW, by="op", reason="再发一次")
    given(REQUESTED, *history).when(command).then_rejected("message-not-redrivable")


def test_an_erased_persons_message_is_not_redriven() -> None:
    gone = MessageSuppressed(why="erased", suppressed_at=NOW)
    command = RedriveMessage(at=NOW, by="op", reason="再发一次")
    given(REQUESTED, gone).when(command).then_rejected("message-not-redrivable")


def test_a_message_without_a_number_is_suppressed_and_says_so() -> None:
    command = SuppressMessage(at=NOW, why="no-number")
    given(REQUESTED).when(command).then(MessageSuppressed(why="no-number", suppressed_at=NOW))
    given(REQUESTED, started()).when(command).then_nothing()


def test_late_news_that_an_earlier_attempt_was_taken_ends_the_message() -> None:
    given(REQUESTED, started(), failed()).when(learnt("taken")).then(taken())
    second = started("m-2", number=2)
    given(REQUESTED, started(), failed(), second).when(learnt("taken")).then(taken())
    given(REQUESTED, started(), failed()).when(learnt("taken", "m-9")).then_nothing()


def test_it_is_handed_over_once() -> None:
    given(REQUESTED, started(), taken()).when(learnt("taken")).then_nothing()
    given(REQUESTED, started(), taken()).when(start("m-2")).then_rejected("attempt-open")


def test_nothing_is_known_of_a_message_that_was_never_requested() -> None:
    for command in (start(), learnt("taken"), SuppressMessage(at=NOW, why="erased")):
        given().when(command).then_rejected("message-not-found")


ROUTES = ("inbox", "other")


def receipt(
    *, delivered: bool, reference: str = "m-1", provider: str = "inbox", routes: Any = ROUTES
) -> RecordReceipt:
    return RecordReceipt(
        at=NOW, reference=reference, provider=provider, delivered=delivered, code="C",
        reported_at=after(seconds=7), routes=routes,
    )  # fmt: skip


def reported(*, delivered: bool, again: datetime | None = None) -> ReceiptRecorded:
    return ReceiptRecorded(
        reference="m-1", provider="inbox", delivered=delivered, code="C",
        reported_at=after(seconds=7), recorded_at=NOW, after_seconds=7.0, next_attempt_at=again,
    )  # fmt: skip


def by_receipt() -> MessageHandedOver:
    return MessageHandedOver(
        reference="m-1", provider_id=None, learnt_from="receipt", handed_over_at=NOW
    )


def test_a_receipt_is_recorded_once() -> None:
    history = given(REQUESTED, started(), taken()).when(receipt(delivered=True))
    done = history.then(reported(delivered=True))
    done.when(receipt(delivered=True)).then_nothing()
    done.when(receipt(delivered=False)).then_nothing()


def test_a_receipt_may_come_before_the_answer_and_settles_what_is_unknown() -> None:
    for earlier in ((started(),), (started(), unknown(5, None))):
        history = given(REQUESTED, *earlier).when(receipt(delivered=True))
        done = history.then(by_receipt(), reported(delivered=True))
        done.when(learnt("taken")).then_nothing()
        done.when(start("m-2")).then_rejected("attempt-open")


def test_a_failed_receipt_asks_another_provider_at_once_and_only_once() -> None:
    history = given(REQUESTED, started(), taken()).when(receipt(delivered=False))
    again = history.then(reported(delivered=False, again=NOW))
    again.when(learnt("taken")).then_nothing()
    again.when(receipt(delivered=False)).then_nothing()
    second = again.when(start("m-2")).then(started("m-2", number=2))
    second = second.when(learnt("taken", "m-2")).then(taken("m-2"))
    command = receipt(delivered=False, reference="m-2", routes=(*ROUTES, "third"))
    *_, over = second.when(command).decided()
    assert over == MessageGivenUp(why="undelivered", given_up_at=NOW)


def test_a_failed_receipt_with_nobody_else_to_ask_is_parked() -> None:
    history = given(REQUESTED, started(), taken())
    history.when(receipt(delivered=False, routes=("inbox",))).then(
        reported(delivered=False), MessageGivenUp(why="undelivered", given_up_at=NOW)
    )


def test_a_delivered_receipt_after_a_failed_one_stops_the_second_sending() -> None:
    history = given(REQUESTED, started(), taken(), reported(delivered=False, again=NOW))
    done = history.when(receipt(delivered=True)).then(by_receipt(), reported(delivered=True))
    done.when(start("m-2")).then_rejected("attempt-open")


def test_a_receipt_of_nobodys_attempt_is_nothing() -> None:
    given(REQUESTED, started(), taken()).when(
        receipt(delivered=True, reference="m-9")
    ).then_nothing()
    given(REQUESTED, started(), taken()).when(
        receipt(delivered=True, provider="other")
    ).then_nothing()
    given().when(receipt(delivered=True)).then_rejected("message-not-found")


def test_a_refusal_closes_one_provider_and_the_next_is_asked_at_once() -> None:
    refused = learnt("refused").model_copy(update={"routes": ROUTES})
    failed_here = AttemptFailed(
        reference="m-1", retryable=False, detail="", failed_at=NOW, next_attempt_at=NOW
    )
    history = given(REQUESTED, started()).when(refused).then(failed_here)
    other = start("m-2").model_copy(update={"provider": "other"})
    begun = started("m-2", number=2).model_copy(update={"provider": "other"})
    history = history.when(other).then(begun)
    busy = learnt("throttled", "m-2").model_copy(update={"routes": ROUTES})
    history.when(busy).then(
        failed("m-2", pause=5).model_copy(update={"throttled": True}),
    )


def test_a_delay_holds_it_back_and_its_day_begins_anew() -> None:
    until = after(hours=11)
    delay = DelayMessage(at=NOW, why="quiet-hours", until=until)
    held = MessageDelayed(why="quiet-hours", until=until, delayed_at=NOW)
    history = given(REQUESTED).when(delay).then(held)
    history.when(start()).then_rejected("message-not-due")
    history.when(delay).then_nothing()
    history = history.when(start(at=until)).then(started(at=until))
    history.when(delay).then_nothing()
