"""Rules that policy data fills in: bars, rows and honours, plans, what may be returned."""

from datetime import date, timedelta

import pytest

from services.classification.policies import (
    RETURNABLE,
    class_faults,
    missing_attachments,
    plan_of,
    pointer_of,
    require_not_barred,
    return_faults,
)
from services.classification.profile.model import FIELDS
from shared.domain.errors import DomainError
from shared.policy.base import CLASS_CODES
from tests.unit.classification.classification_cases import POLICY, TODAY


def test_a_bar_counts_to_the_end_of_its_last_day() -> None:
    require_not_barred(None, TODAY)
    require_not_barred(TODAY - timedelta(days=1), TODAY)
    with pytest.raises(DomainError, match="application-barred"):
        require_not_barred(TODAY, TODAY)


def test_each_row_offers_honours_and_none_of_the_other_row() -> None:
    for talent_class in POLICY.classes:
        for row in talent_class.rows:
            offered = [one.code for one in POLICY.honours_of(talent_class.code, row.code)]
            assert offered, f"nothing to tick in row {row.code}"
            assert class_faults(POLICY, row.code, offered) == []
    assert [f.pointer for f in class_faults(POLICY, "E2", ["e-03", "e-01"])] == ["/honours/1"]


def test_every_class_has_a_sound_plan_in_every_region() -> None:
    for letter in CLASS_CODES:
        for region in POLICY.regions:
            plan = plan_of(POLICY, letter, region.code)
            plan.require_sound()
            assert plan.version.startswith(f"{POLICY.version}/")
            for stage in plan.stages:
                for desk in stage.desks:
                    assert {one.scope for one in desk.chain} <= {"city", f"district:{region.code}"}


@pytest.mark.parametrize(("letter", "region"), [("G", "xiangcheng"), ("F", "paris"), ("F", "")])
def test_there_is_no_plan_for_what_does_not_exist(letter: str, region: str) -> None:
    with pytest.raises(LookupError):
        plan_of(POLICY, letter, region)


def test_a_stage_is_due_when_its_most_pressing_desk_is() -> None:
    (stage,) = plan_of(POLICY, "F", "city-organs").stages
    assert (stage.name, stage.due_working_days) == ("authority-decision", 7)


def test_missing_attachments_are_named_with_their_labels() -> None:
    found = missing_attachments(POLICY, "F", "xiangcheng", ["id_document", "other"])
    assert [f.pointer for f in found] == [
        "/attachments/education_certificates",
        "/attachments/labour_contract",
        "/attachments/social_insurance",
    ]
    assert found[1].message == "请上传“劳动合同或聘用文件”。"


def test_a_return_may_name_the_class_and_every_field_of_the_profile() -> None:
    assert {"/class", *(f"/profile/{name}" for name in FIELDS)} == RETURNABLE
    categories = [one.code for one in POLICY.attachments]
    assert return_faults(POLICY, sorted(RETURNABLE), categories) == []


@pytest.mark.parametrize(
    "name", ["/profile/name", "/profile/document_number", "/profile", "", "major"]
)
def test_what_registration_says_cannot_be_corrected_here(name: str) -> None:
    assert [f.code for f in return_faults(POLICY, [name], [])] == ["unknown-field"]


@pytest.mark.parametrize(
    ("field", "pointer"),
    [
        ("mobile", "/profile/mobile"),
        ("/mobile", "/profile/mobile"),
        ("profile/mobile", "/profile/mobile"),
        ("/profile/work/0/since", "/profile/work"),
        ("/current_address/line", "/profile/current_address"),
        ("class", "/class"),
        ("/honours/1", "/class"),
        ("row", "/class"),
    ],
)
def test_a_returned_field_is_understood_however_it_is_written(field: str, pointer: str) -> None:
    assert pointer_of(field) == pointer
    assert pointer in RETURNABLE


def test_nothing_of_a_strange_pointer_is_returnable() -> None:
    assert return_faults(POLICY, [pointer_of("")], [])
    assert return_faults(POLICY, [pointer_of("/profile")], [])


def test_the_first_policy_is_in_force_since_the_city_s_rules_are() -> None:
    assert POLICY.effective_from == date(2022, 7, 10)
