"""A class in force may end: by four eyes without a bar, or with an entry of the abnormal list."""

from datetime import UTC, datetime, timedelta

from services.classification.ending.commands import (
    ConfirmEnding,
    DeclineEnding,
    ProposeEnding,
    RestoreClass,
)
from services.classification.ending.events import (
    ClassEndingConfirmed,
    ClassEndingDeclined,
    ClassEndingProposed,
)
from services.classification.events import ApplicationOpened, ClassEnded, ClassGranted
from services.classification.talent_class.commands import EndClass
from services.classification.talent_class.decider import DECIDER
from shared.domain.review.reviewer import Party
from shared.testing.scenario import given

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LATER = AT + timedelta(days=30)
MAKER, SECOND = (Party(account_id=f"officer{n}", person=f"p{n}") for n in (1, 2))
MAKER_ELSEWHERE = Party(account_id="another", person="p1")

OPENED = ApplicationOpened(application_id="a1", kind="new", attempt=1, at=AT)
GRANTED = ClassGranted(
    application_id="a1", talent_class="F", row="F", honours=("f-01",), region="xiangcheng",
    highest_education="21", full_time=True, policy_version="1", at=AT,
)  # fmt: skip
PROPOSE = ProposeEnding(reason="left-city", words="社保已转往武汉。", by=MAKER, at=AT)
PROPOSED = ClassEndingProposed(application_id="a1", **PROPOSE.model_dump())
IN_FORCE = given(DECIDER, OPENED, GRANTED)
WAITING = given(DECIDER, OPENED, GRANTED, PROPOSED)


def ended(reason: str, reference: str | None = None) -> ClassEnded:
    return ClassEnded(
        application_id="a1", talent_class="F", reason=reason, reference=reference, at=AT
    )


def test_one_proposes_and_another_ends_it() -> None:
    IN_FORCE.when(PROPOSE).then(PROPOSED)
    for by in (MAKER, MAKER_ELSEWHERE):
        WAITING.when(ConfirmEnding(by=by, at=AT)).then_rejected("second-person-needed")
    WAITING.when(ConfirmEnding(by=SECOND, at=AT)).then(
        ClassEndingConfirmed(by=SECOND, at=AT), ended("left-city")
    )


def test_what_is_declined_or_taken_back_leaves_the_class() -> None:
    for by in (SECOND, MAKER):
        decline = DeclineEnding(words="仍在本市工作。", by=by, at=AT)
        after = WAITING.when(decline).then(ClassEndingDeclined(**decline.model_dump()))
        after.when(ConfirmEnding(by=SECOND, at=AT)).then_rejected("no-ending-proposed")
        after.when(PROPOSE).then(PROPOSED)


def test_it_is_proposed_once_and_only_of_a_class_in_force() -> None:
    WAITING.when(PROPOSE).then_rejected("ending-proposed-already")
    given(DECIDER, OPENED).when(PROPOSE).then_rejected("no-class-to-end")


def test_a_new_class_leaves_nothing_of_a_proposal() -> None:
    better = GRANTED.model_copy(update={"application_id": "a2", "talent_class": "E"})
    given(DECIDER, OPENED, GRANTED, PROPOSED, better).when(
        ConfirmEnding(by=SECOND, at=AT)
    ).then_rejected("no-ending-proposed")


def test_a_class_taken_by_an_entry_of_the_list_comes_back_with_it() -> None:
    take = EndClass(reason="false-declaration", reference="e1", at=AT)
    taken = IN_FORCE.when(take).then(ended("false-declaration", "e1"))
    taken.when(RestoreClass(reference="e2", at=LATER)).then_nothing()
    back = GRANTED.model_copy(update={"at": LATER})
    again = taken.when(RestoreClass(reference="e1", at=LATER)).then(back)
    again.when(RestoreClass(reference="e1", at=LATER)).then_nothing()


def test_a_class_that_ended_otherwise_does_not_come_back() -> None:
    given(DECIDER, OPENED, GRANTED, ended("own-wish")).when(
        RestoreClass(reference="e1", at=LATER)
    ).then_nothing()
