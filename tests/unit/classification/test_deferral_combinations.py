"""A deferral and everything else that can happen to a talent: the README's table of states."""

import pytest

from services.classification.commands import ApplicationCommand
from services.classification.deferral.commands import (
    CloseDeferral,
    CompleteMaterials,
    LapseClass,
    RecordOutstanding,
)
from services.classification.deferral.events import (
    DeferralClosed,
    MaterialsCompleted,
    MaterialsOutstanding,
    MaterialsReleased,
)
from services.classification.deferral.reactions import closing
from services.classification.deferral.state import Standing
from services.classification.events import APPLICATION, ClassEnded, ClassGranted
from services.classification.reactions import outcome_of, react_to_release
from services.classification.talent_class.commands import EndClass, GrantClass
from services.classification.talent_class.decider import DECIDER
from services.identity.reactions import reactions
from services.subsidy.entitlements.commands import EndEntitlements
from services.subsidy.reactions import class_ended
from shared.domain.review.application import Status
from shared.events.model import Event, Metadata, Recorded
from shared.testing.scenario import given as given_of
from tests.unit.classification import deferral_cases as cases
from tests.unit.classification.classification_cases import (
    MONDAY,
    after,
    application,
    end,
    given,
    review,
    withdraw,
)
from tests.unit.classification.classification_decisions import back, no
from tests.unit.classification.deferral_cases import CONTRACT, LAST_DAY, TOO_LATE
from tests.unit.classification.test_talent_class_decider import (
    closed,
    grant,
    granted,
    open_application,
    opened,
)

STATES = {
    "asked": cases.WAITING,
    "open-under-review": cases.GRANTED,
    "open-in-force": cases.IN_FORCE,
    "handed-in-under-review": cases.HANDED_IN_EARLY,
    "handed-in": cases.HANDED_IN,
    "declined": cases.DECLINED,
    "lifted": cases.LIFTED,
    "missed": cases.MISSED,
}
WITHDRAW, END = withdraw(), end()
CLOSE = CloseDeferral(reason="class-ended", at=MONDAY)


@pytest.mark.parametrize(
    ("state", "command", "outcome"),
    [
        # While the application is under way, its end is the deferral's.
        ("asked", WITHDRAW, ("withdrawn", "closed")),
        ("asked", END, ("ended", "closed")),
        ("asked", review(no()), ("rejected", "closed")),
        ("asked", CLOSE, ("in-review", "asked")),
        ("asked", review(back()), ("returned", "closed")),
        ("asked", cases.approve(), "deferral-undecided"),
        ("asked", cases.observe(TOO_LATE), ("in-review", "asked")),
        ("open-under-review", WITHDRAW, ("withdrawn", "closed")),
        ("open-under-review", END, ("ended", "closed")),
        ("open-under-review", review(no()), ("rejected", "closed")),
        ("open-under-review", review(back()), ("returned", "open")),
        ("handed-in-under-review", WITHDRAW, ("withdrawn", "closed")),
        ("handed-in-under-review", END, ("ended", "closed")),
        ("handed-in-under-review", review(no()), ("rejected", "closed")),
        ("handed-in-under-review", review(back()), ("returned", "handed-in")),
        ("handed-in-under-review", cases.approve(), ("approved", "handed-in")),
        ("handed-in-under-review", cases.observe(TOO_LATE), ("in-review", "handed-in")),
        # Afterwards it is the class that may end, and with it the deferral.
        ("open-in-force", WITHDRAW, "review-closed"),
        ("open-in-force", END, ("approved", "open")),
        ("open-in-force", CLOSE, ("approved", "closed")),
        ("handed-in", WITHDRAW, "review-closed"),
        ("handed-in", END, ("approved", "handed-in")),
        ("handed-in", CLOSE, ("approved", "closed")),
        ("open-in-force", cases.observe(TOO_LATE), ("approved", "missed")),
        ("open-under-review", cases.observe(TOO_LATE), ("ended", "missed")),
        ("open-under-review", cases.approve(), ("approved", "open")),
        ("handed-in", cases.observe(TOO_LATE), ("approved", "handed-in")),
        # What is decided stays so.
        ("declined", WITHDRAW, ("withdrawn", "declined")),
        ("declined", END, ("ended", "declined")),
        ("declined", CLOSE, ("returned", "declined")),
        ("lifted", END, ("approved", "lifted")),
        ("lifted", CLOSE, ("approved", "lifted")),
        ("missed", END, ("approved", "missed")),
        ("missed", CLOSE, ("approved", "missed")),
    ],
)  # fmt: skip
def test_every_end_meets_a_deferral_with_a_decided_outcome(
    state: str, command: ApplicationCommand, outcome: object
) -> None:
    history = STATES[state]
    if isinstance(outcome, str):
        given(*history).when(command).then_rejected(outcome)
        return
    left = application(*after(history, command))
    assert left.deferral is not None
    assert (left.status.value, left.deferral.standing.value) == outcome


def test_a_deferral_that_closed_is_closed_once_and_its_clock_stands() -> None:
    gone = given(*cases.IN_FORCE).when(CLOSE).then(DeferralClosed(reason="class-ended", at=MONDAY))
    gone.when(CLOSE).then_nothing()
    gone.when(cases.observe(TOO_LATE)).then_nothing()
    gone.when(cases.hand_in()).then_rejected("deferral-not-open")


def test_an_application_that_is_over_is_not_missed() -> None:
    for over in (WITHDRAW, END, review(no())):
        history = after(cases.GRANTED, over)
        given(*history).when(cases.observe(TOO_LATE)).then_nothing()


# The talent's own stream.


def granting(id: str = "a1", letter: str = "F") -> GrantClass:
    lacking = {"outstanding": (CONTRACT,), "last_day": LAST_DAY}
    return grant(id, letter).model_copy(update=lacking)


def outstanding(id: str = "a1", last_day: object = LAST_DAY) -> MaterialsOutstanding:
    return MaterialsOutstanding.model_validate(
        {"application_id": id, "categories": (CONTRACT,), "last_day": last_day, "at": MONDAY}
    )


def released(reason: str, id: str = "a1") -> MaterialsReleased:
    return MaterialsReleased(application_id=id, reason=reason, at=MONDAY)


def class_over(reason: str, id: str = "a1", letter: str = "F") -> ClassEnded:
    return ClassEnded.model_validate(
        {"application_id": id, "talent_class": letter, "reason": reason, "at": MONDAY}
    )


IN_FORCE: tuple[Event, ...] = (opened(), granted(), outstanding(), closed("approved"))
CHANGING: tuple[Event, ...] = (*IN_FORCE, opened("a2", "change", 2))
LAPSE = LapseClass(application_id="a1", at=MONDAY)


def test_the_class_comes_into_force_with_what_is_outstanding() -> None:
    given_of(DECIDER, opened()).when(granting()).then(
        granted(), outstanding(), closed("approved")
    ).when(granting()).then_nothing()


def test_what_is_outstanding_follows_the_clock_and_goes_with_the_lifting() -> None:
    record = RecordOutstanding(application_id="a1", last_day=None, at=MONDAY)
    standing = given_of(DECIDER, *IN_FORCE).when(record).then(outstanding(last_day=None))
    standing.when(record).then_nothing()
    older = record.model_copy(update={"at": cases.days(-1), "last_day": LAST_DAY})
    standing.when(older).then_nothing()
    complete = CompleteMaterials(application_id="a1", at=MONDAY)
    done = standing.when(complete).then(MaterialsCompleted(application_id="a1", at=MONDAY))
    done.when(complete).then_nothing()
    done.when(record).then_nothing()
    assert done.state.in_force == granted()


def test_a_missed_date_ends_the_class_and_applying_anew_is_open_at_once() -> None:
    over = (
        given_of(DECIDER, *IN_FORCE)
        .when(LAPSE)
        .then(class_over("deferral-missed"), released("class-ended"))
    )
    over.when(LAPSE).then_nothing()
    over.when(open_application("a2")).then(opened("a2", attempt=2))


def test_a_missed_date_of_a_change_leaves_no_class_at_all() -> None:
    changed = given_of(DECIDER, opened(), granted(), closed("approved"), opened("a2", "change", 2))
    lacking = changed.when(granting("a2", "D")).then(
        granted("a2", "D"), outstanding("a2"), closed("approved", "a2")
    )
    over = lacking.when(LapseClass(application_id="a2", at=MONDAY)).then(
        class_over("deferral-missed", "a2", "D"), released("class-ended", "a2")
    )
    assert over.state.in_force is None


def test_a_change_that_ends_before_its_approval_leaves_the_class_before_in_force() -> None:
    changed = given_of(DECIDER, opened(), granted(), closed("approved"), opened("a2", "change", 2))
    (_, ended) = given(*cases.GRANTED).when(cases.observe(TOO_LATE)).decided()
    command = outcome_of("a2", ended)
    over = changed.when(command).then(closed("ended", "a2").model_copy(update={"at": TOO_LATE}))
    assert over.state.in_force == granted()


def test_a_change_may_be_applied_for_while_materials_are_outstanding() -> None:
    given_of(DECIDER, *IN_FORCE).when(open_application("a2", "change")).then(
        opened("a2", "change", 2)
    )


def test_an_approved_change_takes_the_place_of_what_was_outstanding() -> None:
    changed = (
        given_of(DECIDER, *CHANGING)
        .when(grant("a2", "D"))
        .then(granted("a2", "D"), released("superseded"), closed("approved", "a2"))
    )
    assert changed.state.outstanding is None
    changed.when(LAPSE).then_nothing()
    changed.when(CompleteMaterials(application_id="a1", at=MONDAY)).then_nothing()


def test_a_change_with_a_deferral_of_its_own_replaces_the_one_before() -> None:
    changed = (
        given_of(DECIDER, *CHANGING)
        .when(granting("a2", "D"))
        .then(
            granted("a2", "D"), released("superseded"), outstanding("a2"), closed("approved", "a2")
        )
    )
    assert changed.state.outstanding == outstanding("a2")


def test_a_missed_date_leaves_a_change_under_review_open() -> None:
    lapsed = (
        given_of(DECIDER, *CHANGING)
        .when(LAPSE)
        .then(class_over("deferral-missed"), released("class-ended"))
    )
    assert lapsed.state.open == opened("a2", "change", 2)
    lapsed.when(grant("a2", "D")).then(granted("a2", "D"), closed("approved", "a2"))


@pytest.mark.parametrize("reason", ["talent-erased", "talent-reclaimed", "own-wish", "revoked"])
def test_whatever_else_ends_the_class_releases_what_is_outstanding(reason: str) -> None:
    given_of(DECIDER, *IN_FORCE).when(EndClass(reason=reason, at=MONDAY)).then(
        class_over(reason), released("class-ended")
    )


def test_the_order_of_a_lapse_and_an_approved_change_makes_no_difference() -> None:
    lapse_first = given_of(DECIDER, *CHANGING)
    lapse_first = (
        lapse_first.when(LAPSE)
        .then(class_over("deferral-missed"), released("class-ended"))
        .when(grant("a2", "D"))
        .then(granted("a2", "D"), closed("approved", "a2"))
    )
    change_first = given_of(DECIDER, *CHANGING)
    change_first = change_first.when(grant("a2", "D")).then(
        granted("a2", "D"), released("superseded"), closed("approved", "a2")
    )
    change_first.when(LAPSE).then_nothing()
    assert lapse_first.state.in_force == change_first.state.in_force


# From stream to stream.


def recorded(event: Event, stream: str = "talentClass-t1") -> Recorded[Event]:
    metadata = Metadata(command_id="c", actor="x", subject="t1")
    return Recorded(event, "e", stream, 1, 1, MONDAY, metadata)


def test_every_step_of_the_clock_reaches_the_talents_own_stream() -> None:
    said = {
        type(command).__name__
        for history in STATES.values()
        for event in history
        if (command := outcome_of("a1", event)) is not None
    }
    assert said == {"GrantClass", "RecordOutstanding", "CompleteMaterials", "LapseClass"}
    assert outcome_of("a1", cases.MISSED[-1]) == LapseClass(application_id="a1", at=TOO_LATE)
    ended_before = after(cases.GRANTED, cases.observe(TOO_LATE))[-2]
    assert outcome_of("a1", ended_before) is None


def test_what_a_class_takes_along_closes_the_deferral_it_was_granted_with() -> None:
    (dispatch,) = react_to_release(recorded(released("superseded")))
    assert (dispatch.id, dispatch.command) == (
        "a1", CloseDeferral(reason="superseded", at=MONDAY),
    )  # fmt: skip
    assert closing(recorded(granted())) is None


def test_the_end_of_the_class_by_a_missed_date_ends_what_was_granted_by_it_elsewhere() -> None:
    (dispatch,) = class_ended(recorded(class_over("deferral-missed")))
    assert (dispatch.id, dispatch.command) == (
        "t1", EndEntitlements(reason="class-ended", at=MONDAY),
    )  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_an_account_is_held_as_long_as_the_application_is_open_and_no_longer(state: str) -> None:
    (holding, _) = reactions()
    said = [
        type(dispatch.command).__name__
        for event in STATES[state]
        for dispatch in holding.react(recorded(event, APPLICATION.stream("a1")))
    ]
    held = said[-1] == "PlaceHold"
    assert held != application(*STATES[state]).over


def test_no_state_of_a_deferral_is_left_out() -> None:
    reached = {cases.deferral(history).standing for history in STATES.values()}
    assert reached | {Standing.CLOSED} == set(Standing)
    assert application(*cases.MISSED).status is Status.APPROVED
    assert isinstance(granted(), ClassGranted)
