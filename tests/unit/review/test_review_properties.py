"""Whatever plans, people and wishes there are, the rules of a review hold, and it can end."""

from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shared.domain.errors import DomainError
from shared.domain.review import engine, refusals
from shared.domain.review.facts import AnyFact, DeskPassedUp
from shared.domain.review.intentions import (
    AnyIntention,
    Approve,
    Claim,
    DecideObjection,
    End,
    Escalate,
    HandOver,
    PassUp,
    RaiseObjection,
    Reject,
    Release,
    Resubmit,
    Return,
    Withdraw,
)
from shared.domain.review.plan import Desk, PinnedPlan
from shared.domain.review.reviewer import Party, Reviewer
from shared.domain.review.rules import stranded
from shared.domain.review.state import Review, Status
from tests.unit.review.review_cases import CALENDAR, MONDAY
from tests.unit.review.review_ledger import Ledger, one_person
from tests.unit.review.review_towns import (
    answer,
    approved_by_the_top,
    by_escalation,
    by_passing_up,
    names,
    numbers,
    plans,
    rounds,
    seats,
    some_account,
    towns,
    words,
    work,
)


class Reviews(RuleBasedStateMachine):
    """One case, a town of accounts, and people who try whatever comes to their minds."""

    review: Review
    applicant: Party

    @initialize(plan=plans(), town=towns(), applicant=some_account, named=st.booleans(), past=work)
    def submit(
        self,
        plan: PinnedPlan,
        town: dict[str, Reviewer],
        applicant: str,
        named: bool,
        past: list[int],
    ) -> None:
        self.now: datetime = MONDAY
        self.town = town
        self.applicant = town[applicant]
        self.ledger = Ledger()
        facts = engine.start(self.acting(self.applicant, named), plan, self.now, CALENDAR.due)
        self.history: list[AnyFact] = list(facts)
        self.review = engine.fold(None, facts)
        self.ledger.read(facts)
        self.work_goes_on(past)

    def acting(self, who: Party, named: bool) -> Party:
        """An account as it acts: with its person, or as if that were not known."""
        return who if named else Party(account_id=who.account_id)

    @property
    def staff(self) -> tuple[Reviewer, ...]:
        return tuple(self.town.values())

    def desk(self, number: int) -> str:
        """A desk by number: mostly one that the case waits for, at times one that is not there."""
        known = [desk.name for stage in self.review.plan.stages for desk in stage.desks]
        choice = (*self.ledger.waiting * 4, *known, "desk-nowhere")
        return choice[number % len(choice)]

    def seen(self, offset: int | None) -> int | None:
        return None if offset is None else self.review.round + offset

    def put(self, intention: AnyIntention, actor: Reviewer | None = None) -> tuple[AnyFact, ...]:
        """Puts an intention; facts are judged, refusals are registered, repeats say nothing."""
        facts = answer(self.review, intention)
        if isinstance(facts, DomainError):
            incomplete = facts.code == refusals.INCOMPLETE
            assert incomplete or facts.code in refusals.MESSAGES
            assert bool(facts.fields) == incomplete
            return ()
        self.ledger.read(facts, actor)
        self.history += facts
        self.review = engine.fold(self.review, facts)
        assert engine.decide(self.review, intention, due=CALENDAR.due) == ()
        return facts

    def put_decision(self, intention: Approve | Return | Reject, complete: bool) -> None:
        """A decision is recorded exactly if its reviewer may decide there, and it says enough."""
        by = intention.by
        expected = complete and self.ledger.allowed(intention.desk, by, intention.round)
        assert bool(self.put(intention, by)) == expected

    # Reviewers

    @rule(desk=numbers, who=some_account, seen=rounds)
    def approve(self, desk: int, who: str, seen: int | None) -> None:
        self.put_decision(
            Approve(at=self.now, desk=self.desk(desk), by=self.town[who], round=self.seen(seen)),
            complete=True,
        )

    @rule(picks=work)
    def work_is_done(self, picks: list[int]) -> None:
        self.work_goes_on(picks)

    def work_goes_on(self, picks: list[int]) -> None:
        # Of arbitrary decisions few are allowed: cases would seldom come far.
        for pick in picks:
            self._work(pick)

    def _work(self, pick: int) -> None:
        if self.review.status is Status.RETURNED:
            self.put(Resubmit(at=self.now, by=self.applicant, round=self.review.round))
        pairs = ((desk, one) for desk in self.ledger.waiting for one in self.staff)
        able = [pair for pair in pairs if self.ledger.allowed(*pair, None)]
        if not able:
            self.put(PassUp(at=self.now, staff=self.staff))
            return
        desk, by = able[pick % len(able)]
        match pick % 8:
            case 0:
                sent_back = Return(at=self.now, desk=desk, by=by, fields=("/name",), words="请更正")
                self.put_decision(sent_back, complete=True)
            case 1 | 2:
                self.put(Claim(at=self.now, desk=desk, by=by), by)
            case 3:
                fit = [one for one in self.staff if self.ledger.fit(desk, one)]
                to = fit[pick // 8 % len(fit)]
                self.put(HandOver(at=self.now, desk=desk, by=by, to=to), by)
            case _:
                self.put_decision(Approve(at=self.now, desk=desk, by=by), complete=True)

    @rule(
        desk=numbers,
        who=some_account,
        seen=rounds,
        fields=names,
        attachments=names,
        words=words,
    )
    def send_back(
        self,
        desk: int,
        who: str,
        seen: int | None,
        fields: tuple[str, ...],
        attachments: tuple[str, ...],
        words: str,
    ) -> None:
        intention = Return(
            at=self.now,
            desk=self.desk(desk),
            by=self.town[who],
            round=self.seen(seen),
            fields=fields,
            attachments=attachments,
            words=words,
        )
        named = any(name.strip() for name in (*fields, *attachments))
        self.put_decision(intention, complete=named and bool(words.strip()))

    @rule(
        desk=numbers,
        who=some_account,
        seen=rounds,
        reason=st.sampled_from(("false", "ineligible", "")),
        words=words,
    )
    def reject(self, desk: int, who: str, seen: int | None, reason: str, words: str) -> None:
        intention = Reject(
            at=self.now,
            desk=self.desk(desk),
            by=self.town[who],
            round=self.seen(seen),
            reason=reason,
            words=words,
        )
        self.put_decision(intention, complete=bool(reason.strip() and words.strip()))

    @rule(desk=numbers, who=some_account, seen=rounds)
    def claim(self, desk: int, who: str, seen: int | None) -> None:
        name, by = self.desk(desk), self.town[who]
        vacant = name not in self.ledger.claims
        allowed = self.ledger.allowed(name, by, self.seen(seen))
        claimed = self.put(Claim(at=self.now, desk=name, by=by, round=self.seen(seen)), by)
        assert bool(claimed) == (allowed and vacant)

    @rule(desk=numbers, who=some_account, seen=rounds)
    def release(self, desk: int, who: str, seen: int | None) -> None:
        by = self.town[who]
        self.put(Release(at=self.now, desk=self.desk(desk), by=by, round=self.seen(seen)), by)

    @rule(
        desk=numbers,
        who=some_account,
        to=some_account,
        seen=rounds,
    )
    def hand_over(self, desk: int, who: str, to: str, seen: int | None) -> None:
        by, name, colleague = self.town[who], self.desk(desk), self.town[to]
        able = name in self.ledger.waiting and self.ledger.fit(name, colleague)
        made = self.put(
            HandOver(at=self.now, desk=name, by=by, to=colleague, round=self.seen(seen)), by
        )
        assert able or not made

    # The applicant

    @rule(
        who=some_account,
        named=st.booleans(),
        offset=st.sampled_from((0, 0, 0, -1, 1)),
        from_start=st.booleans(),
        plan=st.none() | plans(),
    )
    def resubmit(
        self, who: str, named: bool, offset: int, from_start: bool, plan: PinnedPlan | None
    ) -> None:
        by = self.acting(self.town[who], named)
        round = self.review.round + offset
        intention = Resubmit(at=self.now, by=by, round=round, from_start=from_start, plan=plan)
        asked = self.review.status is Status.RETURNED and offset == 0
        expected = asked and one_person(by, self.review.applicant)
        made = self.put(intention)
        assert bool(made) == expected
        if made and (from_start or plan is not None):
            assert self.ledger.judged == {}

    @precondition(lambda self: self.review.status is Status.RETURNED)
    @rule(named=st.booleans())
    def correct(self, named: bool) -> None:
        by = self.acting(self.applicant, named)
        assert self.put(Resubmit(at=self.now, by=by, round=self.review.round))

    @rule(who=some_account, named=st.booleans(), words=words)
    def object(self, who: str, named: bool, words: str) -> None:
        by = self.acting(self.town[who], named)
        rejected = self.review.status is Status.REJECTED and self.ledger.objections == 0
        at = self.review.rejected_at
        timely = at is not None and self.now - at <= timedelta(days=14)
        expected = rejected and timely and one_person(by, self.review.applicant)
        made = self.put(RaiseObjection(at=self.now, by=by, words=words))
        # Between the fourteenth day and the end of the fifteenth it is the calendar's to say.
        assert bool(made) == (expected and bool(words.strip())) or not timely

    @precondition(lambda self: self.review.status is Status.REJECTED)
    @rule()
    def the_applicant_objects(self) -> None:
        self.put(RaiseObjection(at=self.now, by=self.applicant, words="请复核"))

    @rule(who=some_account, upheld=st.booleans(), words=words)
    def answer_objection(self, who: str, upheld: bool, words: str) -> None:
        by = self.town[who]
        self.put(DecideObjection(at=self.now, by=by, upheld=upheld, words=words), by)

    @precondition(lambda self: self.review.status is Status.OBJECTED)
    @rule(upheld=st.booleans())
    def a_judge_answers(self, upheld: bool) -> None:
        desks = frozenset(self.ledger.answering)
        judge = Reviewer(account_id="judge", person="judge", desks=desks)
        said = DecideObjection(at=self.now, by=judge, upheld=upheld, words="经复核")
        assert self.put(said, judge)

    # Time, staff, and the host

    @rule(who=some_account, desks=seats)
    def staff_change(self, who: str, desks: frozenset[Desk]) -> None:
        old = self.town[who]
        self.town[who] = Reviewer(account_id=who, person=old.person, desks=desks)

    @rule(hours=st.integers(0, 400))
    def time_goes_by(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        before = dict(self.review.decisions)
        late = self.ledger.due is not None and self.now >= self.ledger.due
        expected = late and self.review.status in (Status.OPEN, Status.OBJECTED)
        assert bool(self.put(Escalate(at=self.now))) == expected
        assert dict(self.review.decisions) == before

    @rule()
    def pass_up(self) -> None:
        manned = {d for d in self.ledger.waiting if any(self.ledger.fit(d, s) for s in self.staff)}
        passed = self.put(PassUp(at=self.now, staff=self.staff))
        for fact in passed:
            assert isinstance(fact, DeskPassedUp)
            assert fact.desk not in manned
            below = self.ledger.chain(fact.desk)[: self.ledger.reach[fact.desk]]
            able = (s for s in self.staff if not s.desks.isdisjoint(below))
            assert all(self.ledger.own(s) or self.ledger.elsewhere(fact.desk, s) for s in able)
        served = {d for d in self.ledger.waiting if any(self.ledger.fit(d, s) for s in self.staff)}
        lost = {desk.name for desk in stranded(self.review, self.staff)}
        assert lost == set(self.ledger.waiting) - served

    # What always holds

    @invariant()
    def the_state_is_what_the_facts_fold_to(self) -> None:
        assert engine.fold(None, self.history) == self.review
        stored = (type(f).model_validate_json(f.model_dump_json()) for f in self.history)
        assert engine.fold(None, stored) == self.review

    @invariant()
    def the_state_says_what_the_ledger_says(self) -> None:
        review, ledger = self.review, self.ledger
        assert (review.status.value, review.round) == (ledger.status, ledger.round)
        assert [desk.name for desk in review.undecided] == ledger.waiting
        assert {n: d.by for n, d in review.decisions.items()} == {
            n: f.by for n, f in ledger.judged.items()
        }
        if review.status is Status.OBJECTED:
            assert review.answering == ledger.answering
            assert review.due == ledger.due
        if review.status is Status.OPEN:
            assert dict(review.claims) == ledger.claims
            assert dict(review.reach) == ledger.reach
            assert review.due == ledger.due

    @invariant()
    def nobody_holds_a_case_who_may_not_decide_on_it(self) -> None:
        for desk, holder in self.review.claims.items():
            assert not self.ledger.own(holder)
            assert not self.ledger.elsewhere(desk, holder)

    @invariant()
    def an_unfinished_case_can_be_withdrawn_or_ended_and_a_finished_one_cannot(self) -> None:
        for intention in (
            Withdraw(at=self.now, by=self.applicant),
            End(at=self.now, reason="barred"),
        ):
            facts = answer(self.review, intention)
            if isinstance(facts, DomainError):
                assert facts.code == refusals.CLOSED
                assert self.review.closed
            else:
                assert engine.fold(self.review, facts).closed
                assert bool(facts) != self.review.closed

    @rule(by_time=st.booleans())
    def it_can_be_approved_with_enough_staff_at_the_top(self, by_time: bool) -> None:
        if not self.review.closed:
            climb = by_escalation if by_time else by_passing_up
            assert approved_by_the_top(self.review, self.applicant, self.now, climb)

    @precondition(lambda self: self.ledger.round > 1 or len(self.history) > 6)
    @rule(who=some_account, named=st.booleans())
    def withdraw(self, who: str, named: bool) -> None:
        by = self.acting(self.town[who], named)
        expected = not self.review.closed and one_person(by, self.review.applicant)
        assert bool(self.put(Withdraw(at=self.now, by=by))) == expected

    @precondition(lambda self: len(self.history) > 12)
    @rule()
    def end(self) -> None:
        self.put(End(at=self.now, reason="barred"))


TestReviews = Reviews.TestCase
TestReviews.settings = settings(
    max_examples=250, stateful_step_count=30, deadline=None, derandomize=True
)
