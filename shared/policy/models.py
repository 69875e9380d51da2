"""Every policy model under one name, and the set of all policies."""

from dataclasses import dataclass

from shared.policy.base import CLASS_CODES, PolicyError, TalentClassCode
from shared.policy.calendar import CalendarPolicy, HolidayPolicy
from shared.policy.classification import (
    AttachmentCategoryPolicy,
    AttachmentFilesPolicy,
    ClassificationPolicy,
    ClassPolicy,
    ClassRowPolicy,
    CommitmentPolicy,
    DeferralPolicy,
    HonourPolicy,
    NoticePolicy,
    RegionPolicy,
    RejectReasonPolicy,
)
from shared.policy.codes import CodeItem, CodeList, CodeLists
from shared.policy.identity import (
    AddressPolicy,
    BarPolicy,
    CaptchaPolicy,
    IdDocumentPolicy,
    IdentityPolicy,
    PasswordPolicy,
    SmsCodePolicy,
)
from shared.policy.review import (
    DeskPolicy,
    DeskRef,
    DeskScope,
    RegionScope,
    ReviewPlanPolicy,
    StagePolicy,
)
from shared.policy.subsidy import (
    ApplicationTypePolicy,
    ChannelCode,
    ChannelPolicy,
    SchemeCode,
    SchemePolicy,
    SubsidyAttachmentPolicy,
    SubsidyPlanPolicy,
    SubsidyPolicy,
    WindowPolicy,
)
from shared.policy.timeline import NoPolicyInForce, Timeline

__all__ = [
    "CLASS_CODES",
    "AddressPolicy",
    "ApplicationTypePolicy",
    "AttachmentCategoryPolicy",
    "AttachmentFilesPolicy",
    "BarPolicy",
    "CalendarPolicy",
    "CaptchaPolicy",
    "ChannelCode",
    "ChannelPolicy",
    "ClassPolicy",
    "ClassRowPolicy",
    "ClassificationPolicy",
    "CodeItem",
    "CodeList",
    "CodeLists",
    "CommitmentPolicy",
    "DeferralPolicy",
    "DeskPolicy",
    "DeskRef",
    "DeskScope",
    "HolidayPolicy",
    "HonourPolicy",
    "IdDocumentPolicy",
    "IdentityPolicy",
    "NoPolicyInForce",
    "NoticePolicy",
    "PasswordPolicy",
    "Policies",
    "PolicyError",
    "RegionPolicy",
    "RegionScope",
    "RejectReasonPolicy",
    "ReviewPlanPolicy",
    "SchemeCode",
    "SchemePolicy",
    "SmsCodePolicy",
    "StagePolicy",
    "SubsidyAttachmentPolicy",
    "SubsidyPlanPolicy",
    "SubsidyPolicy",
    "TalentClassCode",
    "Timeline",
    "WindowPolicy",
]


@dataclass(frozen=True, slots=True)
class Policies:
    """All policy data of the city, checked."""

    classification: Timeline[ClassificationPolicy]
    identity: Timeline[IdentityPolicy]
    subsidy: Timeline[SubsidyPolicy]
    calendar: CalendarPolicy
    codes: CodeLists
