"""The view of a case: what every context's has, and how the engine's facts change it."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict

from shared.casework.facts import NoteAdded
from shared.domain.review import engine, facts
from shared.domain.review import steps as review_steps
from shared.domain.review.application import Status, status_of
from shared.domain.review.state import Review
from shared.domain.review.steps import Step
from shared.events.model import Event
from shared.events.personal import Personal
from shared.ports.view_store import Index
from shared.runtime.deadlines import instant

C = TypeVar("C", bound="CaseFields")

INDEXES = (Index(("status", "due")), Index(("status", "submitted_at")), Index(("due",)))
"""What worklists and deadlines look for."""


class AttachmentView(BaseModel):
    model_config = ConfigDict(frozen=True)

    attachment_id: str
    category: str
    file_name: Personal[str]
    media_type: str
    size: int
    sha256: str
    file_key: str
    added_at: str


class Note(BaseModel):
    """What a reviewer wrote down for colleagues; `by` is an account id."""

    model_config = ConfigDict(frozen=True)

    by: str
    words: Personal[str]
    at: str


class CaseFields(BaseModel):
    """`waiting_for` are the desks (`role@scope`) that may decide now, `desks` all of the present
    plan's: a desk that a correction took the case from sees it no more; `claimed_by` account ids;
    `due` when the open stage is late; `overdue` whether it was escalated; `closed` how a draft
    ended that no reviewer saw. Instants as `instant` spells them."""

    model_config = ConfigDict(frozen=True)

    application_id: str
    talent_id: str
    person: str
    attempt: int
    name: Personal[str]
    document_type: str
    document_number: Personal[str]
    policy_version: str
    started_at: str
    changed_at: str
    steps: tuple[Step, ...] = ()
    notes: tuple[Note, ...] = ()
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


def changed(case: C, event: Event, at: str, changes: Mapping[str, Any]) -> C:
    """The case after an event of the instant `at`: what it changes, and the step that it makes."""
    values = {**changes, "changed_at": at}
    if isinstance(event, facts.Fact):
        step = review_steps.step_of(cast(facts.AnyFact, event), case.review, at)
        values["steps"] = (*case.steps, step)
    return case.model_copy(update=values)


def noted(case: CaseFields, event: NoteAdded) -> dict[str, Any]:
    """What a note changes."""
    note = Note(by=event.by.account_id, words=event.words, at=instant(event.at))
    return {"notes": (*case.notes, note)}


def reviewed(case: CaseFields, fact: facts.AnyFact) -> dict[str, Any]:
    """What a fact of the engine changes."""
    at = instant(fact.at)
    match fact:
        case facts.RoundOpened():
            return _review(case, fact) | {"submitted_at": case.submitted_at or at}
        case facts.StageOpened():
            return _review(case, fact) | {"overdue": False}
        case facts.StageEscalated():
            return _review(case, fact) | {"overdue": True}
        case facts.CaseObjected():
            return _review(case, fact) | {"decided_at": None, "overdue": False}
        case facts.CaseApproved() | facts.CaseRejected() | facts.ObjectionDismissed():
            return _review(case, fact) | {"decided_at": at}
        case facts.CaseWithdrawn() | facts.CaseEnded():
            return _over(case, fact) | {"decided_at": at}
        case _:
            return _review(case, fact)


def _over(case: CaseFields, fact: facts.CaseWithdrawn | facts.CaseEnded) -> dict[str, Any]:
    if case.review is not None:
        return _review(case, fact)
    closed = Status.WITHDRAWN if isinstance(fact, facts.CaseWithdrawn) else Status.ENDED
    return {"closed": closed, "status": closed}


def _review(case: CaseFields, fact: facts.AnyFact) -> dict[str, Any]:
    review = engine.evolve(case.review, fact)
    every = {str(p) for s in review.plan.stages for desk in s.desks for p in desk.chain}
    return {
        "review": review,
        "status": status_of(review, None),
        "waiting_for": tuple(sorted(str(place) for place in review.awaited)),
        "desks": tuple(sorted(every)),
        "claimed_by": tuple(sorted({party.account_id for party in review.claims.values()})),
        "claimed": bool(review.claims),
        "due": None if review.due is None else instant(review.due),
    }
