"""What is sent out of an entry of the abnormal list."""

from datetime import date
from typing import Final

from pydantic import BaseModel

from services.identity.listing.decider import Status
from services.identity.listing.events import AbnormalKind, Evidence
from services.identity.listing.views import EntryView, ListingStep
from shared.events.personal import readable

LABELS: Final[dict[Status, str]] = {
    "proposed": "待复核",
    "declined": "不予列入",
    "withdrawn": "已撤回",
    "listed": "已列入",
    "objected": "异议处理中",
    "lifted": "已移出",
}
_OF_THE_DECISION: Final = ("listing-confirmed", "objection-made", "objection-upheld",
                           "objection-dismissed", "entry-lifted")  # fmt: skip


class EntryOut(BaseModel):
    """For the desk. `evidence` is opened in the application's own context."""

    entry_id: str
    talent_id: str
    kind: AbnormalKind
    status: Status
    status_label: str
    application_id: str | None
    evidence: tuple[Evidence, ...]
    ends_class: bool
    reason: str | None
    steps: tuple[ListingStep, ...]
    barred_until: date | None
    object_until: date | None


class MyStepOut(BaseModel):
    what: str
    at: str
    words: str | None


class MyEntryOut(BaseModel):
    """For the person: the decision, until when it bars, and until when one may object."""

    entry_id: str
    kind: AbnormalKind
    status: Status
    status_label: str
    application_id: str | None
    reason: str | None
    barred_until: date | None
    object_until: date | None
    may_object: bool
    steps: tuple[MyStepOut, ...]


def entry_out(view: EntryView) -> EntryOut:
    values = dict(view) | {
        "status_label": LABELS[view.status],
        "reason": readable(view.reason),
        "steps": readable(view.steps) or (),
    }
    return EntryOut.model_validate({n: values[n] for n in EntryOut.model_fields})


def my_entry_out(view: EntryView) -> MyEntryOut:
    steps = readable(view.steps) or ()
    told = tuple(
        MyStepOut(what=one.what, at=one.at, words=one.words)
        for one in steps
        if one.what in _OF_THE_DECISION
    )
    objected = any(one.what == "objection-made" for one in steps)
    values = dict(view) | {
        "status_label": LABELS[view.status],
        "reason": readable(view.reason),
        "steps": told,
        "may_object": view.status == "listed" and not objected,
    }
    return MyEntryOut.model_validate({n: values[n] for n in MyEntryOut.model_fields})
