"""Histories of classification's streams."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from services.classification.decider import DECIDER as APPLICATIONS
from services.classification.events import APPLICATION, TALENT_CLASS, ApplicationStarted
from services.classification.state import Application
from services.classification.talent_class.decider import DECIDER as TALENT_CLASSES
from shared.domain.review.intentions import (
    Approve,
    Claim,
    Escalate,
    HandOver,
    PassUp,
    Reject,
    Release,
    Return,
)
from shared.events.model import Event
from shared.testing.interleavings import History
from tests.unit.classification import classification_cases as cases
from tests.unit.classification.test_talent_class_decider import (
    END,
    close,
    grant,
    open_application,
)
from tests.unit.views.played import NUMBERS, Menu, played


def _reviewing(state: Any, pick: int, at: datetime) -> Any:
    """Something that whoever may decide at the first open desk can do there."""
    if not isinstance(state, Application) or state.review is None or not state.review.undecided:
        return None
    desk = state.review.undecided[0]
    able = [one for one in cases.STAFF if one.desks & set(state.review.may_decide(desk))]
    if not able:
        return cases.review(PassUp(staff=cases.STAFF, at=at))
    said: dict[str, Any] = {"desk": desk.name, "by": able[0], "at": at}
    words = f"secret-{state.started.talent_id}-words"
    named = {"fields": ("/class", "/profile/region"), "attachments": ("other",), "words": words}
    intentions = (
        Claim(**said),
        Release(**said),
        HandOver(**said, to=able[-1]),
        Return(**said | named),
        Approve(**said, words=words),
        Reject(**said, reason="false-declaration", words=words),
    )
    return cases.review(intentions[pick])


def _withdraw(state: Any, pick: int, at: datetime) -> Any:
    rarely = pick == 0 and isinstance(state, Application)
    return cases.withdraw(state.applicant) if rarely else None


def _application_menu(id: str) -> Menu:
    categories = ("id_document", "other", "labour_contract")
    return (
        _reviewing, _reviewing, _reviewing,
        lambda _, pick, at: cases.submit(at=at, staff=cases.STAFF[: 1 + pick % 3]),
        lambda _, pick, at: cases.submit(at=at),
        lambda _, pick, at: cases.choose(("F", "E1", "A")[pick % 3], at=at),
        lambda _, pick, at: cases.save(
            at=at, region=("city-organs", "xiangcheng", "fancheng")[pick % 3]
        ),
        lambda _, pick, at: cases.save(at=at, major=f"secret-{id}-major-{pick}"),
        lambda _, pick, at: cases.attach(categories[pick % 3], pick, at=at),
        lambda _, pick, at: cases.remove(categories[pick % 3], pick, at=at),
        lambda _, pick, at: cases.replace_mobile(NUMBERS[0], NUMBERS[pick % 3]),
        lambda _, pick, at: cases.review(Escalate(at=at + timedelta(days=10 * pick))),
        lambda _, pick, at: cases.review(PassUp(staff=cases.STAFF[:pick], at=at)),
        _withdraw,
        lambda _, pick, at: cases.end() if pick == 0 else None,
    )  # fmt: skip


def applications(id: str, talent: str) -> st.SearchStrategy[History]:
    fact = ApplicationStarted(
        **dict(cases.STARTED)
        | {"talent_id": talent, "person": f"person-{talent}", "name": f"secret-{talent}-name"}
        | {"document_number": f"secret-{talent}-number"}
    )
    profile = cases.profile_with(mobile=NUMBERS[0], major=f"secret-{talent}-major")
    first = (
        cases.START.model_copy(update={"fact": fact, "profile": profile}),
        cases.choose("F"),
        *(cases.attach(category) for category in cases.REQUIRED),
        cases.submit(),
    )

    def begun(many: int) -> st.SearchStrategy[list[Event]]:
        return played(APPLICATIONS, first[:many], _application_menu(talent), 12)

    events = st.sampled_from([1, 2, len(first), len(first), len(first)]).flatmap(begun)
    secrets = (f"secret-{talent}",)
    return events.map(lambda made: History(APPLICATION.stream(id), talent, made, secrets))


def talent_classes(talent: str) -> st.SearchStrategy[History]:
    menu: Menu = (
        lambda state, pick, at: open_application(
            f"a{pick}", "new" if state.in_force is None else "change"
        ),
        lambda _, pick, at: close(("rejected", "withdrawn", "ended")[pick % 3], f"a{pick}"),
        lambda state, pick, at: (
            grant(state.open.application_id, ("F", "E", "A")[pick % 3].replace("E", "D"))
            if state.open
            else None
        ),
        lambda _, pick, at: END,
    )
    events = played(TALENT_CLASSES, (open_application("a0"),), menu, 10)
    return events.map(lambda made: History(TALENT_CLASS.stream(talent), talent, made))
