"""What desks say to a case: approve, return for correction, reject, and who may say it."""

import pytest

from shared.domain.review import refusals
from shared.domain.review.intentions import AnyIntention
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
    COLIN,
    DISTRICT_DUE,
    ENDED,
    OFFICE,
    OTTO,
    PAUL,
    POLICE,
    WITHDRAWN,
    approve,
    approved,
    claim,
    claimed,
    given,
    hand_over,
    officer,
    opened,
    reject,
    rejected,
    release,
    returned,
    review_of,
    round_opened,
    send_back,
    submitted,
)


def test_a_case_begins_at_its_first_stage() -> None:
    assert submitted() == (round_opened(1), opened("first", DISTRICT_DUE))
    review = review_of(given(*submitted()))
    assert [desk.name for desk in review.undecided] == ["district"]


def test_an_approved_stage_opens_the_next() -> None:
    given(*submitted()).when(approve("district", CLARA)).then(
        approved("district", CLARA), opened("second", CITY_DUE)
    )


def test_no_stage_is_decided_before_the_ones_before_it() -> None:
    given(*submitted()).when(approve("bureau", BEATE)).then_rejected("review-desk-not-open")


def test_desks_side_by_side_must_all_approve_in_any_order() -> None:
    police_first = given(*AT_SECOND).when(approve("police", PAUL)).then(approved("police", PAUL))
    police_first.when(approve("bureau", BEATE)).then(approved("bureau", BEATE), CASE_APPROVED)
    bureau_first = given(*AT_SECOND).when(approve("bureau", BEATE)).then(approved("bureau", BEATE))
    after = bureau_first.when(approve("police", PAUL)).then(approved("police", PAUL), CASE_APPROVED)
    assert review_of(after).status is Status.APPROVED


def test_one_desk_of_several_is_enough_to_return_or_to_reject() -> None:
    one = given(*AT_SECOND, approved("bureau", BEATE))
    one.when(send_back("police", PAUL)).then(returned("police", PAUL))
    one.when(reject("police", PAUL)).then(rejected("police", PAUL))


def test_a_desk_that_has_decided_does_not_decide_again() -> None:
    case = given(*AT_SECOND, approved("bureau", BEATE))
    case.when(reject("bureau", BEATE)).then_rejected("desk-already-decided")
    case.when(approve("bureau", officer("bert", BUREAU))).then_rejected("desk-already-decided")
    case.when(approve("district", COLIN)).then_rejected("desk-already-decided")


def test_a_return_keeps_the_fields_and_attachments_that_it_names() -> None:
    after = given(*submitted()).when(send_back("district", CLARA)).then(returned("district", CLARA))
    review = review_of(after)
    assert review.status is Status.RETURNED
    assert review.due is None
    assert review.decisions["district"].fields == ("/name",)
    assert review.decisions["district"].attachments == ("visa",)


def test_fields_alone_or_attachments_alone_are_enough_for_a_return() -> None:
    at = given(*submitted())
    assert len(at.when(send_back("district", CLARA, attachments=())).decided()) == 1
    assert len(at.when(send_back("district", CLARA, fields=())).decided()) == 1


def test_a_return_that_names_nothing_in_no_words_says_both_faults_at_once() -> None:
    nothing = send_back("district", CLARA, fields=(), attachments=(), words=" \n")
    refused = given(*submitted()).when(nothing).then_rejected("invalid-fields")
    assert refused.status == 422
    assert {(f.pointer, f.code) for f in refused.fields} == {
        ("/words", "words-required"),
        ("/fields", "faults-required"),
    }


def test_blank_names_of_fields_and_attachments_name_nothing() -> None:
    blank = send_back("district", CLARA, fields=("",), attachments=(" ",))
    refused = given(*submitted()).when(blank).then_rejected("invalid-fields")
    assert [f.code for f in refused.fields] == ["faults-required"]


def test_a_rejection_needs_a_reason_and_words() -> None:
    at = given(*submitted())
    refused = at.when(reject("district", CLARA, reason=" ", words="")).then_rejected(
        "invalid-fields"
    )
    assert {f.pointer for f in refused.fields} == {"/reason", "/words"}
    wordless = at.when(reject("district", CLARA, words=" ")).then_rejected("invalid-fields")
    assert [f.pointer for f in wordless.fields] == ["/words"]
    unreasoned = at.when(reject("district", CLARA, reason="")).then_rejected("invalid-fields")
    assert [f.pointer for f in unreasoned.fields] == ["/reason"]


def test_a_rejection_is_for_good() -> None:
    after = given(*submitted()).when(reject("district", CLARA)).then(rejected("district", CLARA))
    assert review_of(after).status is Status.REJECTED
    after.when(approve("district", COLIN)).then_rejected("review-closed")


def test_a_returned_case_waits_for_its_applicant() -> None:
    case = given(*submitted(), returned("district", CLARA))
    for intention in (
        approve("district", COLIN),
        claim("district", COLIN),
        release("district", CLARA),
        hand_over("district", CLARA, COLIN),
        reject("district", CLARA),
    ):
        case.when(intention).then_rejected("review-awaiting-correction")


@pytest.mark.parametrize("last", [CASE_APPROVED, WITHDRAWN, ENDED], ids=lambda f: type(f).__name__)
def test_nothing_is_decided_on_a_closed_case(last: object) -> None:
    history = (*AT_SECOND, approved("bureau", BEATE), approved("police", PAUL))
    case = given(*history, last)  # type: ignore[arg-type]
    assert review_of(case).closed
    assert review_of(case).undecided == ()
    case.when(reject("police", PAUL)).then_rejected("review-closed")
    case.when(claim("police", PAUL)).then_rejected("review-closed")


def test_a_desk_that_the_plan_does_not_have_is_not_found() -> None:
    refused = (
        given(*submitted()).when(approve("nowhere", CLARA)).then_rejected("review-desk-unknown")
    )
    assert refused.status == 404
    for intention in (claim("nowhere", CLARA), release("nowhere", CLARA), reject("nowhere", CLARA)):
        given(*submitted()).when(intention).then_rejected("review-desk-unknown")


# Who may decide


def test_only_who_sits_at_a_desk_decides_there() -> None:
    elsewhere = officer("dora", CLERK.model_copy(update={"scope": "district:樊城区"}))
    for stranger in (BEATE, elsewhere, OTTO, officer("nobody")):
        refused = (
            given(*submitted()).when(approve("district", stranger)).then_rejected("not-at-desk")
        )
        assert refused.status == 403


@pytest.mark.parametrize(
    "own",
    [
        officer("staff-account", CLERK, person="person-talent"),
        Reviewer(account_id="talent", person=None, desks=frozenset({CLERK})),
    ],
    ids=["another account of the person", "the same account"],
)
def test_nobody_touches_their_own_case(own: Reviewer) -> None:
    intentions: tuple[AnyIntention, ...] = (
        approve("district", own),
        send_back("district", own),
        reject("district", own),
        claim("district", own),
        hand_over("district", own, CLARA),
    )
    for intention in intentions:
        refused = given(*submitted()).when(intention).then_rejected("review-own-case")
        assert refused.status == 403


def test_two_accounts_whose_person_is_unknown_are_not_taken_for_one() -> None:
    case = given(*submitted(Party(account_id="talent")))
    unknown = Reviewer(account_id="clara", desks=frozenset({CLERK}))
    assert len(case.when(approve("district", unknown)).decided()) == 2


def test_nobody_decides_at_two_desks_of_one_round() -> None:
    both = officer("both", CLERK, BUREAU, POLICE)
    case = given(*submitted(), approved("district", both), opened("second", CITY_DUE))
    case.when(approve("bureau", both)).then_rejected("decided-at-another-desk")
    case.when(reject("bureau", both)).then_rejected("decided-at-another-desk")
    case.when(claim("police", both)).then_rejected("decided-at-another-desk")
    other_account = officer("second-account", BUREAU, person="person-both")
    case.when(send_back("bureau", other_account)).then_rejected("decided-at-another-desk")


def test_nobody_decides_at_two_desks_side_by_side() -> None:
    both = officer("both", BUREAU, POLICE)
    case = given(*AT_SECOND, approved("bureau", both))
    case.when(approve("police", both)).then_rejected("decided-at-another-desk")


# What was said before is answered with nothing


def test_the_same_decision_again_records_nothing() -> None:
    given(*AT_SECOND).when(approve("district", CLARA)).then_nothing()
    given(*submitted(), returned("district", CLARA)).when(
        send_back("district", CLARA)
    ).then_nothing()
    given(*submitted(), rejected("district", CLARA)).when(reject("district", CLARA)).then_nothing()
    whole = given(*AT_SECOND, approved("bureau", BEATE), approved("police", PAUL), CASE_APPROVED)
    whole.when(approve("police", PAUL)).then_nothing()


def test_the_same_decision_by_another_account_of_the_same_person_records_nothing() -> None:
    again = officer("clara-2", CLERK, person="person-clara")
    given(*AT_SECOND).when(approve("district", again)).then_nothing()


def test_another_return_than_the_first_is_no_repeat() -> None:
    case = given(*submitted(), returned("district", CLARA))
    case.when(send_back("district", CLARA, fields=("/mobile",))).then_rejected(
        "review-awaiting-correction"
    )
    case.when(send_back("district", COLIN)).then_rejected("review-awaiting-correction")


# Codes


def test_every_code_says_something_in_both_languages() -> None:
    codes = {
        value
        for name, value in vars(refusals).items()
        if name.isupper() and isinstance(value, str) and name != "INCOMPLETE"
    }
    assert set(refusals.MESSAGES) == codes
    assert all(zh.endswith("。") and en.endswith(".") for zh, en in refusals.MESSAGES.values())


def test_several_intentions_are_all_taken_or_none() -> None:
    both = (approve("district", CLARA), approve("bureau", APPLICANT_AS_STAFF))
    given(*submitted()).when(both).then_rejected("review-own-case")
    good = (claim("district", CLARA), approve("district", CLARA), approve("bureau", BEATE))
    given(*submitted()).when(good).then(
        claimed("district", CLARA),
        approved("district", CLARA),
        opened("second", CITY_DUE),
        approved("bureau", BEATE),
    )


APPLICANT_AS_STAFF = officer("moonlight", BUREAU, OFFICE, person=APPLICANT.person)
