"""What desks decide on an application (§3.3.6-3.3.8), and what the talent may do then."""

from datetime import timedelta

import pytest

from services.classification.commands import ApplicationCommand
from services.classification.events import (
    ApplicationApproved,
    ApplicationEnded,
    ApplicationWithdrawn,
    ReviewClaimed,
    ReviewEscalated,
    ReviewHandedOver,
    ReviewReleased,
)
from shared.domain.review.application import Status
from shared.domain.review.facts import Referral
from shared.domain.review.intentions import Claim, Escalate, HandOver, PassUp, Release
from shared.domain.review.plan import Desk
from shared.domain.review.reviewer import Party
from shared.events.personal import ERASED
from tests.unit.classification.classification_cases import (
    BEATE,
    BUREAU,
    CALENDAR,
    DISTRICT,
    DORA,
    FILLED,
    MOBILE,
    MONDAY,
    OFFICE,
    OTTO,
    POLICY,
    STARTED,
    after,
    application,
    end,
    faults,
    filled,
    given,
    officer,
    profile_with,
    replace_mobile,
    review,
    save,
    saved,
    submit,
    withdraw,
)
from tests.unit.classification.classification_decisions import (
    History,
    approved,
    no,
    opened,
    rejected,
    send_back,
    submitted,
    yes,
)

AT_BUREAU = submitted(FILLED)
AT_DISTRICT = submitted(filled(profile_with(region="xiangcheng")))
APPROVED = ApplicationApproved(
    talent_id="t1", kind="new", talent_class="F", row="F", honours=("f-01",),
    region="city-organs", highest_education="21", full_time=True, policy_version=POLICY.version,
    at=MONDAY,
)  # fmt: skip
WITHDRAWN = ApplicationWithdrawn(at=MONDAY)
HANS = officer("hans", "hr_bureau@city")


def test_no_desk_sees_a_draft() -> None:
    given(*FILLED).when(review(yes())).then_rejected("application-not-submitted")


# Approval.


def test_the_last_approval_says_which_class_it_is() -> None:
    given(*AT_BUREAU).when(review(yes())).then(approved(), APPROVED)


def test_each_stage_decides_in_turn_within_its_own_time() -> None:
    at_bureau = (
        given(*AT_DISTRICT)
        .when(review(yes(DISTRICT)))
        .then(approved(DISTRICT), opened("authority-decision", 7))
    )
    at_bureau.when(review(yes(BUREAU))).then(
        approved(BUREAU), ApplicationApproved(**dict(APPROVED) | {"region": "xiangcheng"})
    )


def test_the_same_approval_again_records_nothing() -> None:
    once = tuple(after(AT_BUREAU, review(yes())))
    given(*once).when(review(yes())).then_nothing()
    given(*once).when(review(no())).then_rejected("review-closed")


def test_a_class_is_approved_also_of_a_person_erased_meanwhile() -> None:
    gone = saved().model_copy(update={"profile": ERASED})
    made = given(*AT_BUREAU, gone).when(review(yes())).decided()
    assert made[-1] == ApplicationApproved(
        **dict(APPROVED) | {"highest_education": None, "full_time": None}
    )


def test_nobody_decides_on_their_own_case_or_at_a_desk_that_is_not_theirs() -> None:
    oneself = officer("beate2", "hr_bureau@city", person="p1")
    given(*AT_BUREAU).when(review(yes(by=oneself))).then_rejected("review-own-case")
    given(*AT_BUREAU).when(review(yes(by=DORA))).then_rejected("not-at-desk")
    given(*AT_DISTRICT).when(review(yes(BUREAU))).then_rejected("review-desk-not-open")
    given(*AT_BUREAU).when(review(yes(OFFICE))).then_rejected("review-desk-unknown")


def test_nobody_decides_at_two_desks_of_a_round() -> None:
    both = officer("both", "hr_bureau@city", "district_talent_desk@district:xiangcheng")
    colleagues = (both, HANS)
    at_bureau = tuple(after(AT_DISTRICT, review(yes(DISTRICT, both), colleagues)))
    given(*at_bureau).when(review(yes(BUREAU, both), colleagues)).then_rejected(
        "decided-at-another-desk"
    )
    # Where nobody else sits, the case goes up as soon as it arrives.
    alone = after(AT_DISTRICT, review(yes(DISTRICT, both), (both, OTTO)))
    assert given(*alone).when(review(yes(BUREAU, OTTO))).decided()


# Claims.


def test_a_case_is_claimed_released_and_handed_over() -> None:
    claimed = (
        given(*AT_BUREAU)
        .when(review(Claim(desk=BUREAU, by=BEATE, at=MONDAY)))
        .then(ReviewClaimed(desk=BUREAU, by=BEATE.party, at=MONDAY))
    )
    claimed.when(review(yes(by=HANS))).then_rejected("claimed-by-another")
    claimed.when(review(Release(desk=BUREAU, by=BEATE, at=MONDAY))).then(
        ReviewReleased(desk=BUREAU, by=BEATE.party, at=MONDAY)
    )
    handed = claimed.when(review(HandOver(desk=BUREAU, by=BEATE, to=HANS, at=MONDAY))).then(
        ReviewHandedOver(desk=BUREAU, by=BEATE.party, to=HANS.party, at=MONDAY)
    )
    handed.when(review(yes(by=HANS))).then(approved(by=HANS), APPROVED)


# Rejection.


def test_a_rejection_has_a_reason_of_the_policy_and_is_for_good() -> None:
    case = (
        given(*AT_BUREAU)
        .when(review(no()))
        .then(rejected("condition-not-met", false_declaration=False))
    )
    case.when(review(no())).then_nothing()
    case.when(submit()).then_rejected("application-locked")
    case.when(save(major="机械")).then_rejected("application-locked")
    case.when(withdraw()).then_rejected("review-closed")
    case.when(end()).then_nothing()


def test_a_false_declaration_is_told_to_who_keeps_the_abnormal_list() -> None:
    given(*AT_BUREAU).when(review(no("false-declaration"))).then(
        rejected("false-declaration", false_declaration=True)
    )


@pytest.mark.parametrize(
    ("reason", "words", "wrong"),
    [
        ("nonsense", "不符合条件", {"/reason": "unknown-reason"}),
        (" ", "不符合条件", {"/reason": "reason-required"}),
        ("", "", {"/reason": "reason-required", "/words": "words-required"}),
    ],
)
def test_a_rejection_without_a_reason_or_words_is_refused(
    reason: str, words: str, wrong: dict[str, str]
) -> None:
    refusal = (
        given(*AT_BUREAU).when(review(no(reason, words=words))).then_rejected("invalid-fields")
    )
    assert faults(refusal) == wrong


# Withdrawal, and an end from outside.


@pytest.mark.parametrize(
    "history", [AT_BUREAU, send_back(FILLED, fields=("/class",))], ids=["in-review", "returned"]
)
def test_the_talent_may_withdraw_until_the_last_decision(history: History) -> None:
    case = given(*history).when(withdraw()).then(WITHDRAWN)
    assert application(*case.history).status is Status.WITHDRAWN
    case.when(withdraw()).then_nothing()
    case.when(review(yes())).then_rejected("review-closed")
    case.when(submit()).then_rejected("application-locked")


def test_an_approved_application_is_not_withdrawn() -> None:
    given(*after(AT_BUREAU, review(yes()))).when(withdraw()).then_rejected("review-closed")


def test_nobody_else_withdraws_but_the_person_may_by_another_account() -> None:
    given(*AT_BUREAU).when(withdraw(Party(account_id="t2", person="p2"))).then_rejected(
        "not-the-applicant"
    )
    given(STARTED).when(withdraw(Party(account_id="t2"))).then_rejected("not-the-applicant")
    given(*AT_BUREAU).when(withdraw(Party(account_id="t2", person="p1"))).then(WITHDRAWN)


@pytest.mark.parametrize("reason", ["talent-listed", "talent-reclaimed", "talent-erased"])
@pytest.mark.parametrize(
    "history",
    [(STARTED,), AT_BUREAU, send_back(FILLED, fields=("/class",))],
    ids=["draft", "in-review", "returned"],
)
def test_what_identity_says_ends_what_is_open_and_once(history: History, reason: str) -> None:
    ended = ApplicationEnded(reason=reason, at=MONDAY)
    case = given(*history).when(end(reason)).then(ended)
    assert application(*case.history).status is Status.ENDED
    case.when(end(reason)).then_nothing()
    case.when(withdraw()).then_rejected("review-closed")


def test_an_end_that_arrives_after_the_decision_changes_nothing() -> None:
    for decision in (yes(), no("false-declaration")):
        given(*after(AT_BUREAU, review(decision))).when(end()).then_nothing()
    given(*after(AT_BUREAU, withdraw())).when(end()).then_nothing()


def test_a_mobile_is_not_followed_into_what_is_over() -> None:
    change = replace_mobile(MOBILE, "+8613900139000")
    returned_case = send_back(FILLED, fields=("/class",))
    given(*returned_case).when(change).then(saved(profile_with(mobile="+8613900139000")))
    commands: list[ApplicationCommand] = [review(yes()), review(no()), withdraw(), end()]
    for command in commands:
        given(*after(AT_BUREAU, command)).when(change).then_nothing()


# Time, and who is there.


def test_a_late_stage_goes_one_desk_up_and_silence_is_no_consent() -> None:
    due = CALENDAR.due(MONDAY, 7)
    given(*AT_BUREAU).when(review(Escalate(at=due - timedelta(seconds=1)))).then_nothing()
    office = Desk(role="talent_office", scope="city")
    late = ReviewEscalated(
        stage="authority-decision", to=(Referral(desk=BUREAU, to=office),), due=None, at=due
    )
    case = given(*AT_BUREAU).when(review(Escalate(at=due))).then(late)
    case.when(review(Escalate(at=due))).then_nothing()
    case.when(review(yes(by=OTTO))).then(approved(by=OTTO), APPROVED)
    case.when(review(yes(by=BEATE))).then(approved(by=BEATE), APPROVED)


def test_whoever_leaves_a_desk_leaves_no_case_to_nobody() -> None:
    left = (OTTO, DORA)
    made = given(*AT_BUREAU).when(review(PassUp(staff=left, at=MONDAY), left)).decided()
    assert [event.stored_type for event in made] == ["classification.review-passed-up.v1"]
    given(*AT_BUREAU, *made).when(review(PassUp(staff=left, at=MONDAY), left)).then_nothing()
