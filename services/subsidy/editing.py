"""What the talent changes while it is theirs: channel, profile, attachments."""

from collections.abc import Sequence
from datetime import date

from services.subsidy.commands import (
    AddAttachment,
    ChooseChannel,
    RemoveAttachment,
    ReplaceMobile,
    SaveProfile,
)
from services.subsidy.events import (
    ApplicationEvent,
    AttachmentAdded,
    AttachmentRemoved,
    ChannelChosen,
    ProfileSaved,
)
from services.subsidy.materials import month_faults
from services.subsidy.policies import (
    CHANNEL_POINTER,
    channel_faults,
    contract_faults,
    with_companions,
)
from services.subsidy.profile.model import Profile, Unit
from services.subsidy.profile.rules import faults, normalised
from services.subsidy.profile.units import unit_faults
from services.subsidy.rulebook import Rulebook
from services.subsidy.state import Application
from shared.domain.calendar import shanghai_date
from shared.domain.errors import DomainError, FieldError
from shared.domain.review.application import Status
from shared.events.personal import Erased
from shared.policy.subsidy import SchemePolicy

Events = Sequence[ApplicationEvent]


def choose_channel(command: ChooseChannel, application: Application) -> Events:
    if not application.unlocked.field(CHANNEL_POINTER):
        raise locked()
    scheme = scheme_of(application, command.book)
    wrong = channel_faults(command.book.policy, scheme, command.channel)
    channel = command.book.policy.channel(command.channel)
    if wrong or channel is None:
        raise invalid(wrong)
    if application.channel is not None and application.channel.channel == channel.code:
        return []
    return [ChannelChosen(channel=channel.code, at=command.at)]


def scheme_of(application: Application, book: Rulebook) -> SchemePolicy:
    """What it is an application for; LookupError if the policy has lost it."""
    scheme = book.policy.scheme(application.started.scheme)
    if scheme is None:
        raise LookupError("the policy has no such scheme")
    return scheme


def save_profile(command: SaveProfile, application: Application) -> Events:
    before = present(application)
    sent = normalised(command.profile)
    after = Profile(**{**dict(before), **{n: getattr(sent, n) for n in command.fields}})
    changed = [n for n in Profile.model_fields if getattr(after, n) != getattr(before, n)]
    today, open_now = shanghai_date(command.at), application.unlocked
    blocked = [n for n in changed if not open_now.field(f"/profile/{n}")]
    if blocked and application.status is Status.RETURNED:
        # What became wrong since (a unit that dispatches no more) would let nothing be handed in.
        stale = profile_faults(before, application, command.units, command.book, today)
        open_too = with_companions(f"/profile{fault.pointer}" for fault in stale)
        blocked = [n for n in blocked if f"/profile/{n}" not in open_too]
    if blocked:
        raise locked(*(f"/{n}" for n in blocked))
    wrong = profile_faults(after, application, command.units, command.book, today)
    if wrong:
        raise invalid(wrong)
    return [ProfileSaved(profile=after, at=command.at)] if changed else []


def profile_faults(
    profile: Profile, application: Application, units: Sequence[Unit], book: Rulebook, today: date
) -> list[FieldError]:
    """What is there and wrong, by `/<field>`."""
    scheme = scheme_of(application, book)
    return [
        *faults(profile, application.papers, book.codes, today),
        *contract_faults(book.policy, scheme, profile.first_contract),
        *unit_faults(profile, {unit.organisation_id: unit for unit in units}),
    ]


def add_attachment(command: AddAttachment, application: Application) -> Events:
    if command.attachment_id in application.attachments:
        return []
    policy = command.book.policy
    category = policy.attachment(command.category)
    if category is None:
        raise invalid([FieldError("/category", "unknown-category", "请从列表中选择附件分类。")])
    if not application.unlocked.category(command.category):
        raise locked(f"/attachments/{command.category}")
    wrong = month_faults(category, command.month, shanghai_date(command.at))
    if wrong:
        raise invalid(wrong)
    there = [a for a in application.attachments.values() if a.category == command.category]
    most = policy.files.max_files_per_category
    if len(there) >= most:
        raise DomainError("attachments-too-many", params={"most": most})
    return [AttachmentAdded(**command.model_dump(exclude={"book"}))]


def remove_attachment(command: RemoveAttachment, application: Application) -> Events:
    attachment = application.attachments.get(command.attachment_id)
    if attachment is None:
        return []
    if not application.unlocked.category(attachment.category):
        raise locked(f"/attachments/{attachment.category}")
    last = application.submitted
    return [
        AttachmentRemoved(
            attachment_id=attachment.attachment_id,
            file_key=attachment.file_key,
            submitted=last is not None and attachment.at <= last.at,
            at=command.at,
        )
    ]


def replace_mobile(command: ReplaceMobile, application: Application) -> Events:
    """A changed account mobile replaces an equal number, in a locked profile too (§3.6)."""
    profile = application.profile
    if application.over or isinstance(profile, Erased) or profile.mobile != command.previous:
        return []
    followed = Profile(**{**dict(profile), "mobile": command.mobile})
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
