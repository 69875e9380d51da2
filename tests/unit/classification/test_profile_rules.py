"""What a profile must be (§3.3.3): each field at fault by its pointer, and everything at once."""

from datetime import date
from typing import Any

import pytest

from services.classification.profile.model import EducationEntry, Profile, WorkEntry
from services.classification.profile.rules import Papers, faults, missing, normalised
from shared.domain.addresses import Address
from shared.events.personal import ERASED
from tests.unit.classification.classification_cases import (
    BOOK,
    COURSE,
    HOME,
    PLACES,
    PROFILE,
    TODAY,
    WORK,
    profile_with,
)

TOMORROW = date(2026, 3, 3)
RESIDENT = Papers(date(1996, 5, 20), "female", asks_household=True, foreign=False)
HONG_KONG = Papers(None, None, asks_household=False, foreign=False)
FOREIGN = Papers(None, None, asks_household=False, foreign=True)
EVERYTHING = {
    "/mobile", "/sex", "/birth_date", "/ethnic_group", "/registered_address", "/current_address",
    "/region", "/highest_education", "/major", "/work", "/education",
}  # fmt: skip


def wrong(papers: Papers = RESIDENT, /, **changes: Any) -> dict[str, str]:
    found = faults(profile_with(**changes), papers, BOOK.codes, TODAY)
    return {one.pointer: one.code for one in found}


def lacking(papers: Papers = RESIDENT, /, **changes: Any) -> set[str]:
    found = missing(profile_with(**changes), papers, PLACES)
    assert {one.code for one in found} <= {"required"}
    return {one.pointer for one in found}


def working(**changes: Any) -> dict[str, str]:
    return wrong(work=(WorkEntry(**{**dict(WORK), **changes}),))


def studying(**changes: Any) -> dict[str, str]:
    return wrong(education=(EducationEntry(**{**dict(COURSE), **changes}),))


def at(**changes: str) -> Address:
    return Address(**{**dict(HOME), **changes})


def test_a_complete_profile_is_neither_wrong_nor_lacks_anything() -> None:
    assert wrong() == {}
    assert lacking() == set()


def test_an_empty_profile_is_not_wrong_but_lacks_everything_required_at_once() -> None:
    assert faults(Profile(), RESIDENT, BOOK.codes, TODAY) == []
    assert {f.pointer for f in missing(Profile(), RESIDENT, PLACES)} == EVERYTHING


def test_what_is_not_starred_may_stay_empty() -> None:
    assert lacking(graduation_certificate_number=None) == set()


# Whose papers they are.


def test_holders_of_other_papers_are_asked_for_neither_household_nor_ethnic_group() -> None:
    household = {"/ethnic_group", "/registered_address"}
    assert lacking(ethnic_group=None, registered_address=None) == household
    assert lacking(HONG_KONG, ethnic_group=None, registered_address=None) == set()


def test_foreigners_give_the_number_of_their_work_permit_or_say_why_there_is_none() -> None:
    assert lacking(FOREIGN) == {"/foreign_work_permit"}
    assert lacking(FOREIGN, foreign_work_permit="W123") == set()
    assert lacking(FOREIGN, no_work_permit_reason="持永久居留证") == set()
    assert lacking(HONG_KONG) == set()


def test_an_overseas_degree_is_given_with_the_number_of_its_recognition() -> None:
    assert lacking(overseas_degree=True) == {"/degree_recognition_number"}
    assert lacking(overseas_degree=True, degree_recognition_number="R1") == set()


def test_sex_and_birth_date_agree_with_the_document_where_it_holds_them() -> None:
    differing = {"sex": "male", "birth_date": date(1996, 5, 21)}
    assert wrong(**differing) == {
        "/sex": "differs-from-document",
        "/birth_date": "differs-from-document",
    }
    assert wrong(FOREIGN, **differing) == {}
    assert wrong(Papers(ERASED, ERASED, asks_household=True, foreign=False), **differing) == {}


# One field after the other.


@pytest.mark.parametrize(
    "mobile",
    ["12345", "1380013800", "138001380001", "0710-3511111", "+1", "十三八", "13800138000;ext=5"],
)
def test_a_mobile_is_a_number_that_receives_sms(mobile: str) -> None:
    assert wrong(mobile=mobile) == {"/mobile": "mobile-format"}


@pytest.mark.parametrize(
    "mobile", ["13800138000", "+8613800138000", "+85291234567", "+12025550123"]
)
def test_a_mobile_may_be_any_country_s(mobile: str) -> None:
    assert wrong(mobile=mobile) == {}


@pytest.mark.parametrize("born", [TODAY, TOMORROW, date(1899, 12, 31)])
def test_a_birth_date_is_in_the_past_and_within_a_human_life(born: date) -> None:
    # A date that cannot be is one fault, whatever the document says.
    assert wrong(birth_date=born, work=(), education=()) == {"/birth_date": "date-impossible"}


@pytest.mark.parametrize("born", [date(2026, 3, 1), date(1900, 1, 1)])
def test_the_earliest_and_the_latest_birth_date(born: date) -> None:
    assert wrong(FOREIGN, birth_date=born, work=(), education=()) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ethnic_group", "60"),
        ("highest_education", "99"),
        ("highest_education", "20"),  # known, but for those who have not graduated
        ("region", "襄城区"),
    ],
)
def test_codes_are_of_the_lists(field: str, value: str) -> None:
    assert wrong(**{field: value}) == {f"/{field}": "unknown-code"}


@pytest.mark.parametrize("field", ["registered_address", "current_address"])
@pytest.mark.parametrize(
    "address",
    [
        at(province="99", city="", county="", township=""),
        at(county="110101", township=""),
        at(city="1101", county="", township=""),
        at(township="420606001"),
        at(province="", city="4206"),
        at(county="nonsense", township=""),
    ],
)
def test_an_address_is_a_place_within_the_one_before(field: str, address: Address) -> None:
    found = wrong(**{field: address})
    # An address that no province begins is only unfinished.
    assert found == ({} if not address.province else {f"/{field}": "unknown-place"})
    assert lacking(**{field: address}) == {f"/{field}"}


@pytest.mark.parametrize(
    "address",
    [
        Address(),
        Address(province="42"),
        Address(province="42", city="4206"),
        Address(line="檀溪路1号"),
    ],
)
def test_a_draft_s_address_may_stop_at_a_level_but_not_a_submitted_one(address: Address) -> None:
    assert wrong(current_address=address) == {}
    assert "/current_address" in lacking(current_address=address)


def test_an_address_has_a_line_and_no_more_levels_than_the_place() -> None:
    assert lacking(current_address=at(line="")) == {"/current_address/line"}
    assert lacking(current_address=at(township="")) == set()
    hong_kong = Address(province="81", line="皇后大道1号")
    assert wrong(current_address=hong_kong) == {}
    assert lacking(current_address=hong_kong) == set()


# Work.


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"since": TOMORROW}, "since", "date-in-future"),
        ({"since": date(1996, 5, 20)}, "since", "date-impossible"),
        ({"until": TOMORROW}, "until", "date-in-future"),
        ({"until": date(2018, 6, 30)}, "until", "dates-out-of-order"),
    ],
)
def test_an_employment_s_dates_make_sense(
    changes: dict[str, date], pointer: str, code: str
) -> None:
    assert working(**changes) == {f"/work/0/{pointer}": code}


def test_an_employment_may_begin_and_end_on_one_day_and_that_day_be_today() -> None:
    assert working(since=TODAY, until=TODAY) == {}
    assert working(until=None) == {}


def test_an_employment_has_an_employer_a_position_and_a_beginning() -> None:
    assert lacking(work=(WORK, WorkEntry())) == {
        "/work/1/employer", "/work/1/position", "/work/1/since",
    }  # fmt: skip


def test_who_has_not_worked_says_so_and_who_has_does_not() -> None:
    assert lacking(work=()) == {"/work"}
    assert lacking(work=(), no_work_experience=True) == set()
    assert wrong(no_work_experience=True) == {"/no_work_experience": "contradicts-work"}


# Education.


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"level": "20"}, "level", "unknown-code"),
        ({"level": "博士"}, "level", "unknown-code"),
        ({"since": TOMORROW, "until": None}, "since", "date-in-future"),
        ({"since": date(1990, 1, 1)}, "since", "date-impossible"),
        ({"until": TOMORROW}, "until", "date-in-future"),
        ({"until": date(2014, 8, 31)}, "until", "dates-out-of-order"),
    ],
)
def test_a_course_has_a_level_of_the_list_and_dates_that_make_sense(
    changes: dict[str, Any], pointer: str, code: str
) -> None:
    assert studying(**changes) == {f"/education/0/{pointer}": code}


def test_a_course_says_where_what_since_when_and_whether_full_time() -> None:
    assert lacking(education=(EducationEntry(),)) == {
        f"/education/0/{name}" for name in ("school", "major", "level", "since", "full_time")
    }
    assert lacking(education=(EducationEntry(**{**dict(COURSE), "full_time": False}),)) == set()
    assert lacking(education=()) == {"/education"}


def test_everything_that_is_wrong_is_named_at_once() -> None:
    late = {"since": TOMORROW}
    assert wrong(
        mobile="1",
        region="paris",
        work=(WORK, WorkEntry(**late)),
        education=(EducationEntry(**late),),
    ) == {
        "/mobile": "mobile-format",
        "/region": "unknown-code",
        "/work/1/since": "date-in-future",
        "/education/0/since": "date-in-future",
    }


# What is read off a profile.


def test_empty_lines_are_nothing_and_a_mobile_is_e164_where_it_is_one() -> None:
    assert normalised(profile_with(major="", mobile="138 0013 8000")) == profile_with(major=None)
    assert normalised(Profile(mobile="12345")).mobile == "12345"
    assert normalised(normalised(PROFILE)) == normalised(PROFILE)


def test_the_employer_is_the_present_one_that_began_last() -> None:
    former = WorkEntry(employer="甲", since=date(2024, 1, 1), until=date(2025, 1, 1))
    second = WorkEntry(employer="乙", since=date(2020, 1, 1))
    assert profile_with(work=(former, second, WORK)).employer == "乙"
    assert profile_with(work=(former, WorkEntry(employer="丙"))).employer is None
    assert Profile().employer is None


def test_full_time_is_of_the_highest_education_where_an_entry_says() -> None:
    def highest(*said: bool | None) -> bool | None:
        entries = (EducationEntry(level="21", full_time=one) for one in said)
        return profile_with(
            education=(*entries, EducationEntry(level="31", full_time=True))
        ).full_time

    assert highest() is None
    assert highest(None) is None
    assert highest(False) is False
    assert highest(False, True) is True
