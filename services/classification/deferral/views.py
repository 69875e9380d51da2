"""A deferral in the view of its case: steps of the history, and what worklists and the clock look
for."""

from typing import Any, assert_never

from services.classification.deferral.events import (
    DeferralAsked,
    DeferralClosed,
    DeferralDeclined,
    DeferralEvent,
    DeferralExtended,
    DeferralGranted,
    DeferralMissed,
    DeferralReminded,
    Deferring,
    SupplementAccepted,
    SupplementEscalated,
    SupplementReturned,
    SupplementSubmitted,
)
from services.classification.deferral.rules import reviewing_desk
from services.classification.deferral.state import Deferral, Standing, evolve
from shared.casework.view import CaseFields
from shared.domain.review.state import Review
from shared.domain.review.steps import Step
from shared.events.model import Event
from shared.events.personal import Personal
from shared.ports.view_store import Index
from shared.runtime.deadlines import instant

INDEXES = (Index(("deferral_due",)), Index(("deferral_standing", "supplement_due")))


class DeferralFields(CaseFields):
    """`deferral_due` is when the clock does something by itself; `supplement_desks` (`role@scope`)
    may review a supplement or extend, `supplement_due` is when that review is late and
    `supplement_overdue` whether it is. What was asked and said is personal."""

    deferral: Deferral | None = None
    deferral_standing: Standing | None = None
    deferral_due: str | None = None
    deferral_reason: Personal[str | None] = None
    deferral_words: Personal[str | None] = None
    supplement_desks: tuple[str, ...] = ()
    supplement_due: str | None = None
    supplement_overdue: bool = False


def deferring(case: DeferralFields, event: Event, review: Review | None) -> dict[str, Any]:
    """What any event of an application changes of its deferral; `review` as it is after it."""
    deferral = evolve(case.deferral, event)
    changes: dict[str, Any] = {}
    if isinstance(event, Deferring):
        changes = _said(event) | {"steps": (*case.steps, step_of(event, review, instant(event.at)))}
    if deferral is None or deferral == case.deferral:
        return changes
    due, late = deferral.next_instant, deferral.due
    desks = reviewing_desk(review, deferral).chain if deferral.live and review is not None else ()
    return changes | {
        "deferral": deferral,
        "deferral_standing": deferral.standing,
        "deferral_due": None if due is None else instant(due),
        "supplement_desks": tuple(sorted(str(desk) for desk in desks)),
        "supplement_due": None if late is None else instant(late),
        "supplement_overdue": deferral.late and late is not None,
    }


def _said(event: Deferring) -> dict[str, Any]:
    if isinstance(event, DeferralAsked):
        return {"deferral_reason": event.reason, "deferral_words": None}
    words = getattr(event, "words", None)
    return {} if words is None else {"deferral_words": words}


def step_of(event: Any, review: Review | None, at: str) -> Step:
    """The step that an event of a deferral makes."""
    known: DeferralEvent = event
    round = 0 if review is None else review.round
    values: dict[str, Any] = {"what": _WHAT[type(known)], "at": at, "round": round}
    match known:
        case DeferralAsked():
            values |= {"words": known.reason, "attachments": known.categories}
        case DeferralGranted():
            values |= _decided(known, review) | {"day": known.last_day}
        case DeferralDeclined() | SupplementAccepted():
            values |= _decided(known, review)
        case DeferralExtended():
            values |= _decided(known, review) | {"day": known.last_day}
        case SupplementReturned():
            said = {"day": known.last_day, "attachments": known.faulty}
            values |= _decided(known, review) | said
        case DeferralReminded(last_day=last_day):
            values |= {"day": last_day}
        case SupplementEscalated(categories=categories):
            values |= {"attachments": categories, "internal": True}
        case SupplementSubmitted(categories=categories):
            values |= {"attachments": categories}
        case DeferralMissed(categories=categories, last_day=last_day):
            values |= {"attachments": categories, "day": last_day}
        case DeferralClosed(reason=reason):
            values |= {"reason": reason}
        case _:
            assert_never(known)
    return Step(**values)


_Decided = (
    DeferralGranted | DeferralDeclined | DeferralExtended | SupplementAccepted | SupplementReturned
)


def _decided(event: _Decided, review: Review | None) -> dict[str, Any]:
    desk = None if review is None else review.plan.desk(event.desk)
    return {
        "label": None if desk is None else desk.label,
        "by": event.by.account_id,
        "words": event.words,
        "attachments": event.categories,
    }


_WHAT: dict[type[Event], str] = {
    DeferralAsked: "deferral-asked",
    DeferralGranted: "deferral-granted",
    DeferralDeclined: "deferral-declined",
    DeferralExtended: "deferral-extended",
    DeferralReminded: "deferral-reminded",
    SupplementSubmitted: "supplement-submitted",
    SupplementEscalated: "supplement-escalated",
    SupplementAccepted: "supplement-accepted",
    SupplementReturned: "supplement-returned",
    DeferralMissed: "deferral-missed",
    DeferralClosed: "deferral-closed",
}
STEP_LABELS = {
    "deferral-asked": "申请容缺",
    "deferral-granted": "同意容缺",
    "deferral-declined": "不同意容缺",
    "deferral-extended": "延长容缺期限",
    "deferral-reminded": "容缺到期提醒",
    "supplement-submitted": "提交容缺附件",
    "supplement-escalated": "容缺附件审核超期督办",
    "supplement-accepted": "容缺附件审核通过，解除容缺",
    "supplement-returned": "容缺附件退回",
    "deferral-missed": "逾期未补充容缺资料",
    "deferral-closed": "容缺终止",
}
