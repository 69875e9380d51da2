"""Talents, as identity publishes them: who they are, and by which documents."""

from datetime import date
from typing import Any, Literal, assert_never

from pydantic import BaseModel, ConfigDict

from services.identity.events import (
    TALENT,
    AssistanceRecorded,
    DocumentChanged,
    DocumentReleased,
    HoldPlaced,
    HoldReleased,
    ListingLifted,
    MobileChanged,
    PasswordChanged,
    TalentErased,
    TalentEvent,
    TalentListed,
    TalentReclaimed,
    TalentRegistered,
)
from shared.events.model import Recorded
from shared.events.personal import Personal
from shared.ports.view_store import Index
from shared.runtime.projection import Projection


class Bar(BaseModel):
    model_config = ConfigDict(frozen=True)

    entry_id: str
    until: date


class PersonView(BaseModel):
    """A talent as registered; `person` is the keyed hash of the document."""

    model_config = ConfigDict(frozen=True)

    talent_id: str
    person: str
    document_type: str
    document_number: Personal[str]
    name: Personal[str]
    birth_date: Personal[date | None]
    sex: Personal[Literal["male", "female"] | None]
    mobile: Personal[str]
    bars: tuple[Bar, ...] = ()
    gone: bool = False

    @property
    def barred_until(self) -> date | None:
        """The last barred day (Asia/Shanghai) of all entries, past ones too."""
        return max((bar.until for bar in self.bars), default=None)


def evolve_person(view: PersonView | None, recorded: Recorded[Any]) -> PersonView | None:
    event: TalentEvent = recorded.event
    if isinstance(event, TalentRegistered):
        left_out = {"account_name", "commitment_version", "verified", "registered_at"}
        return PersonView(**event.model_dump(exclude=left_out))
    return None if view is None else view.model_copy(update=_person_changes(view, event))


def _person_changes(view: PersonView, event: TalentEvent) -> dict[str, Any]:
    match event:
        case TalentRegistered() | PasswordChanged() | HoldPlaced() | HoldReleased():
            return {}
        case AssistanceRecorded() | DocumentReleased():
            return {}
        case DocumentChanged():
            changed = {"document_type", "document_number", "birth_date", "sex"}
            return event.model_dump(include=changed)
        case MobileChanged(mobile=mobile):
            return {"mobile": mobile}
        case TalentListed(entry_id=id, barred_until=until):
            return {"bars": (*view.bars, Bar(entry_id=id, until=until))}
        case ListingLifted(entry_id=id):
            return {"bars": tuple(bar for bar in view.bars if bar.entry_id != id)}
        case TalentReclaimed() | TalentErased():
            return {"gone": True}
        case _:
            assert_never(event)


class DocumentView(BaseModel):
    """A further document of a talent, a renewed passport perhaps: who shows it is that talent."""

    model_config = ConfigDict(frozen=True)

    document: str
    talent_id: str


def further_document(recorded: Recorded[Any]) -> str | None:
    """The talent and the keyed hash of the document that a fact adds or takes away. A document may
    have been put to a wrong talent first, so it alone is no key: two streams would share a row."""
    match recorded.event:
        case DocumentChanged(document=document) | DocumentReleased(document=document):
            return f"{TALENT.id_of(recorded.stream)}:{document}"
        case _:
            return None


def evolve_document(view: DocumentView | None, recorded: Recorded[Any]) -> DocumentView | None:
    event: TalentEvent = recorded.event
    match event:
        case DocumentChanged(document=document):
            return DocumentView(document=document, talent_id=TALENT.id_of(recorded.stream))
        case DocumentReleased():
            return None
        case _:
            return view


def persons(context: str) -> Projection[PersonView, PersonView]:
    """A context's view of talents, by talent id."""
    return Projection(
        name=f"{context}_person",
        version=1,
        categories=(TALENT,),
        document=PersonView,
        evolve=evolve_person,
    )


def documents(context: str) -> Projection[DocumentView, DocumentView]:
    """A context's view of the further documents of talents."""
    return Projection(
        name=f"{context}_document",
        version=1,
        categories=(TALENT,),
        document=DocumentView,
        evolve=evolve_document,
        key=further_document,
        indexes=(Index(("document",)),),
    )
