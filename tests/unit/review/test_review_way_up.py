"""Due dates, and the way up: silence is never consent, and no desk waits for nobody."""

from datetime import datetime, timedelta

import pytest

from shared.domain.review.facts import DeskApproved, Referral, StageEscalated, StageOpened
from shared.domain.review.intentions import Approve
from shared.domain.review.plan import Desk, PinnedPlan
from shared.domain.review.rules import stranded
from shared.domain.review.state import Status
from tests.unit.review.review_cases import (
    AT_SECOND,
    BEATE,
    BUREAU,
    CASE_APPROVED,
    CITY_DUE,
    CLARA,
    CLERK,
    DISTRICT_DUE,
    MONDAY,
    OFFICE,
    OTTO,
    PAUL,
    PLAN,
    POLICE,
    STAFF,
    WITHDRAWN,
    approve,
    approved,
    claim,
    claimed,
    due,
    escalate,
    given,
    hand_over,
    handed_over,
    officer,
    opened,
    pass_up,
    passed_up,
    rejected,
    resubmit,
    returned,
    review_of,
    round_opened,
    stage,
    submitted,
)

MOMENT = timedelta(microseconds=1)


def escalated(at: datetime, name: str, due: datetime | None, **to: Desk) -> StageEscalated:
    referrals = tuple(Referral(desk=desk, to=superior) for desk, superior in to.items())
    return StageEscalated(at=at, stage=name, to=referrals, due=due)


# Due dates


def test_a_stage_is_due_at_the_end_of_its_last_working_day() -> None:
    assert (DISTRICT_DUE - MONDAY).days == 3
    friday = MONDAY + timedelta(days=4)
    case = given(*submitted())
    decided = case.when(Approve(at=friday, desk="district", by=CLARA)).decided()
    assert list(decided) == [
        DeskApproved(at=friday, desk="district", by=CLARA.party),
        StageOpened(at=friday, stage="second", due=due(friday, 5)),
    ]


def test_nothing_is_escalated_before_it_is_due() -> None:
    given(*submitted()).when(escalate(DISTRICT_DUE - MOMENT)).then_nothing()


def test_a_late_desk_is_referred_to_its_superior_with_a_new_due_date() -> None:
    again = due(DISTRICT_DUE, 3)
    late = (
        given(*submitted())
        .when(escalate(DISTRICT_DUE))
        .then(escalated(DISTRICT_DUE, "first", again, district=BUREAU))
    )
    late.when(escalate(DISTRICT_DUE)).then_nothing()
    late.when(escalate(again - MOMENT)).then_nothing()
    later = late.when(escalate(again)).then(escalated(again, "first", None, district=OFFICE))
    later.when(escalate(again + timedelta(days=400))).then_nothing()


def test_silence_is_never_consent() -> None:
    case = given(*submitted())
    for _ in range(5):
        decided = case.when(escalate(MONDAY + timedelta(days=400))).decided()
        case = given(*case.history, *decided)
    review = review_of(case)
    assert review.status is Status.OPEN
    assert [desk.name for desk in review.undecided] == ["district"]
    assert dict(review.decisions) == {}


def test_after_an_escalation_the_superior_decides_and_so_do_the_desks_own_people() -> None:
    late = given(*submitted(), escalated(DISTRICT_DUE, "first", CITY_DUE, district=BUREAU))
    assert len(late.when(approve("district", BEATE)).decided()) == 2
    assert len(late.when(approve("district", CLARA)).decided()) == 2
    late.when(approve("district", OTTO)).then_rejected("not-at-desk")


def test_only_the_desks_that_are_late_are_referred() -> None:
    case = given(*AT_SECOND, approved("police", PAUL))
    case.when(escalate(CITY_DUE)).then(escalated(CITY_DUE, "second", None, bureau=OFFICE))


def test_with_nobody_above_lateness_is_recorded_once() -> None:
    top = PinnedPlan(version="1", stages=(stage("top", 3, office=(OFFICE,)),))
    late = (
        given(*submitted(plan=top))
        .when(escalate(DISTRICT_DUE))
        .then(escalated(DISTRICT_DUE, "top", None))
    )
    late.when(escalate(CITY_DUE)).then_nothing()


def test_a_case_that_no_desk_holds_is_not_late() -> None:
    for last in (returned("district", CLARA), rejected("district", CLARA), WITHDRAWN):
        given(*submitted(), last).when(escalate(CITY_DUE)).then_nothing()


def test_a_new_stage_and_a_new_round_begin_with_their_own_people() -> None:
    late = escalated(DISTRICT_DUE, "first", CITY_DUE, district=BUREAU)
    next_stage = given(*submitted(), late, approved("district", BEATE), opened("second", CITY_DUE))
    assert dict(review_of(next_stage).reach) == {}
    sent_back = given(*submitted(), late, returned("district", BEATE))
    again = sent_back.when(resubmit(1)).then(round_opened(2), opened("first", DISTRICT_DUE))
    again.when(approve("district", BEATE)).then_rejected("not-at-desk")


def test_a_superior_relieves_a_colleague_who_sits_on_a_claim() -> None:
    late = given(
        *submitted(),
        claimed("district", CLARA),
        escalated(DISTRICT_DUE, "first", None, district=BUREAU),
    )
    late.when(approve("district", BEATE)).then_rejected("claimed-by-another")
    taken = late.when(hand_over("district", BEATE, BEATE)).then(
        handed_over("district", BEATE, BEATE)
    )
    assert len(taken.when(approve("district", BEATE)).decided()) == 2


# Nobody at the desk


def test_a_desk_with_somebody_keeps_its_case() -> None:
    given(*submitted()).when(pass_up(*STAFF)).then_nothing()


def test_a_desk_with_nobody_passes_to_the_nearest_superior_who_has_somebody() -> None:
    up = given(*submitted()).when(pass_up(BEATE, OTTO)).then(passed_up("district", BUREAU))
    up.when(pass_up(BEATE, OTTO)).then_nothing()
    up.when(approve("district", OTTO)).then_rejected("not-at-desk")
    assert len(up.when(approve("district", BEATE)).decided()) == 2
    given(*submitted()).when(pass_up(OTTO)).then(passed_up("district", OFFICE))


def test_when_the_only_officer_of_a_desk_is_the_applicant_it_passes_up() -> None:
    own = officer("moonlight", CLERK, BUREAU, person="person-talent")
    given(*submitted()).when(pass_up(own, OTTO)).then(passed_up("district", OFFICE))


def test_when_the_only_officer_of_a_desk_has_decided_elsewhere_it_passes_up() -> None:
    both = officer("both", BUREAU, POLICE)
    given(*AT_SECOND).when((approve("bureau", both), pass_up(both, OTTO))).then(
        approved("bureau", both), passed_up("police", OFFICE)
    )


def test_desks_side_by_side_pass_up_each_for_itself() -> None:
    given(*AT_SECOND).when(pass_up(OTTO)).then(
        passed_up("bureau", OFFICE), passed_up("police", OFFICE)
    )


def test_of_two_desks_passed_to_one_person_the_second_waits_for_another() -> None:
    case = given(*AT_SECOND, passed_up("bureau", OFFICE), passed_up("police", OFFICE))
    one = case.when((approve("bureau", OTTO), pass_up(OTTO))).then(approved("bureau", OTTO))
    assert [desk.name for desk in stranded(review_of(one), (OTTO,))] == ["police"]
    olga = officer("olga", OFFICE)
    one.when(pass_up(OTTO, olga)).then_nothing()
    one.when(approve("police", olga)).then(approved("police", olga), CASE_APPROVED)


def test_a_claim_is_no_reason_to_pass_up() -> None:
    case = given(*submitted(), claimed("district", CLARA))
    case.when(pass_up(officer("colin", CLERK), OTTO)).then_nothing()


def test_a_case_that_no_desk_holds_is_not_passed_up() -> None:
    given(*submitted(), returned("district", CLARA)).when(pass_up()).then_nothing()
    given(*submitted(), WITHDRAWN).when(pass_up()).then_nothing()


def test_escalation_goes_on_from_where_a_desk_was_passed_to() -> None:
    up = given(*submitted(), passed_up("district", BUREAU))
    up.when(escalate(DISTRICT_DUE)).then(escalated(DISTRICT_DUE, "first", None, district=OFFICE))


def test_the_way_up_never_leads_back_down() -> None:
    history = (*submitted(), passed_up("district", OFFICE))
    later = given(*history, escalated(DISTRICT_DUE, "first", None, district=BUREAU))
    assert dict(review_of(later).reach) == {"district": 2}


# Stranded


def test_a_desk_with_nobody_in_its_whole_chain_is_stranded() -> None:
    review = review_of(given(*AT_SECOND))
    assert [desk.name for desk in stranded(review, (BEATE,))] == ["police"]
    assert stranded(review, ()) == review.undecided
    assert stranded(review, (BEATE, PAUL)) == ()


def test_a_desk_that_can_pass_up_is_not_stranded() -> None:
    assert stranded(review_of(given(*submitted())), (OTTO,)) == ()


def test_only_open_desks_are_stranded() -> None:
    assert stranded(review_of(given(*submitted(), returned("district", CLARA))), ()) == ()
    given(*submitted()).when((pass_up(), claim("district", CLARA))).then(claimed("district", CLARA))


# Plans


@pytest.mark.parametrize("text", ["", "role", "role@", "@scope", "@"])
def test_a_desk_is_a_role_at_a_scope(text: str) -> None:
    assert Desk.parse(str(BUREAU)) == BUREAU
    with pytest.raises(ValueError, match="role@scope"):
        Desk.parse(text)


def test_a_plan_that_could_not_end_is_no_plan() -> None:
    first, second = PLAN.stages
    case = given(*submitted(), returned("district", CLARA))
    for stages in (
        (),
        (stage("empty", 3),),
        (first, first),
        (first, stage("third", 3, district=(OFFICE,))),
        (stage("first", 3, nobody=()),),
        (stage("first", 3, circle=(CLERK, OFFICE, CLERK)),),
        (stage("first", 0, district=(CLERK,)),),
        (first, second, stage("second", 3, another=(OFFICE,))),
    ):
        unsound = PinnedPlan(version="1", stages=stages)
        with pytest.raises(ValueError, match="plan"):
            submitted(plan=unsound)
        with pytest.raises(ValueError, match="plan"):
            case.when(resubmit(1, plan=unsound)).decided()
