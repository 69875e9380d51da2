"""What the talent changes while it is theirs: class, profile, attachments."""

from collections.abc import Sequence
from datetime import date

from services.classification.commands import (
    AddAttachment,
    ChooseClass,
    RemoveAttachment,
    ReplaceMobile,
    SaveProfile,
)
from services.classification.deferral.supplement import open_to_supplement
from services.classification.events import (
    ApplicationEvent,
    AttachmentAdded,
    AttachmentRemoved,
    ClassChosen,
    ProfileSaved,
)
from services.classification.policies import CLASS_POINTER, class_faults
from services.classification.profile.model import Profile
from services.classification.profile.rules import faults, missing, normalised
from services.classification.rulebook import Rulebook
from services.classification.state import Application
from shared.domain.calendar import shanghai_date
from shared.domain.errors import DomainError, FieldError
from shared.domain.review.application import Status
from shared.events.personal import Erased
from shared.policy.classification import ClassificationPolicy

Events = Sequence[ApplicationEvent]


def choose_class(command: ChooseClass, application: Application) -> Events:
    if not application.unlocked.field(CLASS_POINTER):
        raise locked()
    wrong = class_faults(command.book.policy, command.row, command.honours)
    found = command.book.policy.row(command.row)
    if wrong or found is None:
        raise invalid(wrong)
    talent_class, row = found
    honours = tuple(dict.fromkeys(command.honours))
    chosen = application.chosen
    if chosen is not None and (chosen.row, chosen.honours) == (row.code, honours):
        return []
    return [
        ClassChosen(talent_class=talent_class.code, row=row.code, honours=honours, at=command.at)
    ]


def save_profile(command: SaveProfile, application: Application) -> Events:
    before = present(application)
    sent = normalised(command.profile)
    after = Profile(**{**dict(before), **{n: getattr(sent, n) for n in command.fields}})
    changed = [n for n in Profile.model_fields if getattr(after, n) != getattr(before, n)]
    blocked = [n for n in changed if not application.unlocked.field(f"/profile/{n}")]
    if blocked:
        owed = _owed_fields(_without(after, before, blocked), application, command.book)
        blocked = [n for n in blocked if n not in owed]
    if blocked:
        raise locked(*(f"/{n}" for n in blocked))
    wrong = profile_faults(after, application, command.book, shanghai_date(command.at))
    if wrong:
        raise invalid(wrong)
    return [ProfileSaved(profile=after, at=command.at)] if changed else []


def profile_faults(
    profile: Profile, application: Application, book: Rulebook, today: date
) -> list[FieldError]:
    """What is there and wrong, by `/<field>`."""
    return faults(profile, application.papers, book.codes, today)


def add_attachment(command: AddAttachment, application: Application) -> Events:
    if command.attachment_id in application.attachments:
        return []
    policy = command.book.policy
    known = {one.code for one in policy.attachments}
    if application.chosen is not None:
        known = {c.code for c in policy.attachments_of(application.chosen.talent_class)}
    owing = open_to_supplement(application, command.category)
    if command.category not in known and not owing:
        raise invalid([FieldError("/category", "unknown-category", "请从列表中选择附件分类。")])
    open_now = application.unlocked.category(command.category)
    open_now = open_now or owing
    if not open_now and command.category not in _owed_categories(application, policy):
        raise locked(f"/attachments/{command.category}")
    there = [a for a in application.attachments.values() if a.category == command.category]
    most = policy.files.max_files_per_category
    if len(there) >= most:
        raise DomainError("attachments-too-many", params={"most": most})
    return [AttachmentAdded(**command.model_dump(exclude={"book"}))]


def _owed_categories(application: Application, policy: ClassificationPolicy) -> set[str]:
    """What a correction made required: a case was complete when it was submitted, so whatever a
    returned one lacks came of correcting it, and would shut it for good if it stayed locked."""
    chosen, profile = application.chosen, application.profile
    if application.status is not Status.RETURNED or chosen is None or isinstance(profile, Erased):
        return set()
    required = policy.required_attachments(chosen.talent_class, profile.region or "")
    there = {one.category for one in application.attachments.values()}
    return {one.code for one in required} - there - set(application.outstanding)


def _owed_fields(corrected: Profile, application: Application, book: Rulebook) -> set[str]:
    """The same of the profile: what it lacks once that is changed which may be."""
    if application.status is not Status.RETURNED:
        return set()
    lacking = missing(corrected, application.papers, book.places)
    return {fault.pointer.split("/")[1] for fault in lacking}


def _without(after: Profile, before: Profile, names: Sequence[str]) -> Profile:
    return Profile(**{**dict(after), **{n: getattr(before, n) for n in names}})


def remove_attachment(command: RemoveAttachment, application: Application) -> Events:
    attachment = application.attachments.get(command.attachment_id)
    if attachment is None:
        return []
    seen = _seen(attachment, application)
    owing = open_to_supplement(application, attachment.category)
    unseen = not seen and application.status is Status.RETURNED
    if not unseen and not owing and not application.unlocked.category(attachment.category):
        raise locked(f"/attachments/{attachment.category}")
    return [
        AttachmentRemoved(
            attachment_id=attachment.attachment_id,
            file_key=attachment.file_key,
            submitted=seen,
            at=command.at,
        )
    ]


def _seen(attachment: AttachmentAdded, application: Application) -> bool:
    """Whether reviewers had it before them."""
    last, deferral = application.submitted, application.deferral
    handed_in = None if deferral is None else deferral.handed_in_at
    instants = [None if last is None else last.at, handed_in]
    return any(at is not None and attachment.at <= at for at in instants)


def replace_mobile(command: ReplaceMobile, application: Application) -> Events:
    """A changed account mobile replaces an equal number, in a locked profile too (§3.6)."""
    profile = application.profile
    if application.over or isinstance(profile, Erased) or profile.mobile != command.previous:
        return []
    followed = profile.model_copy(update={"mobile": command.mobile})
    return [ProfileSaved(profile=followed, at=command.at)]


def present(application: Application) -> Profile:
    """The profile as it stands; refuses for an erased person."""
    if isinstance(application.profile, Erased):
        raise DomainError("application-locked")
    return application.profile


def locked(*pointers: str) -> DomainError:
    """The refusal of a change to what is submitted; `pointers` name it where only some is."""
    message = "该项已提交审核，不能修改。"
    return DomainError(
        "application-locked", fields=tuple(FieldError(p, "locked", message) for p in pointers)
    )


def invalid(fields: Sequence[FieldError]) -> DomainError:
    return DomainError("invalid-fields", status=422, fields=tuple(fields))
