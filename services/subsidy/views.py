"""The case: one document an application, for the talent, the worklists and the due dates."""

from typing import Any, Final, assert_never

from pydantic import BaseModel, ConfigDict

from services.subsidy.events import (
    APPLICATION,
    ApplicationApproved,
    ApplicationEnded,
    ApplicationEvent,
    ApplicationRejected,
    ApplicationReturned,
    ApplicationStarted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    AttachmentAdded,
    AttachmentRemoved,
    ChannelChosen,
    DeskApproved,
    ProfileSaved,
    ReviewClaimed,
    ReviewEscalated,
    ReviewHandedOver,
    ReviewPassedUp,
    ReviewReleased,
    StageOpened,
    UnitAtWork,
)
from services.subsidy.profile.model import Profile
from services.subsidy.steps import step_of
from shared.domain.review import engine
from shared.domain.review.application import Status, status_of
from shared.domain.review.facts import AnyFact
from shared.domain.review.state import Review
from shared.domain.review.steps import Step
from shared.events.model import Recorded
from shared.events.personal import Personal
from shared.policy.subsidy import ChannelCode, SchemeCode
from shared.ports.view_store import Index
from shared.runtime.deadlines import instant
from shared.runtime.projection import Projection


class AttachmentView(BaseModel):
    model_config = ConfigDict(frozen=True)

    attachment_id: str
    category: str
    file_name: Personal[str]
    media_type: str
    size: int
    sha256: str
    file_key: str
    month: str | None
    added_at: str


class CaseView(BaseModel):
    """`waiting_for` are the desks (`role@scope`) that may decide now, `desks` all of the present
    plan's: a unit that was named by mistake sees nothing any more;
    `claimed_by` account ids; `due` when the open stage is late; `overdue` whether it was escalated.
    """

    model_config = ConfigDict(frozen=True)

    application_id: str
    talent_id: str
    person: str
    scheme: SchemeCode
    window: str | None
    attempt: int
    name: Personal[str]
    document_type: str
    document_number: Personal[str]
    asks_household: bool
    policy_version: str
    started_at: str
    changed_at: str
    channel: ChannelCode | None = None
    units: tuple[UnitAtWork, ...] = ()
    talent_class: str | None = None
    row: str | None = None
    profile: Personal[Profile] = Profile()
    attachments: tuple[AttachmentView, ...] = ()
    steps: tuple[Step, ...] = ()
    review: Review | None = None
    closed: Status | None = None
    status: Status = Status.DRAFT
    submitted_at: str | None = None
    decided_at: str | None = None
    waiting_for: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()
    claimed_by: tuple[str, ...] = ()
    claimed: bool = False
    due: str | None = None
    overdue: bool = False


def evolve(case: CaseView | None, recorded: Recorded[Any]) -> CaseView | None:
    event: ApplicationEvent = recorded.event
    if isinstance(event, ApplicationStarted):
        return _started(APPLICATION.id_of(recorded.stream), event)
    if case is None:
        return None
    step = step_of(event, case.review)
    changes = _changes(case, event) | {"changed_at": instant(event.at)}
    if step is not None:
        changes["steps"] = (*case.steps, step)
    return case.model_copy(update=changes)


def _started(id: str, event: ApplicationStarted) -> CaseView:
    copied = event.model_dump(exclude={"at", "birth_date", "sex"})
    at = instant(event.at)
    return CaseView(application_id=id, started_at=at, changed_at=at, **copied)


def _changes(case: CaseView, event: ApplicationEvent) -> dict[str, Any]:
    match event:
        case ApplicationStarted():
            return {}
        case ChannelChosen():
            return {"channel": event.channel}
        case ProfileSaved(profile=profile):
            return {"profile": profile}
        case AttachmentAdded(at=at):
            values = event.model_dump(exclude={"at"})
            added = AttachmentView(**values, added_at=instant(at))
            return {"attachments": (*case.attachments, added)}
        case AttachmentRemoved(attachment_id=id):
            return {"attachments": tuple(a for a in case.attachments if a.attachment_id != id)}
        case ApplicationSubmitted():
            return _submitted(case, event)
        case ApplicationWithdrawn() | ApplicationEnded():
            return _over(case, event)
        case StageOpened():
            return _reviewed(case, event) | {"overdue": False}
        case ReviewEscalated():
            return _reviewed(case, event) | {"overdue": True}
        case ApplicationApproved(talent_class=letter, row=row):
            granted = {"talent_class": letter, "row": row}
            return _reviewed(case, event) | {"decided_at": instant(event.at)} | granted
        case ApplicationRejected():
            return _reviewed(case, event) | {"decided_at": instant(event.at)}
        case (
            ReviewClaimed()
            | ReviewReleased()
            | ReviewHandedOver()
            | DeskApproved()
            | ApplicationReturned()
            | ReviewPassedUp()
        ):
            return _reviewed(case, event)
        case _:
            assert_never(event)


def _submitted(case: CaseView, event: ApplicationSubmitted) -> dict[str, Any]:
    return _reviewed(case, event) | {
        "units": event.units,
        "policy_version": event.policy_version,
        "submitted_at": case.submitted_at or instant(event.at),
    }


def _over(case: CaseView, event: ApplicationWithdrawn | ApplicationEnded) -> dict[str, Any]:
    decided = {"decided_at": instant(event.at)}
    if case.review is not None:
        return _reviewed(case, event) | decided
    closed = Status.WITHDRAWN if isinstance(event, ApplicationWithdrawn) else Status.ENDED
    return {"closed": closed, "status": closed} | decided


def _reviewed(case: CaseView, fact: AnyFact) -> dict[str, Any]:
    review = engine.evolve(case.review, fact)
    waiting = {str(place) for desk in review.undecided for place in review.may_decide(desk)}
    every = {str(p) for s in review.plan.stages for desk in s.desks for p in desk.chain}
    return {
        "review": review,
        "status": status_of(review, None),
        "waiting_for": tuple(sorted(waiting)),
        "desks": tuple(sorted(every)),
        "claimed_by": tuple(sorted({party.account_id for party in review.claims.values()})),
        "claimed": bool(review.claims),
        "due": None if review.due is None else instant(review.due),
    }


CASES: Final[Projection[CaseView, CaseView]] = Projection(
    name="subsidy_case",
    version=1,
    categories=(APPLICATION,),
    document=CaseView,
    evolve=evolve,
    indexes=(
        Index(("talent_id", "started_at")),
        Index(("status", "due")),
        Index(("status", "submitted_at")),
        Index(("due",)),
    ),
)
