"""The clock of a deferral: handing in, reviewing, extending, reminding, missing (§3.3.6)."""

from datetime import date, timedelta

import pytest

from services.classification.deferral.events import (
    DeferralExtended,
    DeferralMissed,
    DeferralReminded,
    SupplementAccepted,
    SupplementEscalated,
    SupplementReturned,
    SupplementSubmitted,
)
from services.classification.deferral.state import Standing
from services.classification.events import ApplicationEnded
from shared.domain.errors import DomainError
from shared.domain.review.application import Status
from tests.unit.classification.classification_cases import (
    BEATE,
    BUREAU,
    CALENDAR,
    DORA,
    MONDAY,
    OTTO,
    after,
    application,
    attach,
    faults,
    given,
    officer,
    remove,
)
from tests.unit.classification.deferral_cases import (
    CONTRACT,
    GRANTED,
    HANDED_IN,
    HANDED_IN_DAY,
    IN_FORCE,
    LAST_DAY,
    LIFTED,
    MISSED,
    TOO_LATE,
    WAITING,
    History,
    accept,
    approve,
    book,
    days,
    deferral,
    extend,
    grant,
    hand_in,
    observe,
    on,
    send_back,
)


def refused(history: History, command: object) -> DomainError:
    with pytest.raises(DomainError) as raised:
        given(*history).when(command).decided()  # type: ignore[arg-type]
    return raised.value


# Handing in.


def test_a_supplement_is_whole_and_stops_the_clock() -> None:
    assert faults(refused(IN_FORCE, hand_in())) == {f"/attachments/{CONTRACT}": "required"}
    ready = after(IN_FORCE, attach(CONTRACT, 7, at=HANDED_IN_DAY))
    due = CALENDAR.due(HANDED_IN_DAY, 5)
    handed_in = (
        given(*ready)
        .when(hand_in(HANDED_IN_DAY))
        .then(SupplementSubmitted(categories=(CONTRACT,), number=1, due=due, at=HANDED_IN_DAY))
    )
    handed_in.when(hand_in(HANDED_IN_DAY)).then_nothing()
    # Nothing is missed while it is reviewed; a review that is late is told of, once.
    assert deferral(handed_in.history).next_instant == due
    handed_in.when(observe(due - timedelta(seconds=1))).then_nothing()
    late = TOO_LATE + timedelta(days=99)
    told = handed_in.when(observe(late)).then(
        SupplementEscalated(categories=(CONTRACT,), due=due, at=late)
    )
    told.when(observe(late)).then_nothing()
    assert deferral(told.history).next_instant is None


def test_only_what_is_outstanding_can_be_added_to_what_is_locked() -> None:
    assert refused(IN_FORCE, attach("social_insurance", 7)).code == "application-locked"
    assert refused(HANDED_IN, attach(CONTRACT, 8)).code == "application-locked"
    assert refused(LIFTED, attach(CONTRACT, 8)).code == "application-locked"


def test_a_file_can_be_taken_out_again_until_it_is_handed_in() -> None:
    ready = after(IN_FORCE, attach(CONTRACT, 7, at=HANDED_IN_DAY))
    (removed,) = given(*ready).when(remove(CONTRACT, 7, at=HANDED_IN_DAY)).decided()
    assert removed.submitted is False  # type: ignore[union-attr]
    assert refused(HANDED_IN, remove(CONTRACT, 7)).code == "application-locked"


def test_it_can_be_handed_in_while_the_application_is_under_review() -> None:
    handed_in = after(GRANTED, attach(CONTRACT, 7), hand_in())
    (approved,) = given(*handed_in).when(approve()).decided()[1:]
    assert (approved.outstanding, approved.last_day) == ((CONTRACT,), None)  # type: ignore[union-attr]
    (_, approved) = given(*after(handed_in, accept())).when(approve()).decided()
    assert approved.outstanding == ()  # type: ignore[union-attr]


def test_the_last_moment_counts_and_the_next_does_not() -> None:
    ready = after(IN_FORCE, attach(CONTRACT, 7, at=HANDED_IN_DAY))
    last = TOO_LATE - timedelta(microseconds=1)
    assert deferral(after(ready, hand_in(last))).standing is Standing.HANDED_IN
    assert refused(ready, hand_in(TOO_LATE)).code == "deferral-missed"


def test_without_a_grant_there_is_nothing_to_hand_in() -> None:
    for history in (WAITING, LIFTED, MISSED):
        assert refused(history, hand_in()).code == "deferral-not-open"


# Reviewing.


def test_who_accepts_lifts_the_deferral() -> None:
    at = days(11)
    lifted = (
        given(*HANDED_IN)
        .when(accept(at))
        .then(
            SupplementAccepted(
                desk=BUREAU, by=BEATE.party, categories=(CONTRACT,), words=None, at=at
            )
        )
    )
    lifted.when(accept(at)).then_nothing()
    lifted.when(observe(TOO_LATE)).then_nothing()
    assert application(*lifted.history).outstanding == ()


def test_superiors_of_the_desk_that_granted_it_may_review_it_and_nobody_else() -> None:
    assert given(*HANDED_IN).when(accept(by=OTTO)).decided()
    assert refused(HANDED_IN, accept(by=DORA)).code == "not-at-desk"
    oneself = officer("self", "hr_bureau@city", person="p1")
    assert refused(HANDED_IN, accept(by=oneself)).code == "review-own-case"


def test_a_return_says_what_is_wrong_and_gives_back_the_days_that_were_left() -> None:
    at = days(40)
    made = given(*HANDED_IN).when(send_back(at=at)).decided()
    # Handed in on March 12th, twenty days before the last one.
    assert made == [
        SupplementReturned(
            desk=BUREAU, by=BEATE.party, categories=(CONTRACT,), faulty=(CONTRACT,),
            last_day=date(2026, 5, 1), words="缺少签章页", at=at,
        )
    ]  # fmt: skip
    returned = after(HANDED_IN, send_back(at=at))
    assert deferral(returned).until is not None
    wanted = {f"/attachments/{CONTRACT}": "correction-required"}
    assert faults(refused(returned, hand_in(at))) == wanted
    again = after(returned, attach(CONTRACT, 8, at=days(41)), hand_in(days(41)))
    assert again[-1].number == 2
    # What reviewers had before them stays.
    (removed,) = given(*returned).when(remove(CONTRACT, 7, at=at)).decided()
    assert removed.submitted is True  # type: ignore[union-attr]


def test_policy_may_leave_the_date_as_it_was_but_never_less_than_its_least_days() -> None:
    unchanged = book(after_return="unchanged", least_days=3)
    early = after(HANDED_IN, send_back(at=days(12), book=unchanged))
    assert deferral(early).last_day == LAST_DAY
    late = after(HANDED_IN, send_back(at=days(40), book=unchanged))
    assert deferral(late).last_day == date(2026, 4, 14)
    last_minute = after(
        IN_FORCE, attach(CONTRACT, 7, at=on(LAST_DAY)), hand_in(on(LAST_DAY, 23)),
        send_back(at=on(date(2026, 4, 10))),
    )  # fmt: skip
    assert deferral(last_minute).last_day == date(2026, 4, 15)


def test_a_return_names_what_is_outstanding_and_has_words() -> None:
    wrong = send_back("social_insurance", words="")
    assert faults(refused(HANDED_IN, wrong)) == {
        "/words": "words-required", "/categories/0": "not-outstanding",
    }  # fmt: skip
    nothing = send_back().model_copy(update={"faulty": ()})
    assert faults(refused(HANDED_IN, nothing)) == {"/categories": "required"}
    for command in (accept(), send_back()):
        assert refused(IN_FORCE, command).code == "supplement-not-handed-in"


# Extending.


def test_a_reviewer_extends_with_a_reason_within_the_longest_period() -> None:
    later = date(2026, 5, 20)
    extended = given(*IN_FORCE).when(extend(later)).then(
        DeferralExtended(
            desk=BUREAU, by=BEATE.party, categories=(CONTRACT,), last_day=later,
            words="情况属实", at=MONDAY,
        )
    )  # fmt: skip
    extended.when(extend(later)).then_nothing()
    extended.when(observe(TOO_LATE)).then_nothing()
    assert deferral(extended.history).next_instant == on(date(2026, 4, 20))
    assert faults(refused(IN_FORCE, extend(LAST_DAY - timedelta(days=1), words=" "))) == {
        "/words": "words-required", "/last_day": "last-day-out-of-range",
    }  # fmt: skip
    beyond = extend(date(2026, 8, 30))
    assert faults(refused(IN_FORCE, beyond)) == {"/last_day": "last-day-out-of-range"}
    assert refused(IN_FORCE, extend(later, by=DORA)).code == "not-at-desk"


def test_what_is_over_or_under_review_is_not_extended() -> None:
    later = date(2026, 5, 20)
    assert refused(HANDED_IN, extend(later)).code == "supplement-under-review"
    assert refused(IN_FORCE, extend(later, at=TOO_LATE)).code == "deferral-missed"
    for history in (WAITING, LIFTED, MISSED):
        assert refused(history, extend(later)).code == "deferral-not-open"


# Reminding.


@pytest.mark.parametrize("left", [7, 1, 0])
def test_the_talent_is_reminded_at_nine_some_days_before_and_on_the_day(left: int) -> None:
    at = on(LAST_DAY - timedelta(days=left))
    history = after(
        IN_FORCE, *(observe(on(LAST_DAY - timedelta(days=d))) for d in (7, 1) if d > left)
    )
    assert deferral(history).next_instant == at
    given(*history).when(observe(at - timedelta(seconds=1))).then_nothing()
    reminded = (
        given(*history)
        .when(observe(at))
        .then(DeferralReminded(days_left=left, last_day=LAST_DAY, at=at))
    )
    reminded.when(observe(at)).then_nothing()


def test_a_reminder_that_was_due_before_the_grant_is_none() -> None:
    assert deferral(IN_FORCE).reminder_due(days(1)) is None
    sixty = after(WAITING, grant(days=60))
    assert deferral(sixty).next_instant == on(date(2026, 4, 1))


def test_of_several_that_are_due_at_once_the_last_is_sent_alone() -> None:
    at = on(LAST_DAY - timedelta(days=1), 10)
    given(*IN_FORCE).when(observe(at)).then(
        DeferralReminded(days_left=1, last_day=LAST_DAY, at=at)
    ).when(observe(at)).then_nothing()


def test_a_clock_that_starts_again_reminds_again() -> None:
    warned = after(IN_FORCE, observe(on(date(2026, 3, 25))), observe(on(date(2026, 3, 31))))
    extended = after(warned, extend(date(2026, 4, 20), at=on(date(2026, 3, 31), 12)))
    assert deferral(extended).next_instant == on(date(2026, 4, 13))


# Missing.


def test_a_missed_date_ends_it_once() -> None:
    missed = DeferralMissed(categories=(CONTRACT,), last_day=LAST_DAY, approved=True, at=TOO_LATE)
    given(*IN_FORCE).when(observe(TOO_LATE)).then(missed).when(observe(TOO_LATE)).then_nothing()


def test_a_period_that_ends_before_the_approval_ends_the_application() -> None:
    given(*GRANTED).when(observe(TOO_LATE)).then(
        DeferralMissed(categories=(CONTRACT,), last_day=LAST_DAY, approved=False, at=TOO_LATE),
        ApplicationEnded(reason="deferral-missed", at=TOO_LATE),
    ).when(observe(TOO_LATE)).then_nothing()
    ended = after(GRANTED, observe(TOO_LATE))
    assert application(*ended).status is Status.ENDED
    assert deferral(ended).standing is Standing.MISSED


def test_nothing_is_approved_or_handed_in_again_after_the_last_day_though_the_clock_is_late() -> (
    None
):
    assert refused(GRANTED, approve(at=TOO_LATE)).code == "deferral-missed"
    assert given(*GRANTED).when(approve(at=TOO_LATE - timedelta(seconds=1))).decided()
