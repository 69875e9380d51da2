"""A town hall to review in: a plan of two stages, the people at its desks, and facts in short.

The district decides first, then the bureau and the police side by side; the office is above all.
"""

from datetime import UTC, datetime
from typing import Final

from shared.domain.calendar import WorkingCalendar
from shared.domain.decider import Category, Decider
from shared.domain.review import engine
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
    StageOpened,
)
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
from shared.domain.review.plan import Desk, PinnedDesk, PinnedPlan, PinnedStage
from shared.domain.review.reviewer import Party, Reviewer
from shared.domain.review.state import Review
from shared.testing.scenario import Given
from shared.testing.scenario import given as given_of

Order = AnyIntention | tuple[AnyIntention, ...]
Case = Given[Order, Review | None, AnyFact]

MONDAY: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai, in a fortnight without holidays."""
CALENDAR: Final = WorkingCalendar()
DISTRICT_DUE: Final = CALENDAR.due(MONDAY, 3)
CITY_DUE: Final = CALENDAR.due(MONDAY, 5)

CLERK: Final = Desk(role="clerk", scope="district:襄城区")
BUREAU: Final = Desk(role="bureau", scope="city")
POLICE: Final = Desk(role="police", scope="city")
OFFICE: Final = Desk(role="office", scope="city")


def stage(name: str, days: int, **desks: tuple[Desk, ...]) -> PinnedStage:
    """A stage of desks by name, each with its chain."""
    pinned = tuple(PinnedDesk(name=n, label=n, chain=chain) for n, chain in desks.items())
    return PinnedStage(name=name, label=name, desks=pinned, due_working_days=days)


PLAN: Final = PinnedPlan(
    version="1",
    stages=(
        stage("first", 3, district=(CLERK, BUREAU, OFFICE)),
        stage("second", 5, bureau=(BUREAU, OFFICE), police=(POLICE, OFFICE)),
    ),
)
OTHER_PLAN: Final = PinnedPlan(version="2", stages=(stage("only", 3, bureau=(BUREAU, OFFICE)),))


def officer(account: str, *desks: Desk, person: str | None = None) -> Reviewer:
    """A member of staff; everybody is a person of their own unless said otherwise."""
    return Reviewer(
        account_id=account, person=person or f"person-{account}", desks=frozenset(desks)
    )


APPLICANT: Final = Party(account_id="talent", person="person-talent")
CLARA: Final = officer("clara", CLERK)
COLIN: Final = officer("colin", CLERK)
BEATE: Final = officer("beate", BUREAU)
PAUL: Final = officer("paul", POLICE)
OTTO: Final = officer("otto", OFFICE)
STAFF: Final = (CLARA, COLIN, BEATE, PAUL, OTTO)


def _decide(order: Order, review: Review | None) -> tuple[AnyFact, ...]:
    assert review is not None, "a case begins with facts"
    return engine.decide(review, *(order if isinstance(order, tuple) else (order,)), due=due)


due: Final = CALENDAR.due
REVIEWS: Final[Decider[Order, Review | None, AnyFact]] = Decider(
    Category("reviewedCase", "review"), None, _decide, engine.evolve
)


def given(*facts: AnyFact) -> Case:
    """A case with a history."""
    return given_of(REVIEWS, *facts)


def review_of(case: Case) -> Review:
    """Where a case stands."""
    assert case.state is not None
    return case.state


# Facts, all of them on Monday.


def submitted(applicant: Party = APPLICANT, plan: PinnedPlan = PLAN) -> tuple[AnyFact, ...]:
    return engine.start(applicant, plan, MONDAY, due)


def opened(stage: str, due: datetime) -> StageOpened:
    return StageOpened(at=MONDAY, stage=stage, due=due)


def claimed(desk: str, by: Reviewer) -> DeskClaimed:
    return DeskClaimed(at=MONDAY, desk=desk, by=by.party)


def released(desk: str, by: Reviewer) -> DeskReleased:
    return DeskReleased(at=MONDAY, desk=desk, by=by.party)


def handed_over(desk: str, by: Reviewer, to: Reviewer) -> DeskHandedOver:
    return DeskHandedOver(at=MONDAY, desk=desk, by=by.party, to=to.party)


def approved(desk: str, by: Reviewer) -> DeskApproved:
    return DeskApproved(at=MONDAY, desk=desk, by=by.party)


def returned(desk: str, by: Reviewer) -> CaseReturned:
    return CaseReturned(
        at=MONDAY, desk=desk, by=by.party, fields=("/name",), attachments=("visa",), words="请更正"
    )


def rejected(desk: str, by: Reviewer) -> CaseRejected:
    return CaseRejected(at=MONDAY, desk=desk, by=by.party, reason="ineligible", words="不符合条件")


def objected(by: Party = APPLICANT) -> CaseObjected:
    answer = CALENDAR.due(MONDAY, 15)
    return CaseObjected(at=MONDAY, by=by.party, due=answer, words="请复核")


def upheld(by: Reviewer) -> ObjectionUpheld:
    return ObjectionUpheld(at=MONDAY, by=by.party, words="经复核")


def dismissed(by: Reviewer) -> ObjectionDismissed:
    return ObjectionDismissed(at=MONDAY, by=by.party, words="经复核")


def passed_up(desk: str, to: Desk) -> DeskPassedUp:
    return DeskPassedUp(at=MONDAY, desk=desk, to=to)


def round_opened(
    round: int,
    *standing: str,
    plan: PinnedPlan = PLAN,
    applicant: Party = APPLICANT,
) -> RoundOpened:
    return RoundOpened(
        at=MONDAY, round=round, applicant=applicant, plan=plan, standing=tuple(standing)
    )


CASE_APPROVED: Final = CaseApproved(at=MONDAY)
WITHDRAWN: Final = CaseWithdrawn(at=MONDAY)
ENDED: Final = CaseEnded(at=MONDAY, reason="deferral-ran-out")
AT_SECOND: Final = (*submitted(), approved("district", CLARA), opened("second", CITY_DUE))
"""The district has approved: the bureau and the police are asked."""


# Intentions, all of them on Monday.


def claim(desk: str, by: Reviewer, round: int | None = None) -> Claim:
    return Claim(at=MONDAY, desk=desk, by=by, round=round)


def release(desk: str, by: Reviewer, round: int | None = None) -> Release:
    return Release(at=MONDAY, desk=desk, by=by, round=round)


def hand_over(desk: str, by: Reviewer, to: Reviewer, round: int | None = None) -> HandOver:
    return HandOver(at=MONDAY, desk=desk, by=by, to=to, round=round)


def approve(desk: str, by: Reviewer, round: int | None = None) -> Approve:
    return Approve(at=MONDAY, desk=desk, by=by, round=round)


def send_back(
    desk: str,
    by: Reviewer,
    round: int | None = None,
    fields: tuple[str, ...] = ("/name",),
    attachments: tuple[str, ...] = ("visa",),
    words: str = "请更正",
) -> Return:
    return Return(
        at=MONDAY,
        desk=desk,
        by=by,
        round=round,
        fields=fields,
        attachments=attachments,
        words=words,
    )


def reject(
    desk: str,
    by: Reviewer,
    round: int | None = None,
    reason: str = "ineligible",
    words: str = "不符合条件",
) -> Reject:
    return Reject(at=MONDAY, desk=desk, by=by, round=round, reason=reason, words=words)


def resubmit(
    round: int, by: Party = APPLICANT, plan: PinnedPlan | None = None, from_start: bool = False
) -> Resubmit:
    return Resubmit(at=MONDAY, by=by, round=round, plan=plan, from_start=from_start)


def pass_up(*staff: Reviewer) -> PassUp:
    return PassUp(at=MONDAY, staff=staff)


def escalate(at: datetime) -> Escalate:
    return Escalate(at=at)


def withdraw(by: Party = APPLICANT) -> Withdraw:
    return Withdraw(at=MONDAY, by=by)


def end() -> End:
    return End(at=MONDAY, reason="deferral-ran-out")


def object_to(
    by: Party = APPLICANT, at: datetime = MONDAY, words: str = "请复核"
) -> RaiseObjection:
    return RaiseObjection(at=at, by=by, words=words)


def uphold(by: Reviewer, words: str = "经复核") -> DecideObjection:
    return DecideObjection(at=MONDAY, by=by, upheld=True, words=words)


def dismiss(by: Reviewer, words: str = "经复核") -> DecideObjection:
    return DecideObjection(at=MONDAY, by=by, upheld=False, words=words)
