"""Histories of classification's streams."""

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from services.classification.decider import DECIDER as APPLICATIONS
from services.classification.deferral.commands import (
    CloseDeferral,
    CompleteMaterials,
    DeclineDeferral,
    GrantDeferral,
    LapseClass,
    RecordOutstanding,
)
from services.classification.deferral.state import Standing
from services.classification.ending.commands import (
    ConfirmEnding,
    DeclineEnding,
    ProposeEnding,
    RestoreClass,
)
from services.classification.events import APPLICATION, TALENT_CLASS, ApplicationStarted
from services.classification.state import Application
from services.classification.talent_class.commands import EndClass
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
from shared.domain.review.reviewer import Party
from shared.events.model import Event
from shared.testing.interleavings import History
from tests.unit.classification import classification_cases as cases
from tests.unit.classification import deferral_cases as deferrals
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


def _deferring(state: Any, pick: int, at: datetime) -> Any:
    """Something that fits where the deferral stands."""
    if not isinstance(state, Application) or state.review is None or state.deferral is None:
        return None
    words = f"secret-{state.started.talent_id}-words"
    match state.deferral.standing:
        case Standing.ASKED if state.review.undecided:
            desk = state.review.undecided[0]
            said: dict[str, Any] = {"desk": desk.name, "by": cases.STAFF[pick % 3], "at": at}
            if pick == 0:
                return DeclineDeferral(**said, words=words, book=cases.BOOK)
            asked = state.deferral.categories
            return GrantDeferral(
                **said, categories=asked, days=1 + pick, words=words, book=cases.BOOK
            )
        case Standing.OPEN:
            return (
                cases.attach("labour_contract", pick, at=at),
                deferrals.hand_in(at),
                deferrals.observe(at + timedelta(days=pick)),
                CloseDeferral(reason="superseded", at=at),
                deferrals.extend(date(2026, 5, 1), words, at=at),
                deferrals.observe(at),
            )[pick]
        case Standing.HANDED_IN:
            one = deferrals.send_back(words=words, at=at)
            return one if pick % 2 else deferrals.accept(at).model_copy(update={"words": words})
        case _:
            return None


def _asking(talent: str) -> Any:
    return lambda _, pick, at: deferrals.asking(reason=f"secret-{talent}-reason", at=at)


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
        _deferring, _deferring, _deferring, _asking(id),
        _withdraw,
        lambda _, pick, at: cases.end() if pick == 0 else None,
    )  # fmt: skip


def applications(id: str, talent: str) -> st.SearchStrategy[History]:
    """Of one talent, with a request for deferral or without."""
    return st.booleans().flatmap(lambda deferred: _applications(id, talent, deferred))


def _applications(id: str, talent: str, deferred: bool) -> st.SearchStrategy[History]:
    fact = ApplicationStarted(
        **dict(cases.STARTED)
        | {"talent_id": talent, "person": f"person-{talent}", "name": f"secret-{talent}-name"}
        | {"document_number": f"secret-{talent}-number"}
    )
    profile = cases.profile_with(mobile=NUMBERS[0], major=f"secret-{talent}-major")
    first = (
        cases.START.model_copy(update={"fact": fact, "profile": profile}),
        cases.choose("F"),
        *(cases.attach(c) for c in cases.REQUIRED if c != "labour_contract" or not deferred),
        _asking(talent)(None, 0, cases.MONDAY) if deferred else cases.submit(),
    )

    def begun(many: int) -> st.SearchStrategy[list[Event]]:
        return played(APPLICATIONS, first[:many], _application_menu(talent), 12)

    events = st.sampled_from([1, 2, len(first), len(first), len(first)]).flatmap(begun)
    secrets = (f"secret-{talent}",)
    return events.map(lambda made: History(APPLICATION.stream(id), talent, made, secrets))


def _of_outstanding(state: Any, pick: int, at: datetime) -> Any:
    if state.outstanding is None:
        return None
    about: dict[str, Any] = {"application_id": state.outstanding.application_id, "at": at}
    return (
        CompleteMaterials(**about),
        LapseClass(**about),
        RecordOutstanding(**about, last_day=None),
        RecordOutstanding(**about, last_day=date(2026, 5, 1)),
    )[pick % 4]


def _ending(talent: str, pick: int, at: datetime) -> Any:
    by = Party(account_id=f"officer{pick % 2}", person=f"p{pick % 2}")
    words = f"secret-{talent}-words"
    return (
        ProposeEnding(reason="own-wish", words=words, by=by, at=at),
        ConfirmEnding(by=by, at=at),
        DeclineEnding(words=words, by=by, at=at),
    )[pick % 3]


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
        lambda state, pick, at: (
            grant(state.open.application_id).model_copy(
                update={"outstanding": ("labour_contract",), "last_day": date(2026, 4, 1)}
            )
            if state.open
            else None
        ),
        lambda state, pick, at: _of_outstanding(state, pick, at),
        lambda _, pick, at: _ending(talent, pick, at),
        lambda _, _pick, at: EndClass(reason="false-declaration", reference="l1", at=at),
        lambda _, pick, at: RestoreClass(reference="l1", at=at) if pick else None,
    )
    events = played(TALENT_CLASSES, (open_application("a0"),), menu, 10)
    secrets = (f"secret-{talent}",)
    return events.map(lambda made: History(TALENT_CLASS.stream(talent), talent, made, secrets))
