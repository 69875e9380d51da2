"""A talent's account: what may happen to it, and when it may be erased."""

from datetime import UTC, date, datetime
from typing import Literal

import pytest

from services.identity.commands import (
    ChangeDocument,
    ChangeMobile,
    EraseTalent,
    LiftListing,
    ListTalent,
    PlaceHold,
    ReclaimTalent,
    RecordPasswordChange,
    RegisterTalent,
    ReleaseHold,
    TalentCommand,
)
from services.identity.decider import DECIDER
from services.identity.events import (
    AssistanceRecorded,
    DocumentChanged,
    DocumentReleased,
    HoldPlaced,
    HoldReleased,
    ListingLifted,
    MobileChanged,
    PasswordChanged,
    TalentErased,
    TalentListed,
    TalentReclaimed,
    TalentRegistered,
)
from shared.events.personal import ERASED
from shared.testing.scenario import given

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
REGISTERED = TalentRegistered(
    talent_id="t1", person="p1", document_type="passport", document_number="E1", name="示例",
    birth_date=None, sex=None, mobile="+8613800138000", account_name="shili",
    commitment_version="1", verified=False, registered_at=NOW,
)  # fmt: skip
ERASE = EraseTalent(today=TODAY, at=NOW)
GONE = TalentErased(talent_id="t1", erased_at=NOW)
OPEN_CASE = PlaceHold(context="classification", reference="a1", reason="open-case")
HELD = HoldPlaced(context="classification", reference="a1", reason="open-case")
RELEASE = ReleaseHold(context="classification", reference="a1")


def listing(until: date, entry: str = "e1") -> ListTalent:
    return ListTalent(
        entry_id=entry, kind="business", reason="虚假", barred_until=until, by="d", at=NOW
    )


def listed(until: date, entry: str = "e1") -> TalentListed:
    return TalentListed(
        entry_id=entry, kind="business", reason="虚假", barred_until=until, decided_by="d",
        listed_at=NOW,
    )  # fmt: skip


def paid(until: date | None) -> HoldPlaced:
    return HoldPlaced(context="subsidy", reference="p1", reason="retention", until=until)


def moving(to: str, previous: str = "+8613800138000") -> ChangeMobile:
    return ChangeMobile(mobile=to, previous=previous, at=NOW)


def moved(to: str) -> MobileChanged:
    return MobileChanged(mobile=to, previous="+8613800138000", changed_at=NOW)


def test_registering_twice_records_nothing() -> None:
    given(DECIDER).when(RegisterTalent(fact=REGISTERED)).then(REGISTERED)
    given(DECIDER, REGISTERED).when(RegisterTalent(fact=REGISTERED)).then_nothing()


@pytest.mark.parametrize("command", [moving("+861"), ERASE, OPEN_CASE, RELEASE])
def test_nothing_happens_to_nobody(command: TalentCommand) -> None:
    given(DECIDER).when(command).then_rejected("talent-not-found")


def test_a_mobile_changes_for_who_knows_the_old_one() -> None:
    given(DECIDER, REGISTERED).when(moving("+8613900139000")).then(moved("+8613900139000"))
    given(DECIDER, REGISTERED, moved("+1")).when(moving("+1")).then_nothing()
    given(DECIDER, REGISTERED).when(moving("+1", previous="+2")).then_rejected("old-mobile-wrong")


def test_a_changed_password_is_told_without_it() -> None:
    told = PasswordChanged(how="changed", changed_at=NOW)
    given(DECIDER, REGISTERED).when(RecordPasswordChange(how="changed", at=NOW)).then(told)


def test_an_entry_of_the_abnormal_list_counts_once_and_can_be_lifted() -> None:
    until = date(2027, 3, 2)
    lift = LiftListing(entry_id="e1", reason="更正", by="d", at=NOW)
    lifted = ListingLifted(entry_id="e1", reason="更正", decided_by="d", lifted_at=NOW)
    given(DECIDER, REGISTERED).when(listing(until)).then(listed(until))
    given(DECIDER, REGISTERED, listed(until)).when(listing(until)).then_nothing()
    given(DECIDER, REGISTERED, listed(until)).when(lift).then(lifted)
    given(DECIDER, REGISTERED, listed(until), lifted).when(lift).then_nothing()
    given(DECIDER, REGISTERED).when(lift).then_rejected("listing-not-found")
    given(DECIDER, REGISTERED, listed(until), lifted).when(ERASE).then(GONE)


def test_holds_are_placed_and_released_once() -> None:
    given(DECIDER, REGISTERED).when(OPEN_CASE).then(HELD)
    given(DECIDER, REGISTERED, HELD).when(OPEN_CASE).then_nothing()
    released = HoldReleased(context="classification", reference="a1")
    given(DECIDER, REGISTERED, HELD).when(RELEASE).then(released)
    given(DECIDER, REGISTERED, HELD, released).when(RELEASE).then_nothing()


def test_a_talent_is_erased_once() -> None:
    given(DECIDER, REGISTERED).when(ERASE).then(GONE)
    given(DECIDER, REGISTERED, GONE).when(ERASE).then_nothing()
    given(DECIDER, REGISTERED, GONE).when(RELEASE).then_nothing()
    given(DECIDER, REGISTERED, GONE).when(moving("+1")).then_rejected("account-closed")


@pytest.mark.parametrize("last", [TODAY, date(2027, 1, 1)])
def test_a_running_bar_refuses_erasure_until_its_last_day_is_over(last: date) -> None:
    refusal = given(DECIDER, REGISTERED, listed(last)).when(ERASE)
    assert refusal.then_rejected("erasure-refused-bar").params == {"until": last.isoformat()}


def test_a_bar_that_is_over_refuses_nothing() -> None:
    given(DECIDER, REGISTERED, listed(date(2026, 3, 1))).when(ERASE).then(GONE)


def test_the_last_of_several_bars_is_named() -> None:
    bars = listed(date(2026, 6, 1)), listed(date(2027, 6, 1), "e2")
    refusal = given(DECIDER, REGISTERED, *bars).when(ERASE).then_rejected("erasure-refused-bar")
    assert refusal.params == {"until": "2027-06-01"}


def test_an_open_case_and_paid_money_refuse_erasure() -> None:
    given(DECIDER, REGISTERED, HELD).when(ERASE).then_rejected("erasure-refused-open-case")
    kept = given(DECIDER, REGISTERED, paid(date(2036, 1, 1))).when(ERASE)
    assert kept.then_rejected("erasure-refused-retention").params == {"until": "2036-01-01"}
    given(DECIDER, REGISTERED, paid(date(2026, 3, 1))).when(ERASE).then(GONE)


def reclaiming(document: str) -> ReclaimTalent:
    return ReclaimTalent(document=document, reason="冒用", by="d", at=NOW)


def why(what: Literal["reclaim", "mobile", "document"], reason: str) -> AssistanceRecorded:
    return AssistanceRecorded(what=what, reason=reason, by="d", at=NOW)


RECLAIMED = TalentReclaimed(by="d", reclaimed_at=NOW)
RENEWED = DocumentChanged(
    document="p2", document_type="passport", document_number="E2", birth_date=None, sex=None,
    verified=False, why="renewed", changed_at=NOW, assisted_by="d",
)  # fmt: skip


def test_an_account_is_reclaimed_once_by_who_holds_its_document() -> None:
    given(DECIDER, REGISTERED).when(reclaiming("p1")).then(why("reclaim", "冒用"), RECLAIMED)
    given(DECIDER, REGISTERED, RECLAIMED).when(reclaiming("p1")).then_nothing()
    given(DECIDER, REGISTERED).when(reclaiming("p9")).then_nothing()


def test_a_reclaimed_account_changes_no_more_and_can_still_be_erased() -> None:
    changes: list[TalentCommand] = [
        moving("+1"),
        listing(TODAY),
        RecordPasswordChange(how="changed", at=NOW),
        ChangeDocument(fact=RENEWED, reason="换发"),
    ]
    for command in changes:
        given(DECIDER, REGISTERED, RECLAIMED).when(command).then_rejected("account-closed")
    given(DECIDER, REGISTERED, RECLAIMED).when(ERASE).then(GONE)


def test_a_desk_says_why_it_changed_a_mobile() -> None:
    command = ChangeMobile(
        mobile="+1", previous="+8613800138000", assisted_by="d", reason="换号", at=NOW
    )
    changed = MobileChanged(mobile="+1", previous="+8613800138000", changed_at=NOW, assisted_by="d")
    given(DECIDER, REGISTERED).when(command).then(why("mobile", "换号"), changed)


def test_a_renewed_document_is_recorded_once_and_the_earlier_stays_the_persons() -> None:
    renew = ChangeDocument(fact=RENEWED, reason="换发")
    after = given(DECIDER, REGISTERED).when(renew).then(why("document", "换发"), RENEWED)
    after.when(renew).then_nothing()
    assert after.state.documents == ("p1", "p2")
    assert after.state.is_person("p1")
    assert after.state.is_person("p2")
    after.when(reclaiming("p2")).then(why("reclaim", "冒用"), RECLAIMED)


def test_an_earlier_document_that_was_a_slip_is_given_back_and_the_account_goes_on() -> None:
    released = DocumentReleased(document="p1", by="d", released_at=NOW)
    history = REGISTERED, RENEWED
    after = given(DECIDER, *history).when(reclaiming("p1")).then(why("reclaim", "冒用"), released)
    assert after.state.documents == ("p2",)
    after.when(reclaiming("p1")).then_nothing()
    after.when(moving("+1")).then(moved("+1"))


def test_a_history_whose_personal_data_is_erased_folds() -> None:
    faded = REGISTERED.model_copy(update={"mobile": ERASED, "name": ERASED})
    change = MobileChanged(mobile=ERASED, previous=ERASED, changed_at=NOW)
    given(DECIDER, faded, change, GONE).when(ERASE).then_nothing()
