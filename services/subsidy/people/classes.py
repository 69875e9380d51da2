"""The class in force, and what a talent told classification of themselves, as it publishes both."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, assert_never

from pydantic import BaseModel, ConfigDict

from services.classification.events import APPLICATION as CLASSIFICATION
from services.classification.events import (
    TALENT_CLASS,
    ApplicationClosed,
    ApplicationOpened,
    ClassEnded,
    ClassEndingConfirmed,
    ClassEndingDeclined,
    ClassEndingProposed,
    ClassGranted,
    MaterialsCompleted,
    MaterialsOutstanding,
    MaterialsReleased,
    ProfileSaved,
    TalentClassEvent,
)
from services.subsidy.commands import ClassInForce
from shared.domain.addresses import Address
from shared.events.model import Recorded
from shared.events.personal import ERASED, Erased, Personal
from shared.runtime.projection import Projection, by_subject


class ClassView(BaseModel):
    """A talent's class now, None once it ended; `outstanding` are the categories of materials that
    it lacks until the end of `last_day` (None while what was handed in is reviewed)."""

    model_config = ConfigDict(frozen=True)

    in_force: ClassInForce | None = None
    outstanding: tuple[str, ...] = ()
    last_day: date | None = None


def evolve_class(view: ClassView | None, recorded: Recorded[Any]) -> ClassView | None:
    event: TalentClassEvent = recorded.event
    match event:
        case ApplicationOpened() | ApplicationClosed():
            return view
        case ClassEndingProposed() | ClassEndingConfirmed() | ClassEndingDeclined():
            # What counts is the end itself.
            return view
        case ClassGranted():
            granted = event.model_dump(include=set(ClassInForce.model_fields))
            return ClassView(
                in_force=ClassInForce(class_application_id=event.application_id, **granted)
            )
        case ClassEnded():
            return ClassView()
        case MaterialsOutstanding(categories=categories, last_day=last_day):
            in_force = None if view is None else view.in_force
            return ClassView(in_force=in_force, outstanding=categories, last_day=last_day)
        case MaterialsCompleted() | MaterialsReleased():
            return ClassView(in_force=None if view is None else view.in_force)
        case _:
            assert_never(event)


class KnownProfile(BaseModel):
    """What the subsidy's profile asks for too, as it was last said."""

    model_config = ConfigDict(frozen=True)

    ethnic_group: str | None = None
    registered_address: Address | None = None
    current_address: Address | None = None
    position: str | None = None


class KnownView(BaseModel):
    """`said` is personal as a whole; `at` is when."""

    model_config = ConfigDict(frozen=True)

    said: Personal[KnownProfile]
    at: datetime


def evolve_known(view: KnownView | None, recorded: Recorded[Any]) -> KnownView | None:
    event = recorded.event
    # Classification adds facts without asking; only a saved profile says anything here.
    if not isinstance(event, ProfileSaved):
        return view
    if isinstance(event.profile, Erased):
        # What a rebuild finds erased leaves the document that an erasure scrubbed.
        return KnownView(said=ERASED, at=event.at)
    profile = event.profile
    present = [job for job in profile.work if job.until is None and job.since is not None]
    latest = max(present, key=lambda job: job.since or date.min, default=None)
    said = KnownProfile(
        ethnic_group=profile.ethnic_group,
        registered_address=profile.registered_address,
        current_address=profile.current_address,
        position=latest.position or None if latest is not None else None,
    )
    return KnownView(said=said, at=event.at)


def combine_known(parts: Mapping[str, KnownView]) -> KnownView | None:
    """What was said last, whichever application it was in."""
    return max(parts.values(), key=lambda part: part.at, default=None)


CLASSES: Final[Projection[ClassView, ClassView]] = Projection(
    name="subsidy_class",
    version=1,
    categories=(TALENT_CLASS,),
    document=ClassView,
    evolve=evolve_class,
)
KNOWN: Final[Projection[KnownView, KnownView]] = Projection(
    name="subsidy_known",
    version=1,
    categories=(CLASSIFICATION,),
    document=KnownView,
    evolve=evolve_known,
    key=by_subject,
    part=KnownView,
    combine=combine_known,
)
