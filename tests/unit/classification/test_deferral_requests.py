"""What is asked for at submission, and what a desk says to it (§3.3.5)."""

from datetime import date

import pytest

from services.classification.deferral.events import (
    DeferralAsked,
    DeferralDeclined,
    DeferralGranted,
)
from services.classification.deferral.state import Standing
from services.classification.events import ApplicationApproved
from shared.domain.errors import DomainError
from shared.domain.review.application import Status
from tests.unit.classification import deferral_cases as cases
from tests.unit.classification.classification_cases import (
    BEATE,
    BUREAU,
    DISTRICT,
    DORA,
    FILLED,
    MONDAY,
    after,
    application,
    attach,
    faults,
    filled,
    given,
    officer,
    profile_with,
    remove,
    review,
    submit,
)
from tests.unit.classification.classification_decisions import back, no, returned
from tests.unit.classification.deferral_cases import (
    CONTRACT,
    INSURANCE,
    LACKING,
    LAST_DAY,
    WAITING,
    approve,
    asking,
    decline,
    deferral,
    grant,
)


def refused(history: cases.History, command: object) -> DomainError:
    with pytest.raises(DomainError) as raised:
        given(*history).when(command).decided()  # type: ignore[arg-type]
    return raised.value


# Asking.


def test_what_is_named_may_be_missing_at_submission() -> None:
    made = given(*LACKING).when(asking()).decided()
    assert made[-1] == DeferralAsked(
        categories=(CONTRACT,), days=30, reason="原件在原单位", at=MONDAY
    )
    assert faults(refused(LACKING, submit())) == {f"/attachments/{CONTRACT}": "required"}


def test_what_is_missing_and_not_named_is_asked_for_with_all_other_faults() -> None:
    history = tuple(after(LACKING, remove(INSURANCE)))
    assert faults(refused(history, asking(days=31, reason=" "))) == {
        f"/attachments/{INSURANCE}": "required",
        "/deferral/days": "unknown-period",
        "/deferral/reason": "required",
    }


@pytest.mark.parametrize(
    ("category", "code"),
    [
        ("id_document", "not-deferrable"), (INSURANCE, "not-missing"),
        ("poem", "unknown-category"), ("other", "not-deferrable"),
    ],
)  # fmt: skip
def test_only_what_may_follow_and_is_missing_can_be_named(category: str, code: str) -> None:
    found = faults(refused(LACKING, asking(CONTRACT, category)))
    assert found == {"/deferral/categories/1": code}


def test_a_request_names_something() -> None:
    empty = asking().deferral
    assert empty is not None
    command = submit().model_copy(update={"deferral": empty.model_copy(update={"categories": ()})})
    assert faults(refused(FILLED, command)) == {"/deferral/categories": "required"}


def test_what_is_outstanding_for_the_class_in_force_is_not_deferred_again() -> None:
    command = asking(owed=frozenset({CONTRACT}))
    assert faults(refused(LACKING, command)) == {"/deferral/categories/0": "deferred-already"}


def test_an_optional_category_may_be_named_too() -> None:
    history = tuple(after(FILLED, asking("honour_proofs")))
    assert deferral(history).standing is Standing.ASKED


# Granting.


def test_a_grant_names_what_may_follow_and_until_when_and_approves_nothing() -> None:
    granted = given(*WAITING).when(grant()).then(
        DeferralGranted(
            desk=BUREAU, by=BEATE.party, categories=(CONTRACT,), refused=(), days=30,
            last_day=LAST_DAY, reminder_days=(30, 7, 1, 0), reminder_hour=9, words=None, at=MONDAY,
        )
    )  # fmt: skip
    granted.when(grant()).then_nothing()
    state = application(*granted.history)
    assert (state.status, state.outstanding) == (Status.IN_REVIEW, (CONTRACT,))


def test_the_period_counts_from_the_grant_and_not_from_the_submission() -> None:
    granted = after(WAITING, grant(at=cases.days(3)))
    assert deferral(granted).last_day == date(2026, 4, 4)


def test_a_reviewer_may_shorten_and_extend_up_to_the_longest_period() -> None:
    assert deferral(after(WAITING, grant(days=7))).last_day == date(2026, 3, 9)
    assert deferral(after(WAITING, grant(days=180))).last_day == date(2026, 8, 29)
    for many in (0, 181):
        assert faults(refused(WAITING, grant(days=many))) == {"/days": "period-too-long"}


def test_nothing_is_granted_that_was_not_asked_for() -> None:
    found = faults(refused(WAITING, grant(CONTRACT, INSURANCE)))
    assert found == {"/categories/1": "not-asked"}
    none = grant().model_copy(update={"categories": ()})
    assert "/categories" in faults(refused(WAITING, none))


def test_of_a_grant_in_part_the_rest_is_returned_for_and_the_clock_runs() -> None:
    lacking_both = tuple(after(LACKING, remove(INSURANCE)))
    both = tuple(after(lacking_both, asking(CONTRACT, INSURANCE)))
    assert faults(refused(both, grant(CONTRACT))) == {"/words": "words-required"}
    history = after(both, grant(CONTRACT, words="社保记录可在网上下载"))
    assert history[-2].refused == (INSURANCE,)
    state = application(*history)
    assert (state.status, state.outstanding) == (Status.RETURNED, (CONTRACT,))
    assert faults(refused(history, submit())) == {f"/attachments/{INSURANCE}": "required"}
    assert refused(history, asking(INSURANCE)).code == "deferral-granted-already"
    again = after(history, attach(INSURANCE, 2), submit(), approve())
    assert again[-1].outstanding == (CONTRACT,)


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (DORA, "not-at-desk"),
        (officer("self", "hr_bureau@city", person="p1"), "review-own-case"),
    ],
)
def test_only_who_may_decide_at_an_open_desk_decides_on_it(by: object, code: str) -> None:
    command = grant(by=by)  # type: ignore[arg-type]
    assert refused(WAITING, command).code == code
    assert refused(WAITING, decline(by=by)).code == code  # type: ignore[arg-type]


def test_another_desk_cannot_decide_before_its_turn() -> None:
    there = tuple(after(filled(profile_with(region="xiangcheng")), remove(CONTRACT)))
    history = tuple(after(there, asking()))
    assert refused(history, grant(desk=BUREAU)).code == "review-desk-not-open"
    granted = after(history, grant(desk=DISTRICT, by=DORA))
    assert deferral(granted).desk == DISTRICT


def test_nothing_is_approved_while_a_request_waits() -> None:
    assert refused(WAITING, approve()).code == "deferral-undecided"
    made = after(WAITING, grant(), approve())
    assert isinstance(made[-1], ApplicationApproved)
    assert (made[-1].outstanding, made[-1].last_day) == ((CONTRACT,), LAST_DAY)
    given(*made).when(approve()).then_nothing()


def test_where_nothing_was_asked_nothing_is_decided() -> None:
    history = tuple(after(FILLED, submit()))
    for command in (grant(), decline()):
        assert refused(history, command).code == "deferral-not-asked"


# Declining.


def test_who_declines_returns_the_application_for_what_is_missing() -> None:
    declined = (
        given(*WAITING)
        .when(decline())
        .then(
            DeferralDeclined(
                desk=BUREAU, by=BEATE.party, categories=(CONTRACT,), words="请先取得合同", at=MONDAY
            ),
            returned(BUREAU, attachments=(CONTRACT,)).model_copy(update={"words": "请先取得合同"}),
        )
    )
    declined.when(decline()).then_nothing()
    assert faults(refused(declined.history, submit())) == {f"/attachments/{CONTRACT}": "required"}
    assert application(*after(declined.history, attach(CONTRACT, 2), submit(), approve())).over


def test_a_no_has_words() -> None:
    assert faults(refused(WAITING, decline(words=" "))) == {"/words": "words-required"}


def test_after_a_no_one_may_ask_again_for_less() -> None:
    again = tuple(after(cases.DECLINED, asking(days=30)))
    assert deferral(again).standing is Standing.ASKED
    assert refused(again, approve()).code == "deferral-undecided"


def test_a_return_for_something_else_leaves_the_request_undecided_and_to_be_made_again() -> None:
    history = tuple(after(WAITING, review(back(BUREAU))))
    assert (deferral(history).standing, deferral(history).closed) == (Standing.CLOSED, "returned")
    assert faults(refused(history, submit())) == {f"/attachments/{CONTRACT}": "required"}
    assert deferral(after(history, asking())).standing is Standing.ASKED


def test_a_rejection_leaves_nothing_to_decide() -> None:
    history = tuple(after(WAITING, review(no())))
    assert deferral(history).closed == "rejected"
    assert refused(history, grant()).code == "review-closed"


def test_a_decision_of_another_round_is_refused() -> None:
    stale = grant().model_copy(update={"round": 2})
    assert refused(WAITING, stale).code == "review-round-over"
