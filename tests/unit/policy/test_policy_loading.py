"""Bad policy data never loads, and says which file and field is at fault."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from shared.policy.files import default_folder
from shared.policy.loader import load_policies
from shared.policy.models import PolicyError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "policies"
    shutil.copytree(default_folder(), copy)
    return copy


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(PolicyError) as caught:
        load_policies(folder)
    return caught.value.problems


def test_a_misspelt_field_is_named(folder: Path) -> None:
    edit(folder / "identity/limits.yaml", "max_tries", "max_trys")
    assert problems(folder) == (
        "identity/limits.yaml: sms_code.max_tries: Field required",
        "identity/limits.yaml: sms_code.max_trys: Extra inputs are not permitted",
    )


def test_every_file_at_fault_is_named_at_once(folder: Path) -> None:
    edit(folder / "identity/abnormal_list.yaml", "years: 1", "years: 0")
    edit(folder / "classification/honours.yaml", "source: illustrative", "")
    (folder / "data/sexes.yaml").unlink()
    found = problems(folder)
    assert len(found) == 3
    assert found[0].startswith("classification/honours.yaml: honours[0].source: Field required")
    assert found[1].startswith("identity/abnormal_list.yaml: bars[0].years: ")
    assert found[2] == "data/sexes.yaml: the file is missing"


def test_a_class_without_a_plan_is_refused(folder: Path) -> None:
    edit(folder / "classification/review.yaml", "[A, B, C, D, E]", "[A, B, C, E]")
    assert problems(folder) == (
        "classification/review.yaml: plans: class D has no plans for district regions",
    )


def test_a_plan_for_city_regions_has_no_district_desk(folder: Path) -> None:
    file = folder / "classification/review.yaml"
    edit(
        file,
        "code: f-city\n    classes: [F]\n    region_scope: city",
        "code: x\n    classes: [F]\n    region_scope: district",
    )
    edit(
        file,
        "code: f-district\n    classes: [F]\n    region_scope: district",
        "code: y\n    classes: [F]\n    region_scope: city",
    )
    assert any(
        "plans[0].stages: district_talent_desk is a district's" in p for p in problems(folder)
    )


def test_an_attachment_cannot_except_a_region_that_does_not_exist(folder: Path) -> None:
    edit(folder / "classification/regions.yaml", "code: at-school", "code: studying")
    assert (
        "classification/attachments.yaml: categories[4].except_regions: "
        "no region has the code at-school"
    ) in problems(folder)


def test_a_deferral_on_offer_is_no_longer_than_the_longest(folder: Path) -> None:
    edit(folder / "classification/attachments.yaml", "longest_days: 180", "longest_days: 60")
    assert problems(folder) == (
        "classification/attachments.yaml: deferral.period_days: 90 days are more than longest_days",
    )


def test_an_honour_cannot_name_a_row_of_another_class(folder: Path) -> None:
    edit(folder / "classification/honours.yaml", "row: E1", "row: F")
    assert problems(folder) == (
        "classification/honours.yaml: honours[26].row: class E has no row F",
    )


def test_a_code_given_twice_is_refused(folder: Path) -> None:
    edit(folder / "classification/honours.yaml", "code: a-02", "code: a-01")
    assert problems(folder) == ("classification/honours.yaml: honours: given twice: a-01",)


def test_a_key_given_twice_is_refused_instead_of_winning_silently(folder: Path) -> None:
    edit(
        folder / "identity/commitment.yaml",
        "  kind: registration",
        "  kind: business\n  kind: registration",
    )
    (problem,) = problems(folder)
    assert problem.startswith("identity/commitment.yaml: not readable as YAML")
    assert "'kind' is given twice" in problem


@pytest.mark.parametrize("content", ["a: [", "- 1\n", "", "\x00"])
def test_a_file_that_is_no_mapping_is_refused(folder: Path, content: str) -> None:
    (folder / "classification/notice.yaml").write_text(content, encoding="utf-8")
    (problem,) = problems(folder)
    assert problem.startswith("classification/notice.yaml: ")


def test_a_file_of_no_known_kind_is_refused(folder: Path) -> None:
    (folder / "classification/honors.yaml").write_text("version: x", encoding="utf-8")
    (problem,) = problems(folder)
    assert problem.startswith("classification/honors.yaml: no such kind of file")


def test_a_workday_in_the_week_is_refused(folder: Path) -> None:
    edit(folder / "calendar/2026.yaml", "workdays: [2026-01-04]", "workdays: [2026-01-05]")
    (problem,) = problems(folder)
    assert problem.startswith("calendar/2026.yaml: holidays[0]: 元旦: 2026-01-05 is no weekend day")


def test_one_year_has_one_file(folder: Path) -> None:
    shutil.copy(folder / "calendar/2026.yaml", folder / "calendar/2026b.yaml")
    assert problems(folder) == ("calendar/2026b.yaml: year: another file has 2026 already",)


def test_an_empty_folder_names_everything_that_is_missing(tmp_path: Path) -> None:
    found = problems(tmp_path)
    assert "classification/honours.yaml: the file is missing" in found
    assert "calendar: no year is there" in found


def test_a_later_file_takes_over_on_its_first_day_and_leaves_the_past_alone(folder: Path) -> None:
    newer = folder / "identity/limits.2027.yaml"
    shutil.copy(folder / "identity/limits.yaml", newer)
    edit(newer, "effective_from: 2022-07-10", "effective_from: 2027-01-01")
    edit(newer, "digits: 6", "digits: 8")
    before = load_policies().identity.at(date(2026, 12, 31))
    identity = load_policies(folder).identity
    assert identity.at(date(2026, 12, 31)) == before
    assert identity.at(date(2027, 1, 1)).sms_code.digits == 8
    assert identity.at(date(2027, 1, 1)).commitment == before.commitment
    assert identity.at(date(2027, 1, 1)).version.startswith("2027-01-01+")


def test_two_files_of_a_kind_from_one_day_are_refused(folder: Path) -> None:
    shutil.copy(folder / "identity/limits.yaml", folder / "identity/limits.again.yaml")
    (problem,) = problems(folder)
    assert "is in force from the same day" in problem


def test_a_way_up_that_comes_back_to_itself_is_refused(folder: Path) -> None:
    edit(
        folder / "classification/review.yaml",
        "{role: talent_office, scope: city}]",
        "{role: hr_bureau, scope: city}]",
    )
    assert any("a desk stands twice" in problem for problem in problems(folder))


def test_an_edited_file_shows_in_the_version_and_is_still_found(folder: Path) -> None:
    pinned = load_policies(folder).identity.at(date(2026, 1, 1))
    edit(folder / "identity/limits.yaml", "digits: 6", "digits: 5")
    identity = load_policies(folder).identity
    assert identity.at(date(2026, 1, 1)).version != pinned.version
    assert identity.pinned(pinned.version).sms_code.digits == 5
