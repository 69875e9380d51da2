"""Policy data of the allowances (人才补贴, manual §3.4)."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.policy.base import PolicyData, PolicyFile, Rule, Slug, TalentClassCode, Text
from shared.policy.classification import (
    AttachmentFilesPolicy,
    CommitmentPolicy,
    NoticePolicy,
    RejectReasonPolicy,
)
from shared.policy.payouts import PayoutPolicy
from shared.policy.review import ObjectionPolicy, StagePolicy

SchemeCode = Literal["living-allowance", "housing-subsidy"]
ChannelCode = Literal["f", "high-level"]
Classes = Annotated[tuple[TalentClassCode, ...], Field(min_length=1)]


class DayOfYear(PolicyData):
    """A day of every year; the 29th of February is none."""

    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=31)]

    @model_validator(mode="after")
    def _is_a_day(self) -> Self:
        self.of(2023)
        return self

    def of(self, year: int) -> date:
        return date(year, self.month, self.day)


class WindowPolicy(PolicyData):
    """A window in which a scheme takes applications: Shanghai days, both included."""

    code: str
    opens: date
    closes: date


class YearlyPolicy(PolicyData):
    """每年定期开放: from one day of every year to a later one of the same."""

    opens: DayOfYear
    closes: DayOfYear

    @model_validator(mode="after")
    def _closes_after_it_opens(self) -> Self:
        if self.of(2023).closes < self.of(2023).opens:
            raise ValueError("closes before it opens")
        return self

    def of(self, year: int) -> WindowPolicy:
        return WindowPolicy(code=str(year), opens=self.opens.of(year), closes=self.closes.of(year))


class SchemePolicy(Rule):
    """One allowance (manual §3.4.1).

    It is for first labour contracts in Xiangyang `signed_from` a day on, or `signed_before` one.
    `yearly` is None for what is always open; a draft begun in a window may be submitted until
    `draft_days` after its last day. `classes` are who may receive it; `class_first`: a
    class is asked for before an application is started, else by the authority's approval alone.
    `granted`: once for all, or once in every window.
    """

    code: SchemeCode
    label: Text
    summary: Text
    signed_from: date | None = None
    signed_before: date | None = None
    yearly: YearlyPolicy | None = None
    draft_days: Annotated[int, Field(ge=0, le=60)] = 0
    classes: Classes
    class_first: bool
    granted: Literal["once", "every-window"]

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if (self.signed_from is None) == (self.signed_before is None):
            raise ValueError("give one of signed_from and signed_before")
        if self.granted == "every-window" and self.yearly is None:
            raise ValueError("what is always open has no windows to be granted in")
        return self

    def takes(self, first_contract: date) -> bool:
        """Whether it is for somebody whose first contract is of that day."""
        if self.signed_from is not None:
            return first_contract >= self.signed_from
        return self.signed_before is not None and first_contract < self.signed_before


class ChannelPolicy(Rule):
    """申请通道: for which classes, and the authority that decides (manual §3.4.2)."""

    code: ChannelCode
    label: Text
    authority: Text
    classes: Classes


class ApplicationTypePolicy(Rule):
    """申请类型; the manual prints the field and none of its values."""

    code: Slug
    label: Text


class SubsidyAttachmentPolicy(Rule):
    """附件分类. `months_back`: files of the category say up to which month they reach, and that is
    the month of submission or at most so many before; None where no month is asked for."""

    code: Slug
    label: Text
    hint: str = ""
    required: bool
    months_back: Annotated[int, Field(ge=0, le=12)] | None = None


class SubsidyPlanPolicy(Rule):
    """The stages, in order, of a channel's cases. A desk of scope `organisation` stands for one
    desk a unit: the host unit's and, for dispatched labour, the recruiting unit's."""

    code: Slug
    channel: ChannelCode
    stages: Annotated[tuple[StagePolicy, ...], Field(min_length=1)]


class SubsidyNoticeFile(PolicyFile):
    notice: NoticePolicy


class SchemesFile(PolicyFile):
    schemes: Annotated[tuple[SchemePolicy, ...], Field(min_length=1)]
    channels: Annotated[tuple[ChannelPolicy, ...], Field(min_length=1)]
    application_types: Annotated[tuple[ApplicationTypePolicy, ...], Field(min_length=1)]


class SubsidyAttachmentsFile(PolicyFile):
    files: AttachmentFilesPolicy
    categories: Annotated[tuple[SubsidyAttachmentPolicy, ...], Field(min_length=1)]


class SubsidyReviewFile(PolicyFile):
    unit_reminder_working_days: Annotated[int, Field(ge=0, le=30)]
    objection: ObjectionPolicy
    plans: Annotated[tuple[SubsidyPlanPolicy, ...], Field(min_length=1)]
    reject_reasons: Annotated[tuple[RejectReasonPolicy, ...], Field(min_length=1)]


class SubsidyCommitmentFile(PolicyFile):
    commitment: CommitmentPolicy


class SubsidyPolicy(PolicyData):
    """Everything in force on one day. `version` is what a case pins and later looks up."""

    version: str
    effective_from: date
    notice: NoticePolicy
    schemes: tuple[SchemePolicy, ...]
    channels: tuple[ChannelPolicy, ...]
    application_types: tuple[ApplicationTypePolicy, ...]
    files: AttachmentFilesPolicy
    attachments: tuple[SubsidyAttachmentPolicy, ...]
    objection: ObjectionPolicy
    unit_reminder_working_days: int
    plans: tuple[SubsidyPlanPolicy, ...]
    reject_reasons: tuple[RejectReasonPolicy, ...]
    commitment: CommitmentPolicy
    payouts: PayoutPolicy

    def scheme(self, code: str) -> SchemePolicy | None:
        return next((one for one in self.schemes if one.code == code), None)

    def channel(self, code: str) -> ChannelPolicy | None:
        return next((one for one in self.channels if one.code == code), None)

    def channels_of(self, scheme: SchemePolicy) -> tuple[ChannelPolicy, ...]:
        """Those by which somebody of the scheme's classes comes."""
        return tuple(one for one in self.channels if set(one.classes) & set(scheme.classes))

    def application_type(self, code: str) -> ApplicationTypePolicy | None:
        return next((one for one in self.application_types if one.code == code), None)

    def attachment(self, code: str) -> SubsidyAttachmentPolicy | None:
        return next((one for one in self.attachments if one.code == code), None)

    def reject_reason(self, code: str) -> RejectReasonPolicy | None:
        return next((one for one in self.reject_reasons if one.code == code), None)

    def plan(self, channel: str) -> SubsidyPlanPolicy | None:
        return next((one for one in self.plans if one.channel == channel), None)
