"""The case: one document an application, for the talent, the worklists and the due dates."""

from typing import Any, Final, assert_never

from services.classification.deferral.events import Deferring
from services.classification.deferral.views import INDEXES as DEFERRAL_INDEXES
from services.classification.deferral.views import DeferralFields, deferring
from services.classification.events import (
    APPLICATION,
    ApplicationEvent,
    ApplicationKind,
    ApplicationStarted,
    ApplicationSubmitted,
    AttachmentAdded,
    AttachmentRemoved,
    ClassChosen,
    NoteAdded,
    ProfileSaved,
)
from services.classification.profile.model import Profile
from shared.casework.view import INDEXES, AttachmentView, changed, noted, reviewed
from shared.domain.review.facts import Fact
from shared.events.model import Recorded
from shared.events.personal import Personal
from shared.ports.view_store import Index
from shared.runtime.deadlines import instant
from shared.runtime.projection import Projection


class CaseView(DeferralFields):
    """An application for a class; `region` as of the last submission."""

    kind: ApplicationKind
    asks_household: bool
    foreign: bool
    talent_class: str | None = None
    row: str | None = None
    honours: tuple[str, ...] = ()
    region: str | None = None
    profile: Personal[Profile] = Profile()
    attachments: tuple[AttachmentView, ...] = ()


def evolve(case: CaseView | None, recorded: Recorded[Any]) -> CaseView | None:
    event: ApplicationEvent = recorded.event
    if isinstance(event, ApplicationStarted):
        return _started(APPLICATION.id_of(recorded.stream), event)
    if case is None:
        return None
    changes = _changes(case, event)
    changes |= deferring(case, event, changes.get("review", case.review))
    return changed(case, event, instant(event.at), changes)


def _started(id: str, event: ApplicationStarted) -> CaseView:
    copied = event.model_dump(exclude={"at", "birth_date", "sex"})
    at = instant(event.at)
    return CaseView(application_id=id, started_at=at, changed_at=at, **copied)


def _changes(case: CaseView, event: ApplicationEvent) -> dict[str, Any]:
    match event:
        case ApplicationStarted():
            return {}
        case ClassChosen():
            return event.model_dump(include={"talent_class", "row", "honours"})
        case ProfileSaved(profile=profile):
            return {"profile": profile}
        case AttachmentAdded(at=at):
            values = event.model_dump(exclude={"at"})
            added = AttachmentView(**values, added_at=instant(at))
            return {"attachments": (*case.attachments, added)}
        case AttachmentRemoved(attachment_id=id):
            return {"attachments": tuple(a for a in case.attachments if a.attachment_id != id)}
        case ApplicationSubmitted():
            submitted = event.model_dump(include={"region", "policy_version"})
            return reviewed(case, event) | submitted
        case NoteAdded():
            return noted(case, event)
        case Deferring():
            return {}
        case Fact():
            return reviewed(case, event)
        case _:
            assert_never(event)


CASES: Final[Projection[CaseView, CaseView]] = Projection(
    name="classification_case",
    version=3,
    categories=(APPLICATION,),
    document=CaseView,
    evolve=evolve,
    indexes=(Index(("talent_id", "attempt")), *INDEXES, *DEFERRAL_INDEXES),
)
