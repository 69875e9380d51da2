"""The review process as people read it: one step for each thing that happened (manual §3.3.7)."""

from datetime import date
from typing import assert_never

from pydantic import BaseModel, ConfigDict

from shared.domain.review import facts
from shared.domain.review.state import Review
from shared.events.personal import Personal


class Step(BaseModel):
    """`what` is stable kebab-case; `by` an account id (staff's, for reviewers alone to see);
    `label` the desk's or stage's; `day` a last day that was set or passed; `internal` steps are not
    shown to the talent."""

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
    day: date | None = None
    internal: bool = False


def step_of(fact: facts.AnyFact, review: Review | None, at: str) -> Step:
    """The step that a fact makes of a review as it stood before it; `at` is the fact's instant as
    views spell it."""
    round = 0 if review is None else review.round
    match fact:
        case facts.RoundOpened():
            return Step(what="submitted", at=at, round=fact.round)
        case facts.StageOpened(stage=stage):
            return Step(what="stage-opened", at=at, round=round, label=_stage(review, stage))
        case facts.DeskClaimed() | facts.DeskReleased() | facts.DeskHandedOver():
            return _handled(fact, review, at)
        case facts.DeskApproved() | facts.CaseReturned() | facts.CaseRejected():
            return _decided(fact, review, at)
        case facts.DeskPassedUp(desk=desk):
            label = _desk(review, desk)
            return Step(what="passed-up", at=at, round=round, label=label, internal=True)
        case facts.StageEscalated(stage=stage):
            label = _stage(review, stage)
            return Step(what="escalated", at=at, round=round, label=label, internal=True)
        case facts.CaseApproved():
            return Step(what="approved", at=at, round=round)
        case facts.CaseWithdrawn():
            return Step(what="withdrawn", at=at, round=round)
        case facts.CaseEnded(reason=reason):
            return Step(what="ended", at=at, round=round, reason=reason)
        case facts.CaseObjected() | facts.ObjectionUpheld() | facts.ObjectionDismissed():
            return _objected(fact, round, at)
        case _:
            assert_never(fact)


def _handled(
    event: facts.DeskClaimed | facts.DeskReleased | facts.DeskHandedOver,
    review: Review | None,
    at: str,
) -> Step:
    match event:
        case facts.DeskClaimed():
            what = "claimed"
        case facts.DeskReleased():
            what = "released"
        case facts.DeskHandedOver():
            what = "handed-over"
        case _:
            assert_never(event)
    round = 0 if review is None else review.round
    return Step(
        what=what,
        at=at,
        round=round,
        label=_desk(review, event.desk),
        by=event.by.account_id,
        internal=True,
    )


def _decided(
    event: facts.DeskApproved | facts.CaseReturned | facts.CaseRejected,
    review: Review | None,
    at: str,
) -> Step:
    step = Step(
        what="desk-approved",
        at=at,
        round=0 if review is None else review.round,
        label=_desk(review, event.desk),
        by=event.by.account_id,
        words=event.words,
    )
    match event:
        case facts.DeskApproved():
            return step
        case facts.CaseReturned(fields=fields, attachments=attachments):
            return Step(
                **{**dict(step), "what": "returned", "fields": fields, "attachments": attachments}
            )
        case facts.CaseRejected(reason=reason):
            return Step(**{**dict(step), "what": "rejected", "reason": reason})
        case _:
            assert_never(event)


def _objected(
    event: facts.CaseObjected | facts.ObjectionUpheld | facts.ObjectionDismissed,
    round: int,
    at: str,
) -> Step:
    match event:
        case facts.CaseObjected():
            what = "objected"
        case facts.ObjectionUpheld():
            what = "objection-upheld"
        case facts.ObjectionDismissed():
            what = "objection-dismissed"
        case _:
            assert_never(event)
    by = event.by.account_id
    return Step(what=what, at=at, round=round, by=by, words=event.words)


def _desk(review: Review | None, name: str) -> str | None:
    desk = None if review is None else review.plan.desk(name)
    return None if desk is None else desk.label


def _stage(review: Review | None, name: str) -> str | None:
    stages = () if review is None else review.plan.stages
    return next((stage.label for stage in stages if stage.name == name), None)
