"""The city's own policy data: what the manual prints is there, and nothing is left out."""

from datetime import date
from pathlib import Path

import pytest

from shared.policy.loader import load_policies
from shared.policy.models import CLASS_CODES, ClassificationPolicy, Policies, RegionPolicy
from shared.policy.timeline import NoPolicyInForce

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def policies() -> Policies:
    return load_policies()


@pytest.fixture(scope="module")
def classification(policies: Policies) -> ClassificationPolicy:
    return policies.classification.at(TODAY)


def test_the_repository_carries_policies_that_load_from_any_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_policies().classification.versions


def test_no_policy_is_in_force_before_the_first_day(policies: Policies) -> None:
    assert policies.classification.at(date(2022, 7, 10)).effective_from == date(2022, 7, 10)
    with pytest.raises(NoPolicyInForce):
        policies.classification.at(date(2022, 7, 9))


def test_a_pinned_version_is_found_again(policies: Policies) -> None:
    now = policies.identity.at(TODAY)
    assert policies.identity.pinned(now.version) is now
    with pytest.raises(NoPolicyInForce):
        policies.identity.pinned("1999-01-01+0")


def test_every_class_has_the_rows_the_manual_prints(classification: ClassificationPolicy) -> None:
    rows = [(one.code, row.code) for one in classification.classes for row in one.rows]
    assert rows == [
        ("A", "A"),
        ("B", "B"),
        ("C", "C"),
        ("D", "D"),
        ("E", "E1"),
        ("E", "E2"),
        ("F", "F"),
    ]
    assert all(row.source == "manual §2" for one in classification.classes for row in one.rows)


def test_class_c_has_the_ten_printed_honours(classification: ClassificationPolicy) -> None:
    honours = classification.honours_of("C")
    assert len(honours) == 10
    assert {one.source for one in honours} == {"manual §3.3.2"}
    assert honours[4].text == "湖北文化名家。"
    assert honours[8].text == "“襄阳杰出人才”。"
    assert honours[9].text == "相当于上述层次的领军人才。"


def test_limited_to_one_is_flagged_exactly_where_it_is_printed(
    classification: ClassificationPolicy,
) -> None:
    for one in classification.honours:
        assert one.limited_to_one == ("（限1人）" in one.text), one.code
    assert [one.code for one in classification.honours_of("C") if one.limited_to_one] == [
        "c-03",
        "c-04",
    ]


def test_an_honour_of_one_row_is_not_offered_to_the_other(
    classification: ClassificationPolicy,
) -> None:
    doctorate = {one.code for one in classification.honours_of("E", "E1")}
    masters = {one.code for one in classification.honours_of("E", "E2")}
    assert doctorate
    assert masters
    assert not doctorate & masters


def test_every_class_has_a_plan_in_every_region_that_ends_at_its_authority(
    classification: ClassificationPolicy,
) -> None:
    for region in classification.regions:
        for code in CLASS_CODES:
            plan = classification.plan_for(code, region.code)
            assert plan is not None
            authority = plan.stages[-1].desks[0].role
            assert authority == ("hr_bureau" if code == "F" else "talent_office")


def test_a_districts_cases_go_to_its_desk_first_and_the_others_to_the_citys(
    classification: ClassificationPolicy,
) -> None:
    def first_scope(region: RegionPolicy) -> str:
        plan = classification.plan_for("F", region.code)
        assert plan is not None
        return plan.stages[0].desks[0].scope

    city = {one.label for one in classification.regions if first_scope(one) == "city"}
    assert city == {"市辖区", "外地", "在校"}
    assert {first_scope(one) for one in classification.regions} == {"city", "district"}


def test_no_desk_is_without_a_superior(classification: ClassificationPolicy) -> None:
    for plan in classification.plans:
        for stage in plan.stages:
            for desk in stage.desks:
                assert desk.superiors
                assert desk.role not in {one.role for one in desk.superiors}


def test_a_student_needs_no_labour_contract(classification: ClassificationPolicy) -> None:
    employed = {one.code for one in classification.required_attachments("F", "xiangcheng")}
    student = {one.code for one in classification.required_attachments("F", "at-school")}
    assert employed - student == {"labour_contract", "social_insurance"}
    assert "id_document" in student
    assert "labour_contract" in {one.code for one in classification.attachments_of("F")}


def test_a_false_declaration_is_a_reason_of_its_own(classification: ClassificationPolicy) -> None:
    reasons = [one.code for one in classification.reject_reasons if one.false_declaration]
    assert reasons == ["false-declaration"]


def test_the_two_commitments_name_their_consequence(policies: Policies) -> None:
    registration = policies.identity.at(TODAY).commitment
    business = policies.classification.at(TODAY).commitment
    assert (registration.kind, business.kind) == ("registration", "business")
    assert "取消人才注册资格，一年内无法再次申请人才注册资格" in registration.text
    assert "取消业务办理资格，一年内无法再次申请" in business.text


def test_both_bars_last_a_year_and_only_one_ends_the_account(policies: Policies) -> None:
    identity = policies.identity.at(TODAY)
    assert identity.bar("registration").years == identity.bar("business").years == 1
    assert identity.bar("registration").ends_account
    assert not identity.bar("business").ends_account


def test_only_holders_of_the_resident_card_are_asked_for_their_household(
    policies: Policies,
) -> None:
    documents = policies.identity.at(TODAY).documents
    assert [one.label for one in documents if one.asks_household] == ["居民身份证"]


def test_the_sms_code_limits_are_the_agreed_ones(policies: Policies) -> None:
    code = policies.identity.at(TODAY).sms_code
    assert (code.digits, code.valid_seconds, code.max_tries) == (6, 300, 4)
    assert (code.resend_seconds, code.per_mobile_per_day) == (60, 10)


def test_the_calendar_knows_holidays_and_the_days_worked_for_them(policies: Policies) -> None:
    calendar = policies.calendar
    assert {2026, 2027} <= calendar.years
    assert date(2026, 2, 23) in calendar.holidays
    assert date(2026, 2, 28) in calendar.workdays
    assert date(2026, 10, 10) in calendar.workdays
    assert not calendar.holidays & calendar.workdays


def test_the_code_lists_are_those_of_the_standards(policies: Policies) -> None:
    codes = policies.codes
    assert len(codes.ethnic_groups.items) == 56
    assert codes.ethnic_groups.name("01") == "汉族"
    assert codes.ethnic_groups.name("15") == "土家族"
    assert codes.education_levels.name("21") == "大学本科毕业"
    assert codes.education_levels.offers("11")
    assert not codes.education_levels.offers("22")
    assert [one.name for one in codes.sexes.items if one.offered] == ["男", "女"]
