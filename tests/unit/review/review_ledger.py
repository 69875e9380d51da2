"""A second reading of a case's facts, kept apart from the engine's own fold so as to judge it.

It knows the rules as the design words them, reads facts one by one, and asserts that each was
allowed when it was recorded.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from shared.domain.review.facts import (
    AnyFact,
    CaseApproved,
    CaseEnded,
    CaseObjected,
    CaseRejected,
    CaseReturned,
    CaseWithdrawn,
    DeskApproved,
    DeskClaimed,
    DeskHandedOver,
    DeskPassedUp,
    DeskReleased,
    ObjectionDismissed,
    ObjectionUpheld,
    RoundOpened,
    StageEscalated,
    StageOpened,
)
from shared.domain.review.plan import Desk, PinnedPlan, PinnedStage
from shared.domain.review.reviewer import Party, Reviewer

Judged = DeskApproved | CaseReturned | CaseRejected


def one_person(a: Party, b: Party) -> bool:
    return a.account_id == b.account_id or (a.person is not None and a.person == b.person)


@dataclass
class Ledger:
    """What counts in a case now; `applicants` is everybody who ever acted as its applicant."""

    applicants: list[Party] = field(default_factory=list)
    plan: PinnedPlan = field(default_factory=lambda: PinnedPlan(version="", stages=()))
    round: int = 0
    stage: int = 0
    due: datetime | None = None
    status: str = "open"
    judged: dict[str, Judged] = field(default_factory=dict)
    claims: dict[str, Party] = field(default_factory=dict)
    reach: dict[str, int] = field(default_factory=dict)
    objections: int = 0
    overruled: tuple[str, Party] | None = None

    def read(self, facts: Iterable[AnyFact], actor: Reviewer | None = None) -> None:
        """Takes facts in; `actor` is who acted, with the desks they sat at."""
        for fact in facts:
            self._read(fact, actor)

    @property
    def asked(self) -> PinnedStage | None:
        return self.plan.stages[self.stage] if self.status == "open" else None

    @property
    def waiting(self) -> list[str]:
        stage = self.asked
        return [] if stage is None else [d.name for d in stage.desks if d.name not in self.judged]

    def chain(self, desk: str) -> tuple[Desk, ...]:
        return next(d.chain for s in self.plan.stages for d in s.desks if d.name == desk)

    def own(self, who: Party) -> bool:
        return any(one_person(who, applicant) for applicant in self.applicants)

    @property
    def answering(self) -> tuple[Desk, ...]:
        """Who an objection waits for."""
        if self.status != "objected":
            return ()
        (rejected,) = (name for name, f in self.judged.items() if isinstance(f, CaseRejected))
        return self.chain(rejected)[1:] or self.chain(rejected)

    def elsewhere(self, desk: str, who: Party) -> bool:
        overruled = self.overruled
        if overruled is not None and overruled[0] == desk and one_person(who, overruled[1]):
            return True
        return any(one_person(who, f.by) for name, f in self.judged.items() if name != desk)

    def sits(self, desk: str, who: Reviewer) -> bool:
        return any(seat in who.desks for seat in self.chain(desk)[: self.reach.get(desk, 0) + 1])

    def fit(self, desk: str, who: Reviewer) -> bool:
        return not self.own(who) and not self.elsewhere(desk, who) and self.sits(desk, who)

    def free(self, desk: str, who: Party) -> bool:
        return desk not in self.claims or one_person(self.claims[desk], who)

    def allowed(self, desk: str, who: Reviewer, round: int | None) -> bool:
        """Whether somebody may decide at a desk now, having looked at a round."""
        timely = round in (None, self.round)
        return timely and desk in self.waiting and self.fit(desk, who) and self.free(desk, who)

    def _read(self, fact: AnyFact, actor: Reviewer | None) -> None:
        self._require_fitting(fact)
        match fact:
            case RoundOpened():
                self._open_round(fact)
            case StageOpened():
                self._open_stage(fact)
            case DeskApproved() | CaseReturned() | CaseRejected():
                self._judge(fact, actor)
            case DeskClaimed() | DeskReleased() | DeskHandedOver():
                self._hold(fact, actor)
            case DeskPassedUp():
                self._raise(fact.desk, fact.to)
            case StageEscalated():
                self._escalate(fact)
            case CaseApproved():
                approvals = {n for n, f in self.judged.items() if isinstance(f, DeskApproved)}
                assert approvals == {d.name for s in self.plan.stages for d in s.desks}
                assert not any(self.own(f.by) for f in self.judged.values())
                self.status = "approved"
            case CaseWithdrawn():
                self.status = "withdrawn"
            case CaseEnded():
                self.status = "ended"
            case CaseObjected() | ObjectionUpheld() | ObjectionDismissed():
                self._object(fact, actor)

    def _require_fitting(self, fact: AnyFact) -> None:
        match fact:
            case CaseObjected():
                assert self.status == "rejected"
            case ObjectionUpheld() | ObjectionDismissed():
                assert self.status == "objected"
            case RoundOpened() | CaseWithdrawn() | CaseEnded():
                assert self.status in ("open", "returned", "objected"), "it was closed"
            case StageEscalated():
                assert self.status in ("open", "objected")
            case _:
                assert self.status == "open", "somebody worked on a case that was not open"

    def _object(
        self, fact: CaseObjected | ObjectionUpheld | ObjectionDismissed, actor: Reviewer | None
    ) -> None:
        assert isinstance(fact.words, str)
        assert fact.words.strip()
        if isinstance(fact, CaseObjected):
            assert self.own(fact.by)
            self.objections += 1
            assert self.objections == 1, "objected to a second time"
            self.status, self.due = "objected", fact.due
            return
        assert actor is not None
        assert not self.own(fact.by), "somebody decided on their own objection"
        assert any(seat in actor.desks for seat in self.answering)
        assert not any(one_person(fact.by, made.by) for made in self.judged.values())
        if isinstance(fact, ObjectionDismissed):
            self.status = "rejected"
            return
        self.status = "returned"
        for name, made in list(self.judged.items()):
            if isinstance(made, CaseRejected):
                self.overruled = name, made.by
                del self.judged[name]

    def _open_round(self, fact: RoundOpened) -> None:
        assert fact.round == self.round + 1
        assert self.status == ("open" if fact.round == 1 else "returned")
        self.applicants.append(fact.applicant)
        if fact.standing:
            assert fact.plan == self.plan
            assert fact.standing == tuple(s.name for s in fact.plan.stages)[: len(fact.standing)]
        names = {d.name for s in fact.plan.stages if s.name in fact.standing for d in s.desks}
        self.judged = {name: self.judged[name] for name in names}
        assert all(isinstance(f, DeskApproved) for f in self.judged.values())
        assert not any(self.own(f.by) for f in self.judged.values())
        self.plan, self.round, self.status = fact.plan, fact.round, "open"
        self.stage = len(fact.standing) - 1

    def _open_stage(self, fact: StageOpened) -> None:
        self.stage += 1
        assert self.plan.stages[self.stage].name == fact.stage, "a stage was left out"
        before = [d.name for s in self.plan.stages[: self.stage] for d in s.desks]
        assert all(isinstance(self.judged[name], DeskApproved) for name in before)
        self.due, self.claims, self.reach = fact.due, {}, {}

    def _judge(self, fact: Judged, actor: Reviewer | None) -> None:
        assert actor is not None, "a decision without anybody"
        assert actor.party == fact.by
        assert not self.own(fact.by), "somebody decided on their own case"
        assert not self.elsewhere(fact.desk, fact.by), "somebody decided at two desks of a round"
        assert self.allowed(fact.desk, actor, None)
        match fact:
            case DeskApproved():
                pass
            case CaseReturned():
                assert isinstance(fact.words, str)
                assert fact.words.strip()
                assert "".join((*fact.fields, *fact.attachments)).strip()
                self.status = "returned"
            case CaseRejected():
                assert isinstance(fact.words, str)
                assert fact.words.strip()
                assert fact.reason.strip()
                self.status = "rejected"
        self.judged[fact.desk] = fact
        self.claims.pop(fact.desk, None)

    def _hold(
        self, fact: DeskClaimed | DeskReleased | DeskHandedOver, actor: Reviewer | None
    ) -> None:
        assert actor is not None
        assert actor.party == fact.by
        assert fact.desk in self.waiting
        match fact:
            case DeskClaimed():
                assert fact.desk not in self.claims
                assert self.fit(fact.desk, actor)
                self.claims[fact.desk] = fact.by
            case DeskReleased():
                assert one_person(self.claims.pop(fact.desk), fact.by)
            case DeskHandedOver():
                assert self.fit(fact.desk, actor)
                assert not self.own(fact.to)
                assert not self.elsewhere(fact.desk, fact.to)
                self.claims[fact.desk] = fact.to

    def _raise(self, desk: str, to: Desk) -> None:
        place = self.chain(desk).index(to)
        assert desk in self.waiting
        assert place > self.reach.get(desk, 0), "the way up led down"
        self.reach[desk] = place

    def _escalate(self, fact: StageEscalated) -> None:
        assert self.due is not None, "escalated with nobody further above"
        assert fact.at >= self.due, "escalated before it was due"
        assert fact.due is None or fact.due > fact.at
        if self.status == "objected":
            assert (fact.to, fact.due) == ((), None)
        for referral in fact.to:
            assert self.chain(referral.desk).index(referral.to) == (
                self.reach.get(referral.desk, 0) + 1
            )
            self._raise(referral.desk, referral.to)
        above = any(self.reach.get(d, 0) + 1 < len(self.chain(d)) for d in self.waiting)
        assert (fact.due is not None) == above
        self.due = fact.due
