"""Whose a document is: a person is recognised by any of theirs, and by nobody else's."""

from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from services.classification.people import DOCUMENTS, PERSONS, STAFF_AT_DESKS
from services.identity.events import (
    STAFF,
    TALENT,
    DocumentChanged,
    DocumentReleased,
    MobileChanged,
    StaffAdded,
    TalentErased,
    TalentListed,
    TalentReclaimed,
    TalentRegistered,
)
from services.identity.readings.people import People
from shared.domain.decider import Category
from shared.events.model import Event, Metadata, Recorded
from shared.ports.view_store import Document, Find, Page
from shared.runtime.projection import Projection
from shared.runtime.views import Views

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CHANGED: dict[str, Any] = {
    "document_type": "passport", "document_number": "E2", "birth_date": None, "sex": None,
    "verified": True, "why": "renewed", "changed_at": NOW, "assisted_by": "desk",
}  # fmt: skip
RELEASED = DocumentReleased(document="new-passport", by="desk", released_at=NOW)
RECLAIMED = TalentReclaimed(by="desk", reclaimed_at=NOW)


def registered(id: str, person: str) -> TalentRegistered:
    return TalentRegistered(
        talent_id=id, person=person, document_type="passport", document_number="E1", name="示例",
        birth_date=date(1990, 1, 1), sex="male", mobile="+8613800138000", account_name=id,
        commitment_version="1", verified=False, registered_at=NOW,
    )  # fmt: skip


def renewed(document: str = "new-passport") -> DocumentChanged:
    return DocumentChanged(document=document, **CHANGED)


def officer(person: str) -> StaffAdded:
    return StaffAdded(
        account_id="s1", entrance="government", name="某", mobile="+8613700000001",
        account_name="s1", person=person, organisation_id=None, roles=("reviewer",),
        desks=("hr_bureau@city",), added_by="admin", added_at=NOW,
    )  # fmt: skip


class Kept:
    """Views of a log that is folded at once; finds by the two conditions that a directory asks."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Document]] = {}
        self.versions: dict[str, int] = {}
        self.asked: Projection[Any, Any] = PERSONS

    def tell(self, category: Category, id: str, *events: Event) -> None:
        for event in events:
            stream = category.stream(id)
            version = self.versions[stream] = self.versions.get(stream, 0) + 1
            recorded = Recorded(event, "e", stream, version, 1, NOW, Metadata("c", "a", id))
            for one in (PERSONS, DOCUMENTS, STAFF_AT_DESKS):
                key = one.key(recorded) if category in one.categories else None
                if key is None:
                    continue
                rows = self.documents.setdefault(one.name, {})
                after = one.apply(rows.pop(key, None), recorded)
                rows |= {} if after is None else {key: after}

    def of(self, projection: Projection[Any, Any]) -> "Kept":
        self.asked = projection
        return self

    async def get(self, key: str) -> Any:
        found = self.documents.get(self.asked.name, {}).get(key)
        return None if found is None else self.asked.model(found)

    async def find(self, find: Find) -> Page:
        (where,) = find.where
        wanted = set(cast(list[str], where.value))
        rows = self.documents.get(self.asked.name, {}).items()
        found = [
            (key, self.asked.model(row))
            for key, row in rows
            if wanted & ({row[where.field]} if where.op == "in" else set(row[where.field]))
        ]
        return Page(tuple(found), None)


@pytest.fixture
def kept() -> Kept:
    return Kept()


async def person_of_the_officer(kept: Kept) -> str | None:
    return (
        await People(cast(Views, kept), PERSONS, DOCUMENTS, STAFF_AT_DESKS).reviewer("s1")
    ).person


async def test_a_document_that_no_talent_renewed_to_is_the_person(kept: Kept) -> None:
    kept.tell(STAFF, "s1", officer("person-t1"))
    kept.tell(TALENT, "t1", registered("t1", "person-t1"))
    assert await person_of_the_officer(kept) == "person-t1"


async def test_a_renewed_document_is_still_the_same_person(kept: Kept) -> None:
    kept.tell(STAFF, "s1", officer("new-passport"))
    kept.tell(TALENT, "t1", registered("t1", "person-t1"), renewed("old"), renewed())
    assert await person_of_the_officer(kept) == "person-t1"


async def test_a_document_given_back_is_its_holder_s_again(kept: Kept) -> None:
    kept.tell(STAFF, "s1", officer("new-passport"))
    kept.tell(TALENT, "t1", registered("t1", "person-t1"), renewed(), renewed("right"), RELEASED)
    kept.tell(TALENT, "t2", registered("t2", "new-passport"))
    assert await person_of_the_officer(kept) == "new-passport"


async def test_a_reclaimed_account_s_document_is_its_holder_s_again(kept: Kept) -> None:
    kept.tell(STAFF, "s1", officer("new-passport"))
    kept.tell(TALENT, "t1", registered("t1", "person-t1"), renewed(), RECLAIMED)
    kept.tell(TALENT, "t2", registered("t2", "new-passport"))
    assert await person_of_the_officer(kept) == "new-passport"


@pytest.mark.parametrize("first", ["t1", "t2"])
async def test_it_does_not_matter_whose_stream_is_read_first(kept: Kept, first: str) -> None:
    streams = {
        "t1": (registered("t1", "person-t1"), renewed(), renewed("right"), RELEASED),
        "t2": (registered("t2", "person-t2"), renewed()),
    }
    kept.tell(STAFF, "s1", officer("new-passport"))
    for id in sorted(streams, key=lambda one: one != first):
        kept.tell(TALENT, id, *streams[id])
    assert await person_of_the_officer(kept) == "person-t2"


async def test_who_is_on_the_list_is_barred_to_the_last_of_all_days(kept: Kept) -> None:
    def listed(entry: str, until: date) -> TalentListed:
        return TalentListed(
            entry_id=entry, kind="business", reason="不实", barred_until=until, decided_by="d",
            listed_at=NOW,
        )  # fmt: skip

    listings = (listed("e1", date(2027, 3, 2)), listed("e2", date(2026, 12, 31)))
    kept.tell(TALENT, "t1", registered("t1", "person-t1"), *listings)
    directory = People(cast(Views, kept), PERSONS, DOCUMENTS, STAFF_AT_DESKS)
    assert await directory.barred_until("t1") == date(2027, 3, 2)
    assert await directory.barred_until("t2") is None


async def test_an_account_that_is_gone_cannot_apply(kept: Kept) -> None:
    moved = MobileChanged(mobile="+1", previous="+8613800138000", changed_at=NOW)
    kept.tell(TALENT, "t1", registered("t1", "p"), moved)
    directory = People(cast(Views, kept), PERSONS, DOCUMENTS, STAFF_AT_DESKS)
    assert (await directory.person("t1")).mobile == "+1"
    kept.tell(TALENT, "t1", TalentErased(talent_id="t1", erased_at=NOW))
    with pytest.raises(Exception, match="account-closed"):
        await directory.person("t1")
