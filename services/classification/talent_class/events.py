"""The talent's own stream's part of what classification publishes; others import it from
`classification.events`."""

from datetime import datetime
from typing import Final, Literal

from services.classification.deferral.events import MATERIALS_EVENTS, MaterialsEvent
from services.classification.ending.events import ENDING_EVENTS, EndingEvent
from shared.domain.decider import Category
from shared.events.model import Event
from shared.policy.base import TalentClassCode
from shared.policy.classification import RowCode

TALENT_CLASS: Final = Category("talentClass", "classification")

ApplicationKind = Literal["new", "change"]
Outcome = Literal["approved", "rejected", "withdrawn", "ended"]


class ApplicationOpened(Event, type="classification.application-opened.v1"):
    """The talent's one open application. Written before the application itself, and again with an
    objection to its rejection."""

    application_id: str
    kind: ApplicationKind
    attempt: int
    at: datetime


class ApplicationClosed(Event, type="classification.application-closed.v1"):
    """The open application is over; another may be started."""

    application_id: str
    outcome: Outcome
    at: datetime


class ClassGranted(Event, type="classification.class-granted.v1"):
    """The class in force from now on, in the place of any before."""

    application_id: str
    talent_class: TalentClassCode
    row: RowCode
    honours: tuple[str, ...]
    region: str
    highest_education: str | None
    full_time: bool | None
    policy_version: str
    at: datetime


class ClassEnded(Event, type="classification.class-ended.v1"):
    """No class is in force any more. `reference` is the entry of the abnormal list that ended it,
    if one did."""

    application_id: str
    talent_class: TalentClassCode
    reason: str
    reference: str | None = None
    at: datetime


TalentClassEvent = (
    ApplicationOpened | ApplicationClosed | ClassGranted | ClassEnded | MaterialsEvent | EndingEvent
)
TALENT_CLASS_EVENTS: Final[tuple[type[Event], ...]] = (
    ApplicationOpened, ApplicationClosed, ClassGranted, ClassEnded,
    *MATERIALS_EVENTS, *ENDING_EVENTS,
)  # fmt: skip
