"""Arbitrary plans and people for reviews, and how a case comes to its end."""

from collections.abc import Callable
from datetime import datetime
from itertools import combinations
from typing import Final

from hypothesis import strategies as st

from shared.domain.errors import DomainError
from shared.domain.review import engine
from shared.domain.review.facts import AnyFact
from shared.domain.review.intentions import (
    AnyIntention,
    Approve,
    DecideObjection,
    Escalate,
    HandOver,
    PassUp,
    Resubmit,
)
from shared.domain.review.plan import Desk, PinnedDesk, PinnedPlan, PinnedStage
from shared.domain.review.reviewer import Party, Reviewer
from shared.domain.review.state import Review, Status
from tests.unit.review.review_cases import CALENDAR

SEATS: Final = tuple(Desk(role=role, scope="city") for role in ("clerk", "bureau", "police", "top"))
PERSONS: Final = tuple(f"person-{n}" for n in range(6))
ACCOUNTS: Final = tuple(f"account-{n}" for n in range(9))
MOST_DESKS: Final = 6

seats = st.sampled_from(
    [frozenset(c) for n in (0, 1, 2, 2, 3) for c in combinations(SEATS, n)],
)
chains = st.lists(st.sampled_from(SEATS), min_size=1, max_size=3, unique=True).map(tuple)
stages = st.lists(chains, min_size=1, max_size=2)
rounds = st.sampled_from((None, None, None, None, 0, 0, 0, 0, -1, 1))
"""Which round somebody was looking at: none said, the present one, or another."""
some_account = st.sampled_from(ACCOUNTS)
numbers = st.integers(0, 20)
work = st.lists(st.integers(0, 999), min_size=1, max_size=12)
words = st.sampled_from(("请更正", "不符合", "请补充", "符合", "", " "))
names = st.lists(st.sampled_from(("/name", "/mobile", "", " ")), max_size=2).map(tuple)


@st.composite
def plans(draw: st.DrawFn) -> PinnedPlan:
    """One to three stages of one or two desks, with arbitrary superiors."""
    drawn = draw(st.lists(stages, min_size=1, max_size=3))
    pinned = [
        PinnedStage(
            name=f"stage-{i}",
            label="",
            desks=tuple(
                PinnedDesk(name=f"desk-{i}-{j}", label="", chain=chain)
                for j, chain in enumerate(desks)
            ),
            due_working_days=draw(st.integers(1, 5)),
        )
        for i, desks in enumerate(drawn)
    ]
    return PinnedPlan(version=draw(st.sampled_from("12")), stages=tuple(pinned))


@st.composite
def towns(draw: st.DrawFn) -> dict[str, Reviewer]:
    """Everybody with an account: persons have several of them, and some persons are unknown."""
    return {
        account: Reviewer(
            account_id=account,
            person=draw(st.sampled_from((*PERSONS, None))),
            desks=draw(seats),
        )
        for account in ACCOUNTS
    }


Climb = Callable[[Review, tuple[Reviewer, ...], datetime], Review]


def by_passing_up(review: Review, staff: tuple[Reviewer, ...], now: datetime) -> Review:
    return after(review, PassUp(at=now, staff=staff))


def by_escalation(review: Review, staff: tuple[Reviewer, ...], now: datetime) -> Review:
    for _ in SEATS:
        review = after(review, Escalate(at=review.due or now))
    return review


def answer(review: Review, intention: AnyIntention) -> tuple[AnyFact, ...] | DomainError:
    try:
        return engine.decide(review, intention, due=CALENDAR.due)
    except DomainError as refused:
        return refused


def after(review: Review, *intentions: AnyIntention) -> Review:
    return engine.fold(review, engine.decide(review, *intentions, due=CALENDAR.due))


def approved_by_the_top(review: Review, applicant: Party, now: datetime, climb: Climb) -> bool:
    """Whether a case comes to its approval when only fresh people at the ends of chains act."""
    if review.status is Status.OBJECTED:
        judge = Reviewer(account_id="judge", person="judge", desks=frozenset(review.answering))
        said = DecideObjection(at=now, by=judge, upheld=True, words="异议成立")
        review = after(review, said)
    if review.status is Status.RETURNED:
        review = after(review, Resubmit(at=now, by=applicant, round=review.round))
    tops = frozenset(d.chain[-1] for s in review.plan.stages for d in s.desks)
    staff = tuple(
        Reviewer(account_id=f"fresh-{n}", person=f"fresh-{n}", desks=tops)
        for n in range(MOST_DESKS)
    )
    for one in staff:
        review = climb(review, staff, now)
        desk = review.undecided[0].name
        take = HandOver(at=now, desk=desk, by=one, to=one)
        review = after(review, take, Approve(at=now, desk=desk, by=one))
        if review.status is Status.APPROVED:
            return True
    return False
