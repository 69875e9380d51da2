"""Histories of identity's streams: talents share documents and numbers."""

from datetime import date, datetime
from typing import Any

from hypothesis import strategies as st

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
from services.identity.listing.commands import (
    Confirm,
    Decline,
    Dismiss,
    Lift,
    Object,
    Propose,
    Uphold,
    Withdraw,
)
from services.identity.listing.decider import DECIDER as LISTINGS
from services.identity.listing.events import LISTING, ListingProposed
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
from shared.domain.review.reviewer import Party
from shared.testing.interleavings import History
from tests.unit.classification import classification_cases as cases
from tests.unit.views.played import DOCUMENTS, NUMBERS, Menu, played


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


def listings(entry: str, talent: str) -> st.SearchStrategy[History]:
    said = f"secret-{talent}-words"
    people = tuple(Party(account_id=f"desk{n}", person=f"p{n}") for n in range(3))
    fact = ListingProposed(
        entry_id=entry, talent_id=talent, kind="business", reason=said, evidence=(),
        application_id=None, ends_class=False, by=people[0], at=cases.MONDAY,
    )  # fmt: skip
    menu: Menu = (
        lambda _, pick, at: Confirm(
            barred_until=date(2027, 3, 2), object_until=date(2026, 5, 1), by=people[pick % 3],
            at=at,
        ),
        lambda _, pick, at: (
            Decline(words=said, by=people[1], at=at) if pick == 0 else None
        ),
        lambda _, pick, at: Withdraw(by=people[0], at=at) if pick == 0 else None,
        lambda _, pick, at: Object(talent_id=talent, words=said, today=at.date(), at=at),
        lambda _, pick, at: Uphold(words=said, by=people[2], at=at) if pick < 3 else None,
        lambda _, pick, at: Dismiss(words=said, by=people[2], at=at),
        lambda _, pick, at: Lift(words=said, by=people[pick % 3], at=at) if pick == 0 else None,
    )  # fmt: skip
    events = played(LISTINGS, (Propose(fact=fact),), menu, 8)
    secrets = (f"secret-{talent}",)
    return events.map(lambda made: History(LISTING.stream(entry), talent, made, secrets))
