"""The review process as people read it (manual §3.3.7): one step for each thing that happened."""

from typing import assert_never

from pydantic import BaseModel, ConfigDict

from services.classification.events import (
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
    ClassChosen,
    DeskApproved,
    ProfileSaved,
    ReviewClaimed,
    ReviewEscalated,
    ReviewHandedOver,
    ReviewPassedUp,
    ReviewReleased,
    StageOpened,
)
from shared.domain.review.state import Review
from shared.events.personal import Personal
from shared.runtime.deadlines import instant


class Step(BaseModel):
    """`what` is stable kebab-case; `by` an account id (staff's, for reviewers alone to see);
    `label` the desk's or stage's; `internal` steps are not shown to the talent."""

    model_config = ConfigDict(frozen=True)

    what: str
    at: str
    round: int
    label: str | None = None
    by: str | None = None
    words: Personal[str | None] = None
    fields: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    reason: str | None = None
    internal: bool = False


def step_of(event: ApplicationEvent, review: Review | None) -> Step | None:
    """The step that an event makes of a review as it stood before it; None for edits."""
    at, round = instant(event.at), 0 if review is None else review.round
    match event:
        case ApplicationStarted():
            return None
        case ClassChosen() | ProfileSaved() | AttachmentAdded() | AttachmentRemoved():
            return None
        case ApplicationSubmitted():
            return Step(what="submitted", at=at, round=event.round)
        case StageOpened(stage=stage):
            return Step(what="stage-opened", at=at, round=round, label=_stage(review, stage))
        case ReviewClaimed() | ReviewReleased() | ReviewHandedOver():
            return _handled(event, review)
        case DeskApproved() | ApplicationReturned() | ApplicationRejected():
            return _decided(event, review)
        case ReviewPassedUp(desk=desk):
            label = _desk(review, desk)
            return Step(what="passed-up", at=at, round=round, label=label, internal=True)
        case ReviewEscalated(stage=stage):
            label = _stage(review, stage)
            return Step(what="escalated", at=at, round=round, label=label, internal=True)
        case ApplicationApproved():
            return Step(what="approved", at=at, round=round)
        case ApplicationWithdrawn():
            return Step(what="withdrawn", at=at, round=round)
        case ApplicationEnded(reason=reason):
            return Step(what="ended", at=at, round=round, reason=reason)
        case _:
            assert_never(event)


def _handled(
    event: ReviewClaimed | ReviewReleased | ReviewHandedOver, review: Review | None
) -> Step:
    match event:
        case ReviewClaimed():
            what = "claimed"
        case ReviewReleased():
            what = "released"
        case ReviewHandedOver():
            what = "handed-over"
        case _:
            assert_never(event)
    round = 0 if review is None else review.round
    return Step(
        what=what,
        at=instant(event.at),
        round=round,
        label=_desk(review, event.desk),
        by=event.by.account_id,
        internal=True,
    )


def _decided(
    event: DeskApproved | ApplicationReturned | ApplicationRejected, review: Review | None
) -> Step:
    step = Step(
        what="desk-approved",
        at=instant(event.at),
        round=0 if review is None else review.round,
        label=_desk(review, event.desk),
        by=event.by.account_id,
        words=event.words,
    )
    match event:
        case DeskApproved():
            return step
        case ApplicationReturned(fields=fields, attachments=attachments):
            return Step(
                **{**dict(step), "what": "returned", "fields": fields, "attachments": attachments}
            )
        case ApplicationRejected(reason=reason):
            return Step(**{**dict(step), "what": "rejected", "reason": reason})
        case _:
            assert_never(event)


def _desk(review: Review | None, name: str) -> str | None:
    desk = None if review is None else review.plan.desk(name)
    return None if desk is None else desk.label


def _stage(review: Review | None, name: str) -> str | None:
    stages = () if review is None else review.plan.stages
    return next((stage.label for stage in stages if stage.name == name), None)
