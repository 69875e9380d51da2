"""Corrected and handed in again: where a case goes, which approvals stand, which words are late."""

import pytest

from shared.domain.review.facts import AnyFact
from shared.domain.review.reviewer import Party, Reviewer
from shared.domain.review.state import Status
from tests.unit.review.review_cases import (
    APPLICANT,
    AT_SECOND,
    BEATE,
    BUREAU,
    CASE_APPROVED,
    CITY_DUE,
    CLARA,
    CLERK,
    DISTRICT_DUE,
    ENDED,
    OTHER_PLAN,
    OTTO,
    PAUL,
    WITHDRAWN,
    approve,
    approved,
    claim,
    end,
    given,
    hand_over,
    officer,
    opened,
    reject,
    rejected,
    release,
    resubmit,
    returned,
    review_of,
    round_opened,
    send_back,
    submitted,
    withdraw,
)

RETURNED_BY_CITY = (*AT_SECOND, approved("bureau", BEATE), returned("police", PAUL))
SECOND_ROUND = (*RETURNED_BY_CITY, round_opened(2, "first"), opened("second", CITY_DUE))


def test_a_resubmission_goes_to_the_stage_that_returned_it() -> None:
    given(*RETURNED_BY_CITY).when(resubmit(1)).then(
        round_opened(2, "first"), opened("second", CITY_DUE)
    )


def test_earlier_stages_approvals_stand_and_the_returning_stage_is_asked_anew() -> None:
    review = review_of(given(*SECOND_ROUND))
    assert [desk.name for desk in review.undecided] == ["bureau", "police"]
    assert set(review.decisions) == {"district"}
    case = given(*SECOND_ROUND)
    after = case.when(approve("police", PAUL)).then(approved("police", PAUL))
    after.when(approve("bureau", BEATE)).then(approved("bureau", BEATE), CASE_APPROVED)


def test_who_returned_a_case_may_decide_on_it_again_and_return_it_again() -> None:
    given(*SECOND_ROUND).when(send_back("police", PAUL, round=2)).then(returned("police", PAUL))


def test_an_approval_that_stands_counts_as_a_desk_of_the_round() -> None:
    both = officer("both", CLERK, BUREAU)
    history = (
        *submitted(),
        approved("district", both),
        opened("second", CITY_DUE),
        returned("police", PAUL),
        round_opened(2, "first"),
        opened("second", CITY_DUE),
    )
    given(*history).when(approve("bureau", both)).then_rejected("decided-at-another-desk")


def test_with_a_new_plan_every_approval_is_asked_for_anew() -> None:
    after = (
        given(*RETURNED_BY_CITY)
        .when(resubmit(1, plan=OTHER_PLAN))
        .then(round_opened(2, plan=OTHER_PLAN), opened("only", DISTRICT_DUE))
    )
    assert dict(review_of(after).decisions) == {}
    after.when(approve("district", CLARA)).then_rejected("review-desk-unknown")
    after.when(approve("bureau", BEATE)).then(approved("bureau", BEATE), CASE_APPROVED)


def test_from_the_start_every_approval_is_asked_for_anew() -> None:
    after = (
        given(*RETURNED_BY_CITY)
        .when(resubmit(1, from_start=True))
        .then(round_opened(2), opened("first", DISTRICT_DUE))
    )
    assert dict(review_of(after).decisions) == {}
    assert len(after.when(approve("district", CLARA)).decided()) == 2


# Rounds are told apart


def test_what_was_said_about_an_earlier_round_is_refused() -> None:
    case = given(*SECOND_ROUND)
    for late in (
        approve("bureau", BEATE, round=1),
        send_back("police", PAUL, round=1),
        reject("police", PAUL, round=1),
        claim("bureau", BEATE, round=1),
        release("bureau", BEATE, round=1),
        hand_over("bureau", BEATE, BEATE, round=1),
    ):
        case.when(late).then_rejected("review-round-over")


def test_a_round_that_has_not_begun_is_refused_too() -> None:
    given(*submitted()).when(approve("district", CLARA, round=2)).then_rejected("review-round-over")


def test_the_round_that_is_named_or_none_is_the_present_one() -> None:
    assert given(*SECOND_ROUND).when(approve("bureau", BEATE, round=2)).decided()
    assert given(*SECOND_ROUND).when(approve("bureau", BEATE)).decided()


def test_a_returning_desks_repeat_after_the_resubmission_is_of_an_earlier_round() -> None:
    case = given(*SECOND_ROUND)
    case.when(send_back("police", PAUL, round=1)).then_rejected("review-round-over")


def test_a_resubmission_of_an_earlier_round_than_the_returned_one_is_refused() -> None:
    again = given(*SECOND_ROUND, returned("police", PAUL))
    again.when(resubmit(1)).then_rejected("review-round-over")
    again.when(resubmit(2)).then(round_opened(3, "first"), opened("second", CITY_DUE))


def test_the_same_resubmission_again_records_nothing() -> None:
    given(*SECOND_ROUND).when(resubmit(1)).then_nothing()
    given(*SECOND_ROUND, WITHDRAWN).when(resubmit(1)).then_nothing()


@pytest.mark.parametrize("round", [0, 1, 2])
def test_only_a_returned_case_is_handed_in_again(round: int) -> None:
    given(*submitted()).when(resubmit(round)).then_rejected("review-not-returned")


def test_a_closed_case_is_not_handed_in_again() -> None:
    given(*submitted(), rejected("district", CLARA)).when(resubmit(1)).then_rejected(
        "review-closed"
    )


# The applicant


def test_only_the_applicant_hands_in_again_or_withdraws() -> None:
    stranger = Party(account_id="stranger", person="person-stranger")
    case = given(*submitted(), returned("district", CLARA))
    assert case.when(resubmit(1, by=stranger)).then_rejected("not-the-applicant").status == 403
    assert case.when(withdraw(stranger)).then_rejected("not-the-applicant").status == 403


def test_a_resubmission_from_another_account_of_the_person_is_the_applicants() -> None:
    other = Party(account_id="other-account", person=APPLICANT.person)
    decided = given(*submitted(), returned("district", CLARA)).when(resubmit(1, by=other)).decided()
    after = given(*submitted(), returned("district", CLARA), *decided)
    first_account = Reviewer(account_id="talent", desks=frozenset({CLERK}))
    after.when(approve("district", first_account)).then_rejected("review-own-case")


def test_the_applicants_person_once_known_is_not_forgotten() -> None:
    nameless = Party(account_id="talent")
    case = given(*submitted(), returned("district", CLARA))
    after = case.when(resubmit(1, by=nameless)).then(round_opened(2), opened("first", DISTRICT_DUE))
    own = officer("staff-account", CLERK, person=APPLICANT.person)
    after.when(approve("district", own)).then_rejected("review-own-case")


def test_the_applicants_person_learnt_at_a_resubmission_counts_from_then_on() -> None:
    case = given(*submitted(Party(account_id="talent")), returned("district", CLARA))
    after = case.when(resubmit(1)).then(round_opened(2), opened("first", DISTRICT_DUE))
    own = officer("staff-account", CLERK, person=APPLICANT.person)
    after.when(approve("district", own)).then_rejected("review-own-case")


def test_an_approval_that_turns_out_to_be_the_applicants_own_does_not_stand() -> None:
    own = officer("staff-account", CLERK, person=APPLICANT.person)
    history = (
        *submitted(Party(account_id="talent")),
        approved("district", own),
        opened("second", CITY_DUE),
        returned("police", PAUL),
    )
    given(*history).when(resubmit(1)).then(round_opened(2), opened("first", DISTRICT_DUE))


def test_an_applicant_who_is_staff_leaves_no_desks_in_the_record() -> None:
    applicant = officer("talent", BUREAU, person=APPLICANT.person)
    assert submitted(applicant) == submitted()
    decided = given(*RETURNED_BY_CITY).when(resubmit(1, by=applicant)).decided()
    assert list(decided) == [round_opened(2, "first"), opened("second", CITY_DUE)]


# The end


@pytest.mark.parametrize(
    "history",
    [
        submitted(),
        AT_SECOND,
        (*AT_SECOND, approved("bureau", BEATE)),
        RETURNED_BY_CITY,
        SECOND_ROUND,
    ],
    ids=["submitted", "half way", "before the last decision", "returned", "second round"],
)
def test_the_applicant_withdraws_until_the_last_decision(history: tuple[AnyFact, ...]) -> None:
    after = given(*history).when(withdraw()).then(WITHDRAWN)
    assert review_of(after).status is Status.WITHDRAWN
    after.when(withdraw()).then_nothing()
    after.when(end()).then_rejected("review-closed")
    after.when(approve("bureau", OTTO)).then_rejected("review-closed")


def test_after_the_last_decision_there_is_nothing_to_withdraw() -> None:
    done = given(*AT_SECOND, approved("bureau", BEATE), approved("police", PAUL), CASE_APPROVED)
    done.when(withdraw()).then_rejected("review-closed")
    given(*submitted(), rejected("district", CLARA)).when(withdraw()).then_rejected("review-closed")


def test_the_hosts_own_rules_end_a_case_once() -> None:
    after = given(*RETURNED_BY_CITY).when(end()).then(ENDED)
    assert review_of(after).status is Status.ENDED
    after.when(end()).then_nothing()
    after.when(withdraw()).then_rejected("review-closed")
    given(*submitted(), WITHDRAWN).when(end()).then_rejected("review-closed")


def test_a_new_rounds_claims_and_due_date_are_its_own() -> None:
    review = review_of(given(*SECOND_ROUND))
    assert (dict(review.claims), dict(review.reach)) == ({}, {})
    assert review.due == CITY_DUE
