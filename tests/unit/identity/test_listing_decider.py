"""An entry of the abnormal list: proposed by one, confirmed by another, objected to once."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.identity.listing.commands import (
    Confirm,
    Decline,
    Dismiss,
    Lift,
    Object,
    Propose,
    Uphold,
    Withdraw,
)
from services.identity.listing.decider import DECIDER
from services.identity.listing.events import (
    EntryLifted,
    ListingConfirmed,
    ListingDeclined,
    ListingProposed,
    ListingWithdrawn,
    ObjectionDismissed,
    ObjectionMade,
    ObjectionUpheld,
)
from shared.domain.review.reviewer import Party
from shared.testing.scenario import given

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
MAKER, SECOND, THIRD = (Party(account_id=f"desk{n}", person=f"p{n}") for n in (1, 2, 3))
MAKER_ELSEWHERE = Party(account_id="another", person="p1")

PROPOSED = ListingProposed(
    entry_id="e1", talent_id="t1", kind="business", reason="学历证书系伪造。", evidence=(),
    application_id=None, ends_class=False, by=MAKER, at=AT,
)  # fmt: skip
BAR: dict[str, Any] = {"barred_until": date(2027, 3, 2), "object_until": date(2026, 5, 1)}
CONFIRMED = ListingConfirmed(
    talent_id="t1",
    kind="business",
    reason="学历证书系伪造。",
    ends_class=False,
    **BAR,
    by=SECOND,
    at=AT,
)
OBJECTED = ObjectionMade(words="证书属实。", at=AT)
OBJECT = Object(talent_id="t1", words="证书属实。", today=date(2026, 5, 1), at=AT)
DISMISSED = ObjectionDismissed(words="维持。", by=THIRD, at=AT)

LISTED = given(DECIDER, PROPOSED, CONFIRMED)


def confirm(by: Party) -> Confirm:
    return Confirm(**BAR, by=by, at=AT)


def test_it_is_proposed_once() -> None:
    given(DECIDER).when(Propose(fact=PROPOSED)).then(PROPOSED).when(
        Propose(fact=PROPOSED)
    ).then_nothing()


def test_a_second_person_confirms_and_no_account_of_the_first_one_does() -> None:
    for by in (MAKER, MAKER_ELSEWHERE):
        given(DECIDER, PROPOSED).when(confirm(by)).then_rejected("second-person-needed")
    given(DECIDER, PROPOSED).when(confirm(SECOND)).then(CONFIRMED)


def test_a_second_person_declines() -> None:
    declined = ListingDeclined(words="证据不足。", by=SECOND, at=AT)
    no = Decline(words="证据不足。", by=SECOND, at=AT)
    after = given(DECIDER, PROPOSED).when(no).then(declined)
    after.when(confirm(SECOND)).then_rejected("listing-decided")
    given(DECIDER, PROPOSED).when(no.model_copy(update={"by": MAKER})).then_rejected(
        "second-person-needed"
    )


def test_only_who_proposed_it_takes_it_back() -> None:
    given(DECIDER, PROPOSED).when(Withdraw(by=SECOND, at=AT)).then_rejected("not-your-proposal")
    given(DECIDER, PROPOSED).when(Withdraw(by=MAKER_ELSEWHERE, at=AT)).then(
        ListingWithdrawn(by=MAKER_ELSEWHERE, at=AT)
    )
    LISTED.when(Withdraw(by=MAKER, at=AT)).then_rejected("listing-decided")


def test_the_person_objects_once_and_in_time() -> None:
    LISTED.when(OBJECT).then(OBJECTED).when(OBJECT).then_rejected("objected-already")
    late = OBJECT.model_copy(update={"today": date(2026, 5, 2)})
    LISTED.when(late).then_rejected("objection-too-late")
    given(DECIDER, PROPOSED).when(OBJECT).then_rejected("not-listed")
    given(DECIDER, PROPOSED, CONFIRMED, OBJECTED, DISMISSED).when(OBJECT).then_rejected(
        "objected-already"
    )


def test_nobody_objects_for_another() -> None:
    theirs = OBJECT.model_copy(update={"talent_id": "t2"})
    LISTED.when(theirs).then_rejected("listing-not-found")


@pytest.mark.parametrize("by", [MAKER, SECOND, MAKER_ELSEWHERE])
def test_an_objection_is_decided_by_somebody_who_had_no_part(by: Party) -> None:
    objected = given(DECIDER, PROPOSED, CONFIRMED, OBJECTED)
    objected.when(Uphold(words="成立。", by=by, at=AT)).then_rejected("second-person-needed")
    objected.when(Dismiss(words="维持。", by=by, at=AT)).then_rejected("second-person-needed")


def test_an_objection_upheld_lifts_the_entry() -> None:
    upheld = ObjectionUpheld(talent_id="t1", words="成立。", by=THIRD, at=AT)
    given(DECIDER, PROPOSED, CONFIRMED, OBJECTED).when(
        Uphold(words="成立。", by=THIRD, at=AT)
    ).then(upheld).when(Dismiss(words="维持。", by=THIRD, at=AT)).then_rejected("not-listed")


def test_an_objection_dismissed_leaves_it() -> None:
    dismiss = Dismiss(words="维持。", by=THIRD, at=AT)
    given(DECIDER, PROPOSED, CONFIRMED, OBJECTED).when(dismiss).then(DISMISSED).when(
        dismiss
    ).then_rejected("no-objection")


def test_the_authority_lifts_an_entry_of_its_own_accord() -> None:
    lift = Lift(words="更正。", by=SECOND, at=AT)
    lifted = EntryLifted(talent_id="t1", words="更正。", by=SECOND, at=AT)
    LISTED.when(lift).then(lifted).when(lift).then_nothing()
    given(DECIDER, PROPOSED).when(lift).then_rejected("not-listed")
    given(DECIDER).when(lift).then_rejected("listing-not-found")
