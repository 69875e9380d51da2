"""What units and authorities decide on an application for an allowance (§3.4.2, §3.4.3)."""

from datetime import timedelta
from itertools import permutations

import pytest

from services.subsidy.events import (
    ApplicationApproved,
    ApplicationRejected,
    ReviewEscalated,
    StageOpened,
    UnitAtWork,
)
from services.subsidy.policies import (
    class_fits,
    require_class_first,
    require_open,
)
from services.subsidy.windows.calendar import SchemeWindows
from shared.domain.errors import DomainError
from shared.domain.review.application import Status
from shared.domain.review.intentions import Escalate
from tests.unit.subsidy.subsidy_cases import (
    AGENCY,
    AT_AGENCY,
    AT_HOST,
    BEATE,
    BRUNO,
    BUREAU,
    DISPATCHED,
    FILLED,
    HOST,
    HOUSING,
    MONDAY,
    OFFICE,
    POLICY,
    SIGNED_BEFORE,
    after,
    application,
    back,
    faults,
    filled,
    given,
    in_force,
    no,
    review,
    save,
    submit,
    yes,
)

AT_BUREAU = after(FILLED, submit(), yes(AT_HOST))
BOTH_UNITS = after(filled(**DISPATCHED), submit())


# Both units side by side (§3.4.3).


@pytest.mark.parametrize("order", list(permutations([AT_AGENCY, AT_HOST])))
def test_both_units_agree_in_either_order_before_the_authority_sees_it(
    order: tuple[str, str],
) -> None:
    first, second = order
    half = after(BOTH_UNITS, yes(first))
    waiting = application(*half).review
    assert waiting is not None
    assert [desk.name for desk in waiting.undecided] == [second]
    given(*half).when(yes(BUREAU, in_force())).then_rejected("review-desk-not-open")
    made = given(*half).when(yes(second)).decided()
    assert isinstance(made[-1], StageOpened)
    assert made[-1].stage == "authority-decision"


@pytest.mark.parametrize("order", list(permutations([AT_AGENCY, AT_HOST])))
@pytest.mark.parametrize("verdict", ["return", "reject"])
def test_one_unit_s_no_counts_whatever_the_other_said(order: tuple[str, str], verdict: str) -> None:
    first, second = order
    refused = back(second, "/profile/position") if verdict == "return" else no(second)
    after_yes, at_once = after(BOTH_UNITS, yes(first), refused), after(BOTH_UNITS, refused)
    status = Status.RETURNED if verdict == "return" else Status.REJECTED
    assert application(*after_yes).status is application(*at_once).status is status
    given(*at_once).when(yes(first)).then_rejected(
        "review-awaiting-correction" if verdict == "return" else "review-closed"
    )


def test_a_correction_is_shown_to_both_units_again() -> None:
    history = after(
        BOTH_UNITS, yes(AT_AGENCY), back(AT_HOST, "/profile/position"), save(position="x"), submit()
    )
    waiting = application(*history).review
    assert waiting is not None
    assert [desk.name for desk in waiting.undecided] == [AT_AGENCY, AT_HOST]


def test_a_yes_said_twice_is_said_once() -> None:
    given(*after(BOTH_UNITS, yes(AT_AGENCY))).when(yes(AT_AGENCY)).then_nothing()


# The class by which it is granted (§2, §3.4.2).


def test_the_authority_grants_by_the_class_in_force_and_pins_it() -> None:
    made = given(*AT_BUREAU).when(yes(BUREAU, in_force("F", since="c7"))).decided()
    assert made[-1] == ApplicationApproved(
        talent_id="t1", scheme="living-allowance", window=None, channel="f",
        first_contract=made[-1].first_contract,  # type: ignore[union-attr]
        units=(UnitAtWork(role="host_unit", organisation_id="host", name=HOST.name),),
        talent_class="F", row="F", class_application_id="c7", highest_education="21",
        full_time=True, policy_version=POLICY.version, at=MONDAY,
    )  # fmt: skip
    granted = given(*AT_BUREAU, *made)
    granted.when(yes(BUREAU, in_force("F", since="c8"))).then_nothing()


def test_of_dispatched_labour_both_units_are_recorded_as_reviewers() -> None:
    history = after(BOTH_UNITS, yes(AT_HOST), yes(AT_AGENCY), yes(BUREAU, in_force()))
    granted = history[-1]
    assert isinstance(granted, ApplicationApproved)
    assert [(one.role, one.name) for one in granted.units] == [
        ("recruiting_unit", AGENCY.name), ("host_unit", HOST.name),
    ]  # fmt: skip


def test_everybody_may_apply_but_nothing_is_granted_without_a_class() -> None:
    given(*AT_BUREAU).when(yes(BUREAU)).then_rejected("no-class-to-grant-by")
    assert application(*AT_BUREAU).status is Status.IN_REVIEW


@pytest.mark.parametrize("letter", ["A", "B", "C", "D", "E"])
def test_a_class_of_the_other_channel_is_not_granted_by(letter: str) -> None:
    row = "E1" if letter == "E" else letter
    refusal = (
        given(*AT_BUREAU)
        .when(yes(BUREAU, in_force(letter, row)))
        .then_rejected("class-does-not-fit")
    )
    assert refusal.params == {"class": letter}
    at_office = after(filled("high-level"), submit(), yes(AT_HOST))
    given(*at_office).when(yes(OFFICE, in_force())).then_rejected("class-does-not-fit")
    assert given(*at_office).when(yes(OFFICE, in_force(letter, row))).decided()


def test_units_say_who_works_there_and_need_no_class() -> None:
    assert given(*after(FILLED, submit())).when(yes(AT_HOST)).decided()


@pytest.mark.parametrize(
    ("scheme", "channel", "letter", "fits"),
    [
        ("living-allowance", "f", "F", True), ("living-allowance", "f", "E", False),
        ("living-allowance", "high-level", "A", True), ("living-allowance", "f", None, False),
        ("housing-subsidy", "high-level", "E", True), ("housing-subsidy", "f", "F", False),
        ("housing-subsidy", "high-level", "F", False), ("hostel", "f", "F", False),
        ("living-allowance", "e", "E", False),
    ],
)  # fmt: skip
def test_class_scheme_and_channel_fit_together(
    scheme: str, channel: str, letter: str | None, fits: bool
) -> None:
    assert class_fits(POLICY, scheme, channel, letter) is fits


def test_the_housing_subsidy_asks_for_a_class_before_anything_is_started() -> None:
    living, housing = POLICY.schemes
    require_class_first(living, None)
    require_class_first(housing, "D")
    for letter in (None, "F"):
        with pytest.raises(DomainError, match="class-required"):
            require_class_first(housing, letter)


def test_what_is_always_open_has_no_window_and_the_other_a_year_s() -> None:
    living, housing = POLICY.schemes
    assert require_open(living, SchemeWindows(), MONDAY) is None
    assert require_open(housing, SchemeWindows(), MONDAY) == "2026"
    with pytest.raises(DomainError) as refused:
        require_open(housing, SchemeWindows(), MONDAY - timedelta(days=2))
    assert refused.value.params["opens"] == "2026-03-01"


# Return and reject.


def test_a_return_names_what_a_talent_can_correct() -> None:
    refusal = given(*AT_BUREAU).when(
        back(BUREAU, "/profile/shoe_size", "/name", attachments=("diary",))
    )
    assert faults(refusal.then_rejected("invalid-fields")) == {
        "/fields/0": "unknown-field", "/fields/1": "unknown-field",
        "/attachments/0": "unknown-category",
    }  # fmt: skip


def test_a_rejection_has_a_reason_of_the_catalogue_and_words() -> None:
    refusal = given(*AT_BUREAU).when(no(BUREAU, reason="mood")).then_rejected("invalid-fields")
    assert faults(refusal) == {"/reason": "unknown-reason"}
    refusal = (
        given(*AT_BUREAU).when(no(BUREAU, reason="", words=" ")).then_rejected("invalid-fields")
    )
    assert set(faults(refusal)) == {"/reason", "/words"}


def test_a_false_declaration_is_told_to_identity() -> None:
    for reason, listed in (("false-declaration", True), ("condition-not-met", False)):
        (made,) = given(*AT_BUREAU).when(no(BUREAU, reason=reason)).decided()
        assert isinstance(made, ApplicationRejected)
        assert made.false_declaration is listed


# Silence is no consent (§3.4.3).


def test_a_silent_unit_is_passed_by_and_its_silence_counts_as_nothing() -> None:
    submitted = after(FILLED, submit())
    due = application(*submitted).review.due  # type: ignore[union-attr]
    assert due is not None
    given(*submitted).when(review(Escalate(at=due - timedelta(seconds=1)))).then_nothing()
    late = after(submitted, review(Escalate(at=due)))
    assert isinstance(late[-1], ReviewEscalated)
    waiting = application(*late).review
    assert waiting is not None
    assert [desk.name for desk in waiting.undecided] == [AT_HOST]
    # The authority may remind, return, or speak for the unit; the unit itself may still speak.
    assert given(*late).when(yes(AT_HOST)).decided()
    assert given(*late).when(back(AT_HOST, "/profile/host_unit", by=BEATE)).decided()
    stood_in = after(late, yes(AT_HOST, by=BEATE))
    given(*stood_in).when(yes(BUREAU, in_force(), by=BEATE)).then_rejected(
        "decided-at-another-desk"
    )
    assert given(*stood_in).when(yes(BUREAU, in_force(), by=BRUNO)).decided()


def test_a_window_s_case_is_decided_after_the_window_too() -> None:
    housing = after(filled("high-level", HOUSING, **SIGNED_BEFORE), submit(), yes(AT_HOST))
    in_autumn = MONDAY + timedelta(days=200)
    made = given(*housing).when(yes(OFFICE, in_force("D"), at=in_autumn)).decided()
    assert isinstance(made[-1], ApplicationApproved)
    assert made[-1].window == "2026"
