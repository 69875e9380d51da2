"""A return unlocks what it names (§3.3.7), and the correction goes back to who asked for it."""

from datetime import timedelta
from typing import Any

import pytest

from services.classification.events import (
    ApplicationApproved,
    ApplicationSubmitted,
)
from services.classification.policies import plan_of
from shared.domain.review.application import Status
from tests.unit.classification.classification_cases import (
    BUREAU,
    DISTRICT,
    FILLED,
    MONDAY,
    POLICY,
    after,
    application,
    attach,
    attached,
    choose,
    chosen,
    faults,
    filled,
    given,
    profile_with,
    remove,
    review,
    save,
    saved,
    submit,
)
from tests.unit.classification.classification_decisions import (
    approved,
    back,
    opened,
    returned,
    send_back,
    submitted,
    yes,
)

AT_BUREAU = submitted(FILLED)
DISTRICT_CASE = filled(profile_with(region="xiangcheng"))
AT_DISTRICT = submitted(DISTRICT_CASE)
APPROVED = ApplicationApproved(
    talent_id="t1", kind="new", talent_class="F", row="F", honours=("f-01",),
    region="city-organs", highest_education="21", full_time=True, policy_version=POLICY.version,
    at=MONDAY,
)  # fmt: skip
LATER = MONDAY + timedelta(hours=1)


# Return.


def test_a_return_names_what_is_to_be_corrected_and_says_why() -> None:
    named = back(fields=("/class", "/profile/major"), attachments=("id_document",))
    case = (
        given(*AT_BUREAU)
        .when(review(named))
        .then(returned(BUREAU, ("/class", "/profile/major"), ("id_document",)))
    )
    assert application(*case.history).status is Status.RETURNED
    case.when(review(named)).then_nothing()
    case.when(review(yes())).then_rejected("review-awaiting-correction")


@pytest.mark.parametrize(
    ("fields", "attachments", "words", "wrong"),
    [
        ((), (), "请更正", {"/fields": "faults-required"}),
        (("/profile/major",), (), " ", {"/words": "words-required"}),
        ((), (), "", {"/fields": "faults-required", "/words": "words-required"}),
        (("/profile/name", "/profile/major", "/document"), ("passport",), "请更正", {
            "/fields/0": "unknown-field", "/fields/2": "unknown-field",
            "/attachments/0": "unknown-category",
        }),
    ],
)  # fmt: skip
def test_a_return_names_only_what_the_talent_can_correct(
    fields: tuple[str, ...], attachments: tuple[str, ...], words: str, wrong: dict[str, str]
) -> None:
    intention = back(fields=fields, attachments=attachments, words=words)
    refusal = given(*AT_BUREAU).when(review(intention)).then_rejected("invalid-fields")
    assert faults(refusal) == wrong


def test_a_return_unlocks_exactly_the_fields_it_named() -> None:
    case = given(*send_back(FILLED, fields=("/profile/major", "/profile/work")))
    case.when(save(major="机械")).then(saved(profile_with(major="机械")))
    refusal = case.when(save(major="机械", region="fancheng")).then_rejected("application-locked")
    assert faults(refusal) == {"/region": "locked"}
    case.when(choose("E1")).then_rejected("application-locked")
    case.when(attach("other")).then_rejected("application-locked")


def test_a_return_of_the_class_unlocks_the_class_alone() -> None:
    case = given(*send_back(FILLED, fields=("/class",)))
    case.when(choose("F", "f-02")).then(chosen("F", "f-02"))
    case.when(save(major="机械")).then_rejected("application-locked")


def test_what_a_correction_makes_required_may_be_supplied_and_nothing_else() -> None:
    # Otherwise the case could be neither corrected nor handed in again.
    as_expert = given(*after(send_back(FILLED, fields=("/class",)), choose("D")))
    refusal = as_expert.when(submit()).then_rejected("invalid-fields")
    assert faults(refusal) == {"/attachments/honour_proofs": "required"}
    as_expert.when(attach("other")).then_rejected("application-locked")
    proofs = attached("honour_proofs", at=LATER)
    supplied = as_expert.when(attach("honour_proofs", at=LATER)).then(proofs)
    supplied.when(attach("honour_proofs", 2)).then_rejected("application-locked")
    # A wrong file is no trap: no reviewer has seen it.
    assert supplied.when(remove("honour_proofs", at=LATER)).decided()
    assert supplied.when(submit()).decided()


def test_a_field_that_a_correction_makes_required_may_be_supplied_too() -> None:
    case = given(*send_back(FILLED, fields=("/profile/overseas_degree",)))
    case.when(save(degree_recognition_number="R1")).then_rejected("application-locked")
    both: dict[str, Any] = {"overseas_degree": True, "degree_recognition_number": "R1"}
    case.when(save(**both)).then(saved(profile_with(**both)))
    one_by_one = given(*after(case.history, save(overseas_degree=True)))
    one_by_one.when(save(degree_recognition_number="R1")).then(saved(profile_with(**both)))
    one_by_one.when(save(major="机械")).then_rejected("application-locked")


# Resubmission.


def test_a_correction_goes_to_the_stage_that_returned_it() -> None:
    at_bureau = tuple(after(AT_DISTRICT, review(yes(DISTRICT))))
    corrected = tuple(
        after(at_bureau, review(back(fields=("/profile/major",))), save(major="机械"))
    )
    made = given(*corrected).when(submit()).decided()
    round_2 = made[0]
    assert isinstance(round_2, ApplicationSubmitted)
    assert (round_2.round, round_2.standing) == (2, ("district-review",))
    assert list(made[1:]) == [opened("authority-decision", 7)]
    given(*corrected, *made).when(review(yes(BUREAU))).then(
        approved(BUREAU), ApplicationApproved(**dict(APPROVED) | {"region": "xiangcheng"})
    )


def test_a_correction_may_change_nothing_but_is_complete_all_the_same() -> None:
    case = given(*send_back(FILLED, fields=("/profile/major",)))
    assert case.when(submit()).decided()
    emptied = after(case.history, save(major=None))
    refusal = given(*emptied).when(submit()).then_rejected("invalid-fields")
    assert faults(refusal) == {"/profile/major": "required"}


def test_another_class_is_another_plan_from_its_start() -> None:
    as_doctor = after(send_back(DISTRICT_CASE, DISTRICT, fields=("/class",)), choose("E1"))
    made = given(*as_doctor).when(submit()).decided()
    round_2 = made[0]
    assert isinstance(round_2, ApplicationSubmitted)
    assert round_2.plan == plan_of(POLICY, "E", "xiangcheng")
    assert (round_2.talent_class, round_2.round, round_2.standing) == ("E", 2, ())
    assert list(made[1:]) == [opened("district-review", 5)]


def test_another_region_is_asked_first_even_if_the_authority_returned_it() -> None:
    at_bureau = tuple(after(AT_DISTRICT, review(yes(DISTRICT))))
    moved = after(at_bureau, review(back(fields=("/profile/region",))), save(region="fancheng"))
    made = given(*moved).when(submit()).decided()
    round_2 = made[0]
    assert isinstance(round_2, ApplicationSubmitted)
    assert (round_2.region, round_2.standing) == ("fancheng", ())
    assert made[1] == opened("district-review", 5)


def test_a_correction_needs_the_commitment_and_no_bar_either() -> None:
    case = given(*send_back(FILLED, fields=("/profile/major",)))
    case.when(submit(commitment=None)).then_rejected("invalid-fields")
    case.when(submit(barred_until=MONDAY.date())).then_rejected("application-barred")


def test_a_second_return_unlocks_what_it_names_and_no_longer_what_the_first_did() -> None:
    first = send_back(FILLED, fields=("/profile/major",))
    second = send_back(first, attachments=("id_document",))
    given(*second).when(save(major="机械")).then_rejected("application-locked")
    given(*second).when(attach("id_document", 2)).then(attached("id_document", 2))
