"""The class in force, one document a talent."""

from datetime import date
from typing import Any, Final, assert_never

from pydantic import BaseModel, ConfigDict

from services.classification.deferral.events import (
    MaterialsCompleted,
    MaterialsOutstanding,
    MaterialsReleased,
)
from services.classification.ending.events import (
    ClassEndingConfirmed,
    ClassEndingDeclined,
    ClassEndingProposed,
)
from services.classification.events import (
    TALENT_CLASS,
    ApplicationClosed,
    ApplicationOpened,
    ClassEnded,
    ClassGranted,
    TalentClassEvent,
)
from shared.events.model import Recorded
from shared.events.personal import Personal, readable
from shared.ports.view_store import Index
from shared.runtime.deadlines import instant
from shared.runtime.projection import Projection


class ClassInForce(BaseModel):
    model_config = ConfigDict(frozen=True)

    application_id: str
    talent_class: str
    row: str
    honours: tuple[str, ...]
    region: str
    highest_education: str | None
    full_time: bool | None
    policy_version: str
    since: str


class OutstandingMaterials(BaseModel):
    """What the class in force lacks until the end of `last_day` (a Shanghai date; null while what
    was handed in is reviewed); categories by code."""

    model_config = ConfigDict(frozen=True)

    application_id: str
    categories: tuple[str, ...]
    last_day: date | None


class ProposedEnding(BaseModel):
    model_config = ConfigDict(frozen=True)

    reason: str
    words: str | None
    proposed_by: str


class TalentClassView(BaseModel):
    """`talent_class` repeats the letter, for searching; `ended` is why the last class ended;
    `ending` waits for a second person."""

    model_config = ConfigDict(frozen=True)

    talent_class: str | None = None
    in_force: ClassInForce | None = None
    outstanding: OutstandingMaterials | None = None
    open_application: str | None = None
    attempts: int = 0
    ended: str | None = None
    ended_at: str | None = None
    ending: Personal[ProposedEnding | None] = None
    ending_proposed: bool = False
    ending_at: str | None = None


_NO_ENDING: Final = {"ending": None, "ending_proposed": False, "ending_at": None}


def evolve(view: TalentClassView | None, recorded: Recorded[Any]) -> TalentClassView:
    event: TalentClassEvent = recorded.event
    view = view or TalentClassView()
    return TalentClassView(**(dict(view) | _changes(event)))


def _changes(event: TalentClassEvent) -> dict[str, Any]:
    match event:
        case ApplicationOpened(application_id=id, attempt=attempt):
            return {"open_application": id, "attempts": attempt}
        case ApplicationClosed():
            return {"open_application": None}
        case ClassGranted(talent_class=letter):
            granted = ClassInForce(since=instant(event.at), **event.model_dump(exclude={"at"}))
            fresh = {"ended": None, "ended_at": None} | _NO_ENDING
            return {"in_force": granted, "talent_class": letter} | fresh
        case ClassEnded(reason=reason, at=at):
            over = {"ended": reason, "ended_at": instant(at)}
            return {"in_force": None, "talent_class": None} | over | _NO_ENDING
        case ClassEndingProposed(reason=reason, at=at):
            words, by = readable(event.words), event.by.account_id
            ending = ProposedEnding(reason=reason, words=words, proposed_by=by)
            return {"ending": ending, "ending_proposed": True, "ending_at": instant(at)}
        case ClassEndingConfirmed() | ClassEndingDeclined():
            return dict(_NO_ENDING)
        case MaterialsOutstanding():
            outstanding = event.model_dump(exclude={"at"})
            return {"outstanding": OutstandingMaterials(**outstanding)}
        case MaterialsCompleted() | MaterialsReleased():
            return {"outstanding": None}
        case _:
            assert_never(event)


CLASSES: Final[Projection[TalentClassView, TalentClassView]] = Projection(
    name="classification_class",
    version=1,
    categories=(TALENT_CLASS,),
    document=TalentClassView,
    evolve=evolve,
    indexes=(Index(("talent_class",)), Index(("ending_proposed", "ending_at"))),
)
