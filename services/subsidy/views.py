"""The case: one document an application, for the talent, the worklists and the due dates."""

from collections.abc import Mapping
from typing import Any, Final, assert_never

from services.subsidy.asking.decider import waiting_units
from services.subsidy.events import (
    APPLICATION,
    ApplicationApproved,
    ApplicationEvent,
    ApplicationStarted,
    ApplicationSubmitted,
    AttachmentAdded,
    AttachmentRemoved,
    ChannelChosen,
    NoteAdded,
    ProfileSaved,
    Source,
    UnitAtWork,
    UnitsAsked,
    UnitsReminded,
)
from services.subsidy.profile.model import Profile
from shared.casework import view as casework
from shared.casework.view import INDEXES, CaseFields, changed, noted, reviewed
from shared.domain.review.facts import Fact
from shared.events.model import Recorded
from shared.events.personal import Erased, Personal
from shared.policy.subsidy import ChannelCode, SchemeCode
from shared.ports.view_store import Index
from shared.runtime.deadlines import instant
from shared.runtime.projection import Projection


class AttachmentView(casework.AttachmentView):
    """`month` is up to when a contribution record reaches."""

    month: str | None = None


class CaseView(CaseFields):
    """An application for an allowance; `units` as they were called at the last submission, the
    class the one by which it was granted; at `remind_at` units that are silent are reminded."""

    scheme: SchemeCode
    window: str | None
    asks_household: bool
    channel: ChannelCode | None = None
    units: tuple[UnitAtWork, ...] = ()
    talent_class: str | None = None
    row: str | None = None
    remind_at: str | None = None
    profile: Personal[Profile] = Profile()
    sources: Mapping[str, Source] = {}
    attachments: tuple[AttachmentView, ...] = ()


def evolve(case: CaseView | None, recorded: Recorded[Any]) -> CaseView | None:
    event: ApplicationEvent = recorded.event
    if isinstance(event, ApplicationStarted):
        return _started(APPLICATION.id_of(recorded.stream), event)
    if case is None:
        return None
    changes = _changes(case, event)
    if "review" in changes and not waiting_units(changes["review"]):
        changes["remind_at"] = None
    return changed(case, event, instant(event.at), changes)


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
            return {"profile": profile, "sources": _sources(case, event)}
        case AttachmentAdded(at=at):
            values = event.model_dump(exclude={"at"})
            added = AttachmentView(**values, added_at=instant(at))
            return {"attachments": (*case.attachments, added)}
        case AttachmentRemoved(attachment_id=id):
            return {"attachments": tuple(a for a in case.attachments if a.attachment_id != id)}
        case ApplicationSubmitted():
            submitted = {"units": event.units, "policy_version": event.policy_version}
            return reviewed(case, event) | submitted
        case ApplicationApproved(talent_class=letter, row=row):
            return reviewed(case, event) | {"talent_class": letter, "row": row}
        case UnitsAsked(remind_at=remind_at):
            return {"remind_at": None if remind_at is None else instant(remind_at)}
        case UnitsReminded(at=at):
            late = case.remind_at is not None and instant(at) >= case.remind_at
            return {"remind_at": None} if late else {}
        case NoteAdded():
            return noted(case, event)
        case Fact():
            return reviewed(case, event)
        case _:
            assert_never(event)


def _sources(case: CaseView, event: ProfileSaved) -> dict[str, Source]:
    """Where fields are from that the talent has not changed since."""
    before, after = case.profile, event.profile
    if event.sources or isinstance(before, Erased) or isinstance(after, Erased):
        return dict(event.sources)
    kept = case.sources.items()
    return {name: s for name, s in kept if getattr(before, name) == getattr(after, name)}


CASES: Final[Projection[CaseView, CaseView]] = Projection(
    name="subsidy_case",
    version=3,
    categories=(APPLICATION,),
    document=CaseView,
    evolve=evolve,
    indexes=(Index(("talent_id", "started_at")), Index(("remind_at",)), *INDEXES),
)
