"""Claiming a desk's case, giving it back, and handing it over."""

from tests.unit.review.review_cases import (
    AT_SECOND,
    BEATE,
    BUREAU,
    CITY_DUE,
    CLARA,
    CLERK,
    COLIN,
    PAUL,
    POLICE,
    approve,
    approved,
    claim,
    claimed,
    given,
    hand_over,
    handed_over,
    officer,
    opened,
    reject,
    release,
    released,
    resubmit,
    returned,
    review_of,
    send_back,
    submitted,
)

CLAIMED = given(*submitted(), claimed("district", CLARA))


def test_who_claims_is_the_only_one_to_decide() -> None:
    after = given(*submitted()).when(claim("district", CLARA)).then(claimed("district", CLARA))
    after.when(approve("district", COLIN)).then_rejected("claimed-by-another")
    after.when(send_back("district", COLIN)).then_rejected("claimed-by-another")
    after.when(reject("district", COLIN)).then_rejected("claimed-by-another")
    after.when(claim("district", COLIN)).then_rejected("claimed-by-another")
    after.when(approve("district", CLARA)).then(
        approved("district", CLARA), opened("second", CITY_DUE)
    )


def test_a_claim_is_not_needed_to_decide() -> None:
    assert len(given(*submitted()).when(approve("district", COLIN)).decided()) == 2


def test_claiming_twice_records_nothing() -> None:
    CLAIMED.when(claim("district", CLARA)).then_nothing()


def test_a_claim_is_the_persons_and_not_the_accounts() -> None:
    again = officer("clara-2", CLERK, person="person-clara")
    CLAIMED.when(claim("district", again)).then_nothing()
    CLAIMED.when(release("district", again)).then(released("district", again))


def test_only_its_holder_gives_a_case_back_and_then_it_is_anybodys() -> None:
    CLAIMED.when(release("district", COLIN)).then_rejected("claimed-by-another")
    after = CLAIMED.when(release("district", CLARA)).then(released("district", CLARA))
    after.when(release("district", CLARA)).then_nothing()
    after.when(claim("district", COLIN)).then(claimed("district", COLIN))


def test_who_no_longer_sits_at_the_desk_may_still_give_the_case_back() -> None:
    retired = officer("clara")
    CLAIMED.when(release("district", retired)).then(released("district", retired))


def test_a_case_is_handed_to_a_colleague_who_may_decide() -> None:
    after = CLAIMED.when(hand_over("district", CLARA, COLIN)).then(
        handed_over("district", CLARA, COLIN)
    )
    after.when(hand_over("district", CLARA, COLIN)).then_nothing()
    after.when(approve("district", CLARA)).then_rejected("claimed-by-another")
    assert len(after.when(approve("district", COLIN)).decided()) == 2


def test_a_colleague_who_is_ill_is_relieved_of_a_claim() -> None:
    CLAIMED.when(hand_over("district", COLIN, COLIN)).then(handed_over("district", COLIN, COLIN))


def test_a_case_is_not_handed_to_who_may_not_decide() -> None:
    applicant = officer("moonlight", CLERK, person="person-talent")
    for unfit in (BEATE, applicant):
        CLAIMED.when(hand_over("district", CLARA, unfit)).then_rejected("colleague-not-eligible")
    both = officer("both", BUREAU, POLICE)
    case = given(*AT_SECOND, approved("bureau", both))
    case.when(hand_over("police", PAUL, both)).then_rejected("colleague-not-eligible")


def test_who_may_not_decide_hands_nothing_over() -> None:
    CLAIMED.when(hand_over("district", BEATE, COLIN)).then_rejected("not-at-desk")


def test_a_decision_gives_back_what_else_its_author_holds_in_the_round() -> None:
    both = officer("both", BUREAU, POLICE)
    held = given(*AT_SECOND, claimed("bureau", both), claimed("police", both))
    after = held.when(approve("bureau", both)).then(
        approved("bureau", both), released("police", both)
    )
    after.when(claim("police", PAUL)).then(claimed("police", PAUL))


def test_a_decision_leaves_other_peoples_claims_alone() -> None:
    held = given(*AT_SECOND, claimed("police", PAUL))
    after = held.when(approve("bureau", BEATE)).then(approved("bureau", BEATE))
    assert dict(review_of(after).claims) == {"police": PAUL.party}


def test_a_claim_does_not_outlive_its_round() -> None:
    held = given(*AT_SECOND, claimed("bureau", BEATE), returned("police", PAUL))
    decided = held.when(resubmit(1)).decided()
    assert dict(review_of(given(*held.history, *decided)).claims) == {}


def test_a_desk_is_not_claimed_before_its_stage_nor_after_its_decision() -> None:
    given(*submitted()).when(claim("bureau", BEATE)).then_rejected("review-desk-not-open")
    given(*AT_SECOND).when(claim("district", COLIN)).then_rejected("desk-already-decided")
    given(*AT_SECOND).when(release("district", CLARA)).then_rejected("desk-already-decided")
