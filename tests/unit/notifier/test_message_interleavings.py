"""Whatever crashes, is delivered again or comes late: never two at once, never two handed over."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.notifier.commands import (
    MessageCommand,
    OutcomeWord,
    RecordOutcome,
    RecordReceipt,
    RequestMessage,
    StartAttempt,
)
from services.notifier.decider import MESSAGES
from services.notifier.events import (
    AttemptStarted,
    MessageEvent,
    MessageHandedOver,
    ReceiptRecorded,
)
from services.notifier.policies import MOST_RETURNS
from services.notifier.states import State
from shared.domain.errors import DomainError

ROUTES = ("p", "q")
ANSWERS: dict[str, OutcomeWord] = {
    "taken": "taken",
    "lost": "taken",
    "busy": "retry",
    "refused": "refused",
}


class Messages(RuleBasedStateMachine):
    """Any number of workers on one message. `truth` is what the provider did with an attempt;
    answers may be lost (a crash) or come late; records tell the truth, or cannot say; receipts come
    at any time, and what one says was lost may be sent once more."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
        self.history: list[MessageEvent] = []
        self.state: State = MESSAGES.initial
        self.truth: dict[str, str] = {}
        self.underway: list[str] = []
        self.made_by: dict[str, str] = {}
        self.reported: set[str] = set()

    def put(self, command: MessageCommand) -> list[MessageEvent]:
        try:
            events = list(MESSAGES.decide(command, self.state))
        except DomainError:
            return []
        for event in events:
            self.state = MESSAGES.evolve(self.state, event)
        self.history += events
        return events

    @rule()
    def deliver_the_fact(self) -> None:
        self.put(
            RequestMessage(
                at=self.now, template="t", recipient="p", subject="p", number="account",
                mobile=None, text="短信", params={}, cause_id="e", cause_type="a.b.v1",
                cause_stream="talent-p", cause_version=1,
            )
        )  # fmt: skip

    @rule(minutes=st.sampled_from([0, 1, 10, 60, 60 * 24]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(ahead=st.integers(0, 1))
    def a_worker_claims_it(self, ahead: int) -> None:
        reference = f"m-{len(self.truth) + ahead}"
        provider = ROUTES[len(self.truth) % 2]
        start = StartAttempt(at=self.now, reference=reference, provider=provider, mobile="+8613")
        if self.put(start):
            open_before = [r for r, truth in self.truth.items() if truth in ("open", "taken")]
            assert open_before == [], "a second attempt while one may have been taken"
            self.truth[reference] = "open"
            self.made_by[reference] = provider
            self.underway.append(reference)

    @precondition(lambda self: any(t == "open" for t in self.truth.values()))
    @rule(what=st.sampled_from(["taken", "busy", "refused"]))
    def the_provider_decides(self, what: str) -> None:
        reference = next(r for r, t in self.truth.items() if t == "open")
        self.truth[reference] = what

    @precondition(lambda self: self.underway)
    @rule(data=st.data())
    def an_answer_arrives_or_times_out(self, data: st.DataObject) -> None:
        reference = data.draw(st.sampled_from(self.underway))
        lost = data.draw(st.booleans())
        word: OutcomeWord = "unknown" if lost else ANSWERS.get(self.truth[reference], "unknown")
        self.put(self.outcome(reference, word, answer=True))

    @precondition(lambda self: any(t in ("taken", "lost") for t in self.truth.values()))
    @rule(data=st.data(), lost=st.booleans())
    def a_receipt_arrives(self, data: st.DataObject, lost: bool) -> None:
        """Early, late or twice; what it says of one attempt never changes."""
        reference = data.draw(
            st.sampled_from(sorted(r for r, t in self.truth.items() if t in ("taken", "lost")))
        )
        if reference not in self.reported and lost:
            self.truth[reference] = "lost"
        self.reported.add(reference)
        self.put(
            RecordReceipt(
                at=self.now, reference=reference, provider=self.made_by[reference], code="c",
                delivered=self.truth[reference] == "taken", reported_at=self.now, routes=ROUTES,
            )
        )  # fmt: skip

    @precondition(lambda self: self.underway)
    @rule()
    def a_worker_crashes(self) -> None:
        self.underway.pop(0)

    @precondition(lambda self: self.truth)
    @rule(data=st.data(), can_say=st.booleans())
    def the_records_are_asked(self, data: st.DataObject, can_say: bool) -> None:
        reference = data.draw(st.sampled_from(sorted(self.truth)))
        truth = self.truth[reference]
        word: OutcomeWord = "unknown"
        if can_say and truth != "open":
            word = "taken" if truth in ("taken", "lost") else "retry"
        self.put(self.outcome(reference, word, answer=False))

    def outcome(self, reference: str, word: OutcomeWord, *, answer: bool) -> RecordOutcome:
        source = "answer" if answer else "records"
        return RecordOutcome.model_validate(
            {
                "at": self.now, "reference": reference, "outcome": word, "learnt_from": source,
                "routes": ROUTES,
            }
        )  # fmt: skip

    @invariant()
    def at_most_one_was_taken_and_one_handed_over(self) -> None:
        assert [*self.truth.values()].count("taken") <= 1
        lost = [*self.truth.values()].count("lost")
        assert sum(isinstance(e, MessageHandedOver) for e in self.history) <= 1 + lost

    @invariant()
    def a_receipt_sends_it_elsewhere_within_bounds(self) -> None:
        again = [e for e in self.history if isinstance(e, ReceiptRecorded) and e.next_attempt_at]
        assert len(again) <= MOST_RETURNS

    @invariant()
    def every_reference_is_one_attempt(self) -> None:
        references = [e.reference for e in self.history if isinstance(e, AttemptStarted)]
        assert len(references) == len(set(references))


TestMessages = Messages.TestCase
TestMessages.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
