"""Submission (§3.3.5): complete, with the commitment ticked, and by nobody who is barred."""

from datetime import date, timedelta

import pytest

from services.classification.events import ApplicationEvent, ApplicationSubmitted, ReviewPassedUp
from services.classification.policies import plan_of
from shared.domain.addresses import Address
from shared.domain.review.application import Status
from shared.domain.review.plan import Desk
from tests.unit.classification.classification_cases import (
    BEATE,
    BUREAU,
    DISTRICT,
    DORA,
    FILLED,
    FOREIGNER,
    MOBILE,
    MONDAY,
    OFFICE,
    OTTO,
    POLICY,
    PROFILE,
    REQUIRED,
    STARTED,
    TALENT,
    TODAY,
    application,
    attached,
    choose,
    chosen,
    faults,
    filled,
    given,
    officer,
    profile_with,
    remove,
    replace_mobile,
    save,
    saved,
    submit,
)
from tests.unit.classification.classification_decisions import History, opened, submitted

ROUND_1 = ApplicationSubmitted(
    round=1, applicant=TALENT, plan=plan_of(POLICY, "F", "city-organs"), talent_id="t1",
    kind="new", attempt=1, talent_class="F", row="F", honours=("f-01",), region="city-organs",
    mobile=MOBILE, commitment_version=POLICY.commitment.version, policy_version=POLICY.version,
    at=MONDAY,
)  # fmt: skip
AT_BUREAU = opened("authority-decision", 7)


def wrong(
    *history: ApplicationEvent, commitment: str | None = POLICY.commitment.version
) -> dict[str, str]:
    refusal = given(*history).when(submit(commitment)).then_rejected("invalid-fields")
    assert refusal.status == 422
    return faults(refusal)


def test_a_complete_application_is_submitted_and_comes_to_its_first_stage() -> None:
    after = given(*FILLED).when(submit()).then(ROUND_1, AT_BUREAU)
    assert application(*after.history).status is Status.IN_REVIEW


def test_everything_that_is_missing_is_named_at_once() -> None:
    assert wrong(STARTED, commitment=None) == {
        "/class": "required",
        "/profile/mobile": "required",
        "/profile/sex": "required",
        "/profile/birth_date": "required",
        "/profile/ethnic_group": "required",
        "/profile/registered_address": "required",
        "/profile/current_address": "required",
        "/profile/region": "required",
        "/profile/highest_education": "required",
        "/profile/major": "required",
        "/profile/work": "required",
        "/profile/education": "required",
        "/commitment": "required",
    }


def test_the_class_says_which_attachments_are_missing() -> None:
    bare = (STARTED, chosen("F"), saved())
    assert wrong(*bare) == {f"/attachments/{code}": "required" for code in REQUIRED}
    assert wrong(*bare, attached("id_document"), commitment=None) == {
        **{f"/attachments/{code}": "required" for code in REQUIRED[1:]},
        "/commitment": "required",
    }


def test_a_class_is_chosen_before_the_attachments_can_be_asked_for() -> None:
    assert wrong(STARTED, saved()) == {"/class": "required"}


def test_a_removed_file_is_missing_again() -> None:
    without = (*FILLED, *given(*FILLED).when(remove("labour_contract")).decided())
    assert wrong(*without) == {"/attachments/labour_contract": "required"}


@pytest.mark.parametrize("region", ["elsewhere", "at-school"])
def test_who_works_elsewhere_or_studies_owes_neither_contract_nor_contributions(
    region: str,
) -> None:
    history: History = (
        STARTED,
        chosen("F"),
        saved(profile_with(region=region)),
        *map(attached, REQUIRED[:2]),
    )
    assert given(*history).when(submit()).decided()
    assert wrong(*history[:-1]) == {"/attachments/education_certificates": "required"}


def test_a_foreigner_s_application_is_complete_without_household_or_ethnic_group() -> None:
    profile = profile_with(ethnic_group=None, registered_address=None)
    lacking = filled(profile, started=FOREIGNER)
    assert wrong(*lacking) == {"/profile/foreign_work_permit": "required"}
    permitted = profile.model_copy(update={"foreign_work_permit": "W123"})
    assert given(*filled(permitted, started=FOREIGNER)).when(submit()).decided()


def test_an_address_half_chosen_is_named_once() -> None:
    half = profile_with(current_address=Address(province="42", city="4206", line="檀溪路1号"))
    assert wrong(*filled(half)) == {"/profile/current_address": "required"}


def test_a_profile_that_became_wrong_is_named_with_what_is_missing() -> None:
    # What was filled in the last time begins the profile unchecked.
    stale = profile_with(region="襄阳", major=None)
    assert wrong(STARTED, chosen("F"), saved(stale), *map(attached, REQUIRED)) == {
        "/profile/region": "unknown-code",
        "/profile/major": "required",
    }


# The commitment (§3.3.5).


def test_the_commitment_is_ticked_and_in_the_words_in_force() -> None:
    assert wrong(*FILLED, commitment=None) == {"/commitment": "required"}
    assert wrong(*FILLED, commitment="2021-01") == {"/commitment": "commitment-changed"}


# The abnormal list.


def test_who_is_barred_is_told_until_when_and_who_no_longer_is_may_submit() -> None:
    refusal = given(*FILLED).when(submit(barred_until=TODAY)).then_rejected("application-barred")
    assert (refusal.status, refusal.params) == (403, {"until": "2026-03-02"})
    yesterday = TODAY - timedelta(days=1)
    given(*FILLED).when(submit(barred_until=yesterday)).then(ROUND_1, AT_BUREAU)


def test_a_bar_ends_at_24_hours_in_shanghai() -> None:
    last_minute = MONDAY.replace(hour=15, minute=59)
    barred = submit(barred_until=TODAY, at=last_minute)
    given(*FILLED).when(barred).then_rejected("application-barred")
    midnight = submit(barred_until=TODAY, at=last_minute + timedelta(minutes=1))
    assert given(*FILLED).when(midnight).decided()


def test_the_barred_are_told_so_before_what_is_missing() -> None:
    barred = submit(barred_until=date(2027, 1, 1), commitment=None)
    given(STARTED).when(barred).then_rejected("application-barred")


# What is locked.


def test_submission_locks_everything() -> None:
    locked = given(*submitted(FILLED))
    locked.when(submit()).then_rejected("application-locked")
    locked.when(choose("E1")).then_rejected("application-locked")
    refusal = locked.when(save(major="机械", region="fancheng")).then_rejected("application-locked")
    assert faults(refusal) == {"/region": "locked", "/major": "locked"}


def test_what_does_not_change_is_no_change() -> None:
    given(*submitted(FILLED)).when(save(**dict(PROFILE))).then_nothing()


def test_a_changed_account_mobile_replaces_an_equal_number_in_a_locked_profile_too() -> None:
    moved = saved(profile_with(mobile="+8613900139000"))
    change = replace_mobile(MOBILE, "+8613900139000")
    given(*FILLED).when(change).then(moved)
    given(*submitted(FILLED)).when(change).then(moved).when(change).then_nothing()


def test_a_number_of_one_s_own_is_not_replaced() -> None:
    other = filled(profile_with(mobile="+85291234567"))
    given(*submitted(other)).when(replace_mobile(MOBILE, "+8613900139000")).then_nothing()


# Where a case goes.


@pytest.mark.parametrize(
    ("row", "region", "desks"),
    [
        ("F", "city-organs", [BUREAU]),
        ("F", "at-school", [BUREAU]),
        ("F", "xiangcheng", [DISTRICT, BUREAU]),
        ("E2", "elsewhere", [OFFICE]),
        ("A", "xiangcheng", [DISTRICT, OFFICE]),
    ],
)
def test_class_and_region_say_which_desks_decide(row: str, region: str, desks: list[str]) -> None:
    history = submitted(filled(profile_with(region=region), row))
    review = application(*history).review
    assert review is not None
    assert [desk.name for stage in review.plan.stages for desk in stage.desks] == desks
    assert [desk.name for desk in review.undecided] == desks[:1]


def test_a_district_s_case_goes_to_its_own_desk() -> None:
    review = application(*submitted(filled(profile_with(region="fancheng")))).review
    assert review is not None
    (desk,) = review.undecided
    assert str(desk.chain[0]) == "district_talent_desk@district:fancheng"


def test_the_due_date_counts_working_days_of_the_stage() -> None:
    district = submitted(filled(profile_with(region="xiangcheng")))
    assert district[-1] == opened("district-review", 5)


def test_a_desk_with_nobody_passes_the_case_up_at_once() -> None:
    passed = ReviewPassedUp(desk=BUREAU, to=Desk(role="talent_office", scope="city"), at=MONDAY)
    given(*FILLED).when(submit(staff=(OTTO, DORA))).then(ROUND_1, AT_BUREAU, passed)


def test_a_desk_where_only_the_applicant_sits_passes_the_case_up() -> None:
    oneself = officer("staff-account", "hr_bureau@city", person="p1")
    made = given(*FILLED).when(submit(staff=(oneself, OTTO))).decided()
    assert isinstance(made[-1], ReviewPassedUp)
    assert len(given(*FILLED).when(submit(staff=(oneself, BEATE, OTTO))).decided()) == 2


def test_a_case_waits_where_nobody_sits_anywhere() -> None:
    given(*FILLED).when(submit(staff=())).then(ROUND_1, AT_BUREAU)
