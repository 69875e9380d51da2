"""Payments as documents: the same in every order of streams, and nothing of who was erased."""

from datetime import date, timedelta
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.classification import events as classification
from services.classification.events import TALENT_CLASS, ClassEnded, ClassGranted
from services.identity import events as identity
from services.identity.events import TALENT, ListingLifted, TalentErased, TalentListed
from services.subsidy import events as subsidy
from services.subsidy.accounts.events import ACCOUNT, AccountEntered
from services.subsidy.batches.events import BATCH, BatchOpened, BatchRejected, BatchSealed
from services.subsidy.batches.views import BATCHES
from services.subsidy.payouts.decider import DECIDER
from services.subsidy.payouts.events import SCHEDULE, PeriodHeld
from services.subsidy.payouts.lines import check_due
from services.subsidy.payouts.reactions import CHECKS
from services.subsidy.payouts.views import PAYOUTS, PayoutView
from shared.events.registry import EventRegistry
from shared.runtime.projection import Projection
from shared.testing.interleavings import History, Log, deliveries, documents_of
from shared.testing.scenario import given as told
from tests.unit.subsidy.payout_cases import (
    APRIL,
    MARCH,
    ended,
    facts,
    fell_due,
    made,
    paid,
    placed,
    yuan,
)

REGISTRY: Final = EventRegistry(
    (*identity.CATEGORIES, *classification.CATEGORIES, *subsidy.CATEGORIES),
    (*identity.EVENTS, *classification.EVENTS, *subsidy.EVENTS),
)
CARD: Final = "6222020200112233446"


def account(id: str = "a1") -> AccountEntered:
    return AccountEntered(
        account_id=id, number=CARD, holder="黎示范", ending="3446", bank="icbc",
        bank_name="中国工商银行", at=MARCH,
    )  # fmt: skip


def granted(letter: str = "F") -> ClassGranted:
    return ClassGranted.model_validate({
        "application_id": "c1", "talent_class": letter, "row": "F", "honours": (), "region": "r",
        "highest_education": None, "full_time": None, "policy_version": "1", "at": MARCH,
    })  # fmt: skip


def over() -> ClassEnded:
    return ClassEnded.model_validate(
        {"application_id": "c1", "talent_class": "F", "reason": "x", "at": APRIL}
    )


def listed() -> TalentListed:
    return TalentListed(
        entry_id="e1", kind="business", reason="申报不实", barred_until=date(2026, 12, 31),
        decided_by="desk", listed_at=MARCH,
    )  # fmt: skip


LIFTED = ListingLifted(entry_id="e1", reason="误列", decided_by="desk", lifted_at=APRIL)
HELD = PeriodHeld(period=1, reason="barred", reasons=("barred",), at=APRIL)
ERASED = TalentErased(talent_id="t1", erased_at=APRIL)
STREAMS: Final[tuple[tuple[str, tuple[Any, ...]], ...]] = (
    (SCHEDULE.stream("s1"), (made(), fell_due(), placed(), paid(), ended("x", "claw-back"))),
    (SCHEDULE.stream("s2"), (ended("class-ended", "stop"),)),
    (SCHEDULE.stream("s3"), (made(), HELD, fell_due())),
    (ACCOUNT.stream("t1"), (account(), account("a2"))),
    (TALENT_CLASS.stream("t1"), (granted(), granted("E"), over())),
    (TALENT.stream("t1"), (listed(), LIFTED, ERASED)),
)


def histories() -> st.SearchStrategy[list[History]]:
    """Each stream up to somewhere."""
    return st.tuples(*(st.integers(0, len(events)) for _, events in STREAMS)).map(
        lambda lengths: [
            History(stream, "t1", events[:length], (CARD, "3446", "黎示范", "申报不实", "误列"))
            for (stream, events), length in zip(STREAMS, lengths, strict=True)
        ]
    )


@settings(deadline=None, max_examples=120, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_paid_to_a_person_is_the_same_whatever_the_order(data: st.DataObject) -> None:
    log = Log.of(REGISTRY, data.draw(histories()))
    documents_of(PAYOUTS, log, data.draw(deliveries(log)))


@settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_batch_is_the_same_whatever_the_order(data: st.DataObject) -> None:
    opened = BatchOpened(batch_id="b1", month="2026-04", by="m", person=None, at=APRIL)
    sealed = BatchSealed(chunks=1, count=1, total=yuan("1.00"), digest="d", at=APRIL)
    no = BatchRejected(words="错", by="c", person=None, at=APRIL)
    several = [
        History(BATCH.stream("b1"), "m", (opened, sealed, no)),
        History(BATCH.stream("b2"), "m", (opened, sealed)),
    ]
    log = Log.of(REGISTRY, several)
    documents_of(BATCHES, log, data.draw(deliveries(log)))


def view(*streams: tuple[str, tuple[Any, ...]]) -> PayoutView:
    log = Log.of(REGISTRY, [History(name, "t1", events) for name, events in streams])
    documents = documents_of(PAYOUTS, log, [log.in_order(log.plainly)])
    projection: Projection[Any, PayoutView] = PAYOUTS
    return projection.model(documents["t1"])


def test_nothing_is_known_of_who_has_neither_schedule_nor_account() -> None:
    log = Log.of(REGISTRY, [History(TALENT_CLASS.stream("t1"), "t1", (granted(),))])
    (document,) = documents_of(PAYOUTS, log, [log.in_order(log.plainly)]).values()
    assert document["_absent"]


def test_the_ticker_asks_for_what_has_come_with_what_is_known() -> None:
    of = view(
        (SCHEDULE.stream("s1"), (made(),)),
        (ACCOUNT.stream("t1"), (account(),)),
        (TALENT_CLASS.stream("t1"), (granted(),)),
    )
    assert of.due == "2026-04-09T16:00:00.000000Z"
    (dispatch,) = CHECKS.due("t1", of, APRIL)
    assert (dispatch.id, dispatch.command.period, dispatch.command.facts) == ("s1", 1, facts())
    assert CHECKS.due("t1", of, MARCH) == []


def test_what_is_ready_is_found_by_its_month() -> None:
    due = (SCHEDULE.stream("s1"), (made(), fell_due()))
    classed = (TALENT_CLASS.stream("t1"), (granted(),))
    assert view(due, classed).payable is None
    assert view(due, classed, (ACCOUNT.stream("t1"), (account(),))).payable == "2026-04"
    inside = (SCHEDULE.stream("s1"), (made(), fell_due(), placed()))
    assert view(inside, classed, (ACCOUNT.stream("t1"), (account(),))).payable is None


@pytest.mark.parametrize(
    ("reasons", "known", "due"),
    [
        ((), facts(), "2026-04-09T16:00:00.000000Z"),
        (("no-account",), facts(account_id=None), None),
        (("no-account",), facts(), "2026-04-11T02:00:00.000000Z"),
        (("barred",), facts(barred_until=date(2026, 4, 20)), "2026-04-20T16:00:00.000000Z"),
        (("barred",), facts(), "2026-04-11T02:00:00.000000Z"),
        (
            ("no-account", "barred"),
            facts(account_id=None, barred_until=date(2026, 4, 20)),
            "2026-04-20T16:00:00.000000Z",
        ),
    ],
)
def test_what_was_held_is_looked_at_again_when_something_changed(
    reasons: tuple[str, ...], known: Any, due: str | None
) -> None:
    history: list[Any] = [made()]
    if reasons:
        history.append(PeriodHeld(period=1, reason=reasons[0], reasons=reasons, at=APRIL))
    schedule = told(DECIDER, *history).state
    assert check_due(schedule, known, APRIL + timedelta(days=1)) == due
