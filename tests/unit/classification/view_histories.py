"""Valid histories of every public stream: the deciders themselves, driven by drawn commands.

What a decider refuses is left out, as it would be. Times stand still now and then and run apart
between streams; talents share documents and numbers, and everybody may be erased.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from hypothesis import strategies as st

from services.classification.decider import DECIDER as APPLICATIONS
from services.classification.events import APPLICATION, TALENT_CLASS, ApplicationStarted
from services.classification.state import Application
from services.classification.talent_class.decider import DECIDER as TALENT_CLASSES
from services.identity.commands import (
    ChangeDocument,
    ChangeMobile,
    EraseTalent,
    LiftListing,
    ListTalent,
    PlaceHold,
    ReclaimTalent,
    RecordPasswordChange,
    RegisterTalent,
    ReleaseHold,
)
from services.identity.decider import DECIDER as TALENTS
from services.identity.events import (
    ORGANISATION,
    STAFF,
    TALENT,
    DocumentChanged,
    OrganisationRegistered,
    StaffAdded,
    TalentRegistered,
)
from services.identity.organisation.commands import (
    ApproveOrganisation,
    ChangeOrganisation,
    RegisterOrganisation,
    RejectOrganisation,
)
from services.identity.organisation.decider import DECIDER as ORGANISATIONS
from services.identity.staff.commands import (
    AddStaff,
    ChangeStaffMobile,
    ChangeStaffRoles,
    RecordStaffPasswordChange,
    RemoveStaff,
)
from services.identity.staff.decider import DECIDER as STAFF_ACCOUNTS
from services.identity.states import Talent
from services.notifier.commands import (
    RecordOutcome,
    RedriveMessage,
    RequestMessage,
    StartAttempt,
    SuppressMessage,
)
from services.notifier.decider import MESSAGES
from services.notifier.events import MESSAGE
from shared.domain.decider import Decider
from shared.domain.errors import DomainError
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

Menu = Sequence[Callable[[Any, int, datetime], Any]]
NUMBERS: Final = ("+8613800000001", "+8613800000002", "+8613800000003")
DOCUMENTS: Final = ("person-t1", "person-t2", "passport-1", "passport-2")


@st.composite
def played(
    draw: st.DrawFn, decider: Decider[Any, Any, Any], first: Sequence[Any], menu: Menu, most: int
) -> list[Event]:
    """What a decider records of `first` and of up to `most` drawn commands."""
    history: list[Event] = []
    state, at = decider.initial, cases.MONDAY

    def put(command: Any) -> None:
        nonlocal state
        try:
            made = decider.decide(command, state)
        except DomainError:
            return
        for event in made:
            state = decider.evolve(state, event)
        history.extend(made)

    for command in first:
        put(command)
    steps = st.tuples(st.sampled_from(menu), st.integers(0, 5), st.integers(0, 30))
    for make, pick, hours in draw(st.lists(steps, max_size=most)):
        at += timedelta(hours=hours)
        command = make(state, pick, at)
        if command is not None:
            put(command)
    return history


# Identity.


def registered(id: str) -> TalentRegistered:
    """A talent; every word of theirs that is private begins with `secret-<id>`."""
    return TalentRegistered(
        talent_id=id, person=f"person-{id}", document_type="passport",
        document_number=f"secret-{id}-number", name=f"secret-{id}-name",
        birth_date=date(1996, 5, 20), sex="female", mobile=NUMBERS[0],
        account_name=f"secret-{id}-account", commitment_version="1", verified=False,
        registered_at=cases.MONDAY,
    )  # fmt: skip


def _document(id: str, pick: int, at: datetime) -> ChangeDocument:
    fact = DocumentChanged(
        document=DOCUMENTS[pick % 4], document_type="passport",
        document_number=f"secret-{id}-number-{pick}", birth_date=None, sex="male", verified=True,
        why="renewed", changed_at=at, assisted_by="desk",
    )  # fmt: skip
    return ChangeDocument(fact=fact, reason=f"secret-{id}-reason")


def _mobile(state: Any, pick: int, at: datetime) -> ChangeMobile | None:
    if not isinstance(state, Talent):
        return None
    return ChangeMobile(mobile=NUMBERS[pick % 3], previous=str(state.mobile), at=at)


def _listing(id: str, pick: int, at: datetime) -> ListTalent:
    return ListTalent(
        entry_id=f"e{pick % 3}", kind="business", reason=f"secret-{id}-reason",
        barred_until=date(2026, 3, 1 + pick), by="desk", at=at,
    )  # fmt: skip


def _talent_menu(id: str) -> Menu:
    return (
        _mobile,
        lambda _, pick, at: RecordPasswordChange(how="changed", at=at),
        lambda _, pick, at: _listing(id, pick, at),
        lambda _, pick, at: LiftListing(
            entry_id=f"e{pick % 3}", reason=f"secret-{id}-reason", by="desk", at=at
        ),
        lambda _, pick, at: PlaceHold(
            context="classification", reference=f"a{pick % 2}", reason="open-case"
        ),
        lambda _, pick, at: ReleaseHold(context="classification", reference=f"a{pick % 2}"),
        lambda _, pick, at: _document(id, pick, at),
        lambda _, pick, at: ReclaimTalent(
            document=DOCUMENTS[pick % 4], reason=f"secret-{id}-reason", by="desk", at=at
        ),
        lambda _, pick, at: EraseTalent(today=date(2027, 1, 1), at=at),
    )


def talents(id: str) -> st.SearchStrategy[History]:
    first = (RegisterTalent(fact=registered(id)),)
    events = played(TALENTS, first, _talent_menu(id), 10)
    return events.map(lambda made: History(TALENT.stream(id), id, made, (f"secret-{id}",)))


def staff(id: str, entrance: str = "government") -> st.SearchStrategy[History]:
    desks = ("hr_bureau@city", "talent_office@city", "district_talent_desk@district:xiangcheng")
    fact = StaffAdded.model_validate({
        "account_id": id, "entrance": entrance, "name": f"secret-{id}-name", "mobile": NUMBERS[0],
        "account_name": f"secret-{id}-account", "person": "passport-1", "organisation_id": None,
        "roles": (), "desks": desks[:1], "added_by": "admin", "added_at": cases.MONDAY,
    })  # fmt: skip
    menu: Menu = (
        lambda _, pick, at: ChangeStaffRoles(
            roles=("reviewer",) * (pick % 2), desks=desks[: pick % 4], by="admin", at=at
        ),
        lambda state, pick, at: ChangeStaffMobile(
            mobile=NUMBERS[pick % 3], previous=str(state.mobile), at=at
        ),
        lambda _, pick, at: RecordStaffPasswordChange(how="forgotten", at=at),
        lambda _, pick, at: RemoveStaff(by="admin", at=at) if pick == 0 else None,
    )
    events = played(STAFF_ACCOUNTS, (AddStaff(fact=fact),), menu, 6)
    return events.map(lambda made: History(STAFF.stream(id), id, made))


def organisations(id: str, contact: str) -> st.SearchStrategy[History]:
    fact = OrganisationRegistered(
        organisation_id=id, kind="employer", name="襄阳某公司", code="91420600MA00000000",
        district="420602", dispatch=False, contact_id=contact, contact_name="某",
        contact_mobile=NUMBERS[0], registered_at=cases.MONDAY,
    )  # fmt: skip
    menu: Menu = (
        lambda _, pick, at: ApproveOrganisation(by="desk", at=at),
        lambda _, pick, at: RejectOrganisation(reason="不符", by="desk", at=at),
        lambda _, pick, at: ChangeOrganisation(
            name=f"公司{pick}", district="420606", dispatch=pick > 2, by="desk", at=at
        ),
    )
    events = played(ORGANISATIONS, (RegisterOrganisation(fact=fact),), menu, 5)
    return events.map(lambda made: History(ORGANISATION.stream(id), contact, made))


# Classification.


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


# The notifier.


def messages(id: str, talent: str) -> st.SearchStrategy[History]:
    def outcome(reference: str, pick: int, at: datetime) -> RecordOutcome:
        words = ("taken", "refused", "retry", "unknown")
        return RecordOutcome.model_validate(
            {"at": at, "reference": reference, "outcome": words[pick % 4], "learnt_from": "answer"}
        )

    request = RequestMessage(
        at=cases.MONDAY, template="t", recipient=talent, subject=talent, number="account",
        mobile=NUMBERS[0], text=f"secret-{talent}-text", params={"name": f"secret-{talent}-name"},
        cause_id="e", cause_type="a.b.v1", cause_stream=f"talent-{talent}", cause_version=1,
    )  # fmt: skip
    menu: Menu = (
        lambda _, pick, at: StartAttempt(
            at=at, reference=f"r{pick}", provider="p", mobile=NUMBERS[pick % 3]
        ),
        lambda state, pick, at: (
            outcome(state.attempt.reference, pick, at) if hasattr(state, "attempt") else None
        ),
        lambda _, pick, at: outcome(f"r{pick}", pick, at),
        lambda _, pick, at: SuppressMessage(at=at, why="no-number") if pick == 0 else None,
        lambda _, pick, at: RedriveMessage(at=at, by="operator", reason=f"secret-{talent}-why"),
    )
    events = played(MESSAGES, (request,), menu, 10)
    secrets = (f"secret-{talent}",)
    return events.map(lambda made: History(MESSAGE.stream(id), talent, made, secrets))


STREAMS: Final = {
    TALENT.name: (talents("t1"), talents("t2")),
    STAFF.name: (staff("s1"), staff("s2"), staff("s3", "employer")),
    ORGANISATION.name: (organisations("o1", "s3"), organisations("o2", "s4")),
    APPLICATION.name: (
        applications("a1", "t1"), applications("a2", "t1"), applications("a3", "t2"),
    ),
    TALENT_CLASS.name: (talent_classes("t1"), talent_classes("t2")),
    MESSAGE.name: (messages("m1", "t1"), messages("m2", "t1"), messages("m3", "t2")),
}  # fmt: skip
"""Histories by category; every projection of these categories is tried with all of them."""
ELSEWHERE: Final = frozenset({"subsidyApplication", "talentSubsidies"})
"""What a view reads of contexts whose own tests tell their histories."""


def told(*categories: str) -> st.SearchStrategy[list[History]]:
    """A history of each stream of some categories."""
    return st.tuples(
        *(one for name in categories if name not in ELSEWHERE for one in STREAMS[name])
    ).map(list)
