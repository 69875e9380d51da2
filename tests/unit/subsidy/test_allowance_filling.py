"""Starting and filling in an application for an allowance (§3.4.1-3.4.4)."""

from datetime import date, timedelta

import pytest

from services.subsidy.events import AttachmentRemoved
from shared.events.personal import ERASED
from tests.unit.subsidy.subsidy_cases import (
    AGENCY,
    AT_HOST,
    DISPATCHED,
    FILLED,
    HOST,
    HOUSING,
    MOBILE,
    MONDAY,
    POLICY,
    PROFILE,
    SIGNED_BEFORE,
    STARTED,
    TODAY,
    after,
    application,
    attach,
    attached,
    back,
    choose,
    chosen,
    end,
    faults,
    filled,
    given,
    profile_with,
    remove,
    replace_mobile,
    save,
    saved,
    start,
    submit,
    withdraw,
    yes,
)

BEGUN = (STARTED, chosen(), saved())


def wrong(**fields: object) -> dict[str, str]:
    """What is refused of fields sent to an application with a full profile."""
    refusal = given(*BEGUN).when(save(**fields)).then_rejected("invalid-fields")
    assert refusal.status == 422
    return faults(refusal)


# Starting (§3.4.1, §3.4.2).


def test_a_start_chooses_the_channel_and_fills_in_what_is_known() -> None:
    command = start(profile=PROFILE)
    begun = given().when(command).then(STARTED, chosen(), saved())
    begun.when(command).then_nothing()


def test_nothing_can_be_done_to_what_was_never_started() -> None:
    for command in (choose("f"), save(), submit(), withdraw(), end(), remove("other")):
        assert given().when(command).then_rejected("application-not-found").status == 404


def test_a_channel_that_the_scheme_does_not_have_is_refused() -> None:
    refusal = given().when(start(HOUSING, "f")).then_rejected("invalid-fields")
    assert faults(refusal) == {"/channel": "unknown-channel"}


def test_another_channel_is_chosen_until_submission() -> None:
    begun = given(*BEGUN).when(choose("high-level")).then(chosen("high-level"))
    begun.when(choose("high-level")).then_nothing()
    refusal = begun.when(choose("e")).then_rejected("invalid-fields")
    assert faults(refusal) == {"/channel": "unknown-channel"}
    handed_in = given(*after(FILLED, submit()))
    handed_in.when(choose("high-level")).then_rejected("application-locked")


# The profile (§3.4.3).


def test_a_profile_is_saved_step_by_step() -> None:
    changed = given(*BEGUN).when(save(position="高级工程师"))
    after_it = changed.then(saved(profile_with(position="高级工程师")))
    after_it.when(save(position="高级工程师")).then_nothing()
    given(*BEGUN).when(save(position="工程师")).then_nothing()
    given(*BEGUN).when(save(position="")).then(saved(profile_with(position=None)))
    given(*BEGUN).when(save(mobile="13800138001")).then(
        saved(profile_with(mobile="+8613800138001"))
    )


def test_a_first_contract_in_the_future_is_refused() -> None:
    assert wrong(first_contract=TODAY + timedelta(days=1)) == {"/first_contract": "date-in-future"}
    given(*BEGUN).when(save(first_contract=TODAY)).then(saved(profile_with(first_contract=TODAY)))


def test_today_is_shanghai_s_and_begins_at_16_hours_utc() -> None:
    tomorrow = TODAY + timedelta(days=1)
    evening = MONDAY.replace(hour=15, minute=59, second=59)
    early = save(at=evening, first_contract=tomorrow)
    assert given(*BEGUN).when(early).then_rejected("invalid-fields")
    assert (
        given(*BEGUN)
        .when(save(at=evening + timedelta(seconds=1), first_contract=tomorrow))
        .decided()
    )


@pytest.mark.parametrize("day", [date(1996, 5, 20), date(1990, 1, 1)])
def test_a_first_contract_before_birth_is_refused(day: date) -> None:
    before = (HOUSING, chosen("high-level"), saved(profile_with(**SIGNED_BEFORE)))
    refusal = given(*before).when(save(first_contract=day)).then_rejected("invalid-fields")
    assert faults(refusal) == {"/first_contract": "date-impossible"}


def test_a_birth_date_after_the_contract_is_refused_where_the_document_says_none() -> None:
    passport = STARTED.model_copy(update={"birth_date": None, "sex": None})
    history = (passport, chosen(), saved())
    refusal = (
        given(*history).when(save(birth_date=date(2025, 7, 1))).then_rejected("invalid-fields")
    )
    assert faults(refusal) == {"/first_contract": "date-impossible"}


def test_the_day_of_the_first_contract_says_which_allowance_it_is() -> None:
    refusal = (
        given(*BEGUN).when(save(first_contract=date(2022, 7, 9))).then_rejected("invalid-fields")
    )
    (fault,) = refusal.fields
    assert (fault.pointer, fault.code) == ("/first_contract", "first-contract-of-other-scheme")
    assert "高层次人才住房补贴" in fault.message
    given(*BEGUN).when(save(first_contract=date(2022, 7, 10))).decided()
    before = (HOUSING, chosen("high-level"), saved(profile_with(**SIGNED_BEFORE)))
    refusal = (
        given(*before).when(save(first_contract=date(2022, 7, 10))).then_rejected("invalid-fields")
    )
    assert "生活补贴" in refusal.fields[0].message
    assert given(*before).when(save(first_contract=date(2022, 7, 9))).decided()


def test_what_the_document_says_is_not_said_otherwise() -> None:
    assert wrong(birth_date=date(1996, 5, 21), sex="male") == {
        "/birth_date": "differs-from-document",
        "/sex": "differs-from-document",
    }


def test_every_field_at_fault_is_named_at_once() -> None:
    assert wrong(
        mobile="12", email="li", ethnic_group="99", political_affiliation="00",
        application_type="none", host_unit="nobody",
    ) == {
        "/mobile": "mobile-format",
        "/email": "email-format",
        "/ethnic_group": "unknown-code",
        "/political_affiliation": "unknown-code",
        "/application_type": "unknown-code",
        "/host_unit": "unknown-unit",
    }  # fmt: skip


def test_only_members_of_the_party_say_since_when() -> None:
    assert wrong(joined_party_on=date(2020, 7, 1)) == {"/joined_party_on": "not-a-member"}
    given(*BEGUN).when(save(joined_party_on=date(2020, 7, 1), political_affiliation="01")).decided()
    assert wrong(joined_party_on=date(2030, 7, 1), political_affiliation="01") == {
        "/joined_party_on": "date-in-future"
    }


# The units (§3.4.3).


def test_dispatched_labour_names_two_units_and_everybody_else_one() -> None:
    given(*BEGUN).when(save(**DISPATCHED)).then(saved(profile_with(**DISPATCHED)))
    assert wrong(recruiting_unit="agency") == {"/recruiting_unit": "not-dispatched"}


def test_the_recruiting_unit_is_recorded_as_a_dispatch_company() -> None:
    asked = {"dispatch": True, "recruiting_unit": "other"}
    assert wrong(**asked) == {"/recruiting_unit": "not-a-dispatch-company"}


def test_the_recruiting_unit_is_not_the_host_unit() -> None:
    asked = {"dispatch": True, "recruiting_unit": "agency", "host_unit": "agency"}
    assert wrong(**asked) == {"/host_unit": "units-equal"}


def test_a_unit_that_is_not_there_or_not_let_in_is_told_how_it_registers() -> None:
    for unit in ("nobody", "shut"):
        refusal = given(*BEGUN).when(save(host_unit=unit)).then_rejected("invalid-fields")
        assert faults(refusal) == {"/host_unit": "unknown-unit"}
        assert "注册" in refusal.fields[0].message


# Attachments (§3.4.4).


def test_a_file_is_added_and_deleted_again_before_submission() -> None:
    added = given(*BEGUN).when(attach("labour_contract")).then(attached("labour_contract"))
    added.when(attach("labour_contract")).then_nothing()
    gone = AttachmentRemoved(
        attachment_id="labour_contract-1", file_key="subsidy/t1/a1/labour_contract-1",
        submitted=False, at=MONDAY,
    )  # fmt: skip
    added.when(remove("labour_contract")).then(gone).when(remove("labour_contract")).then_nothing()


def test_a_category_comes_first_and_holds_so_many_files() -> None:
    refusal = given(*BEGUN).when(attach("diary")).then_rejected("invalid-fields")
    assert faults(refusal) == {"/category": "unknown-category"}
    most = POLICY.files.max_files_per_category
    full = given(*BEGUN, *(attached("other", number) for number in range(most)))
    full.when(attach("other", most)).then_rejected("attachments-too-many")


@pytest.mark.parametrize(
    ("month", "code"),
    [
        (None, "required"), ("2026", "month-format"), ("2026-13", "month-format"),
        ("2026-04", "month-in-future"),
    ],
)  # fmt: skip
def test_a_contribution_record_says_up_to_which_month(month: str | None, code: str) -> None:
    command = attach("contribution_record", month=month)
    refusal = given(*BEGUN).when(command).then_rejected("invalid-fields")
    assert faults(refusal) == {"/month": code}


def test_other_files_have_no_month() -> None:
    refusal = given(*BEGUN).when(attach("other", month="2026-02")).then_rejected("invalid-fields")
    assert faults(refusal) == {"/month": "not-asked"}


# What is locked, and what ends.


def test_submission_locks_everything_and_a_return_unlocks_what_it_names() -> None:
    locked = given(*after(FILLED, submit()))
    refusal = locked.when(save(position="x", email="x@example.org")).then_rejected(
        "application-locked"
    )
    assert faults(refusal) == {"/email": "locked", "/position": "locked"}
    locked.when(attach("other")).then_rejected("application-locked")
    locked.when(remove("labour_contract")).then_rejected("application-locked")
    returned = given(*after(locked.history, back(AT_HOST, "/profile/position")))
    returned.when(save(position="x")).decided()
    returned.when(save(email="x@example.org")).then_rejected("application-locked")
    returned.when(attach("other")).then_rejected("application-locked")


def test_a_return_unlocks_what_hangs_together_with_what_it_names() -> None:
    two = after(filled(**DISPATCHED), submit(), back(AT_HOST, "/profile/dispatch"))
    one_unit = save(dispatch=False, recruiting_unit=None, host_unit="other")
    assert given(*two).when(one_unit).decided()
    member = {"political_affiliation": "01", "joined_party_on": date(2020, 7, 1)}
    party = after(filled(**member), submit(), back(AT_HOST, "/profile/political_affiliation"))
    assert given(*party).when(save(political_affiliation="13", joined_party_on=None)).decided()


def test_what_became_wrong_since_may_be_corrected_although_nobody_named_it() -> None:
    returned = after(filled(**DISPATCHED), submit(), back(AT_HOST, "/profile/position"))
    no_agency = AGENCY.model_copy(update={"dispatch": False})
    no_more = save(dispatch=False, recruiting_unit=None).model_copy(
        update={"units": (no_agency, HOST)}
    )
    assert given(*returned).when(no_more).decided()
    moved = save(recruiting_unit="agency-2").model_copy(
        update={
            "units": (no_agency, HOST, AGENCY.model_copy(update={"organisation_id": "agency-2"}))
        }
    )
    assert given(*returned).when(moved).decided()
    given(*returned).when(save(recruiting_unit="other")).then_rejected("application-locked")


def test_a_file_that_reviewers_had_before_them_is_kept() -> None:
    history = after(FILLED, submit(), back(AT_HOST, attachments=("labour_contract",)))
    (removed,) = given(*history).when(remove("labour_contract")).decided()
    assert isinstance(removed, AttachmentRemoved)
    assert removed.submitted


def test_a_changed_account_mobile_is_followed_and_one_s_own_number_is_kept() -> None:
    followed = saved(profile_with(mobile="+8613900139000"))
    locked = given(*after(FILLED, submit()))
    locked.when(replace_mobile(MOBILE, "+8613900139000")).then(followed)
    other = given(*filled(mobile="+85291234567"))
    other.when(replace_mobile(MOBILE, "+8613900139000")).then_nothing()


def test_what_is_over_does_not_change_any_more() -> None:
    over = given(*after(FILLED, withdraw()))
    over.when(withdraw()).then_nothing()
    over.when(end()).then_nothing()
    over.when(submit()).then_rejected("application-locked")
    over.when(replace_mobile(MOBILE, "+8613900139000")).then_nothing()
    ended = given(*after(FILLED, submit(), end()))
    ended.when(end()).then_nothing()
    ended.when(yes(AT_HOST)).then_rejected("review-closed")


def test_an_erased_profile_is_closed_to_everybody() -> None:
    history = (STARTED, chosen(), saved().model_copy(update={"profile": ERASED}))
    given(*history).when(save(position="x")).then_rejected("application-locked")
    given(*history).when(submit()).then_rejected("application-locked")
    given(*history).when(replace_mobile(MOBILE, "+8613900139000")).then_nothing()
    assert application(*history).profile is ERASED
