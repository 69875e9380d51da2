"""Policy data of the assessment of classes A-F (人才分类认定, manual §2, §3.3)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.policy.base import PolicyData, PolicyFile, Rule, Slug, TalentClassCode, Text
from shared.policy.review import ObjectionPolicy, RegionScope, ReviewPlanPolicy

RowCode = Literal["A", "B", "C", "D", "E1", "E2", "F"]


class NoticePolicy(Rule):
    """个人申报须知, read before a class is chosen (manual §3.3.2)."""

    title: Text
    paragraphs: Annotated[tuple[Text, ...], Field(min_length=1)]


class ClassRowPolicy(Rule):
    """One line of the list that a talent chooses from; E has two, which rank alike."""

    code: RowCode
    label: Text


class ClassPolicy(PolicyData):
    code: TalentClassCode
    name: Text
    rows: Annotated[tuple[ClassRowPolicy, ...], Field(min_length=1)]


class HonourPolicy(Rule):
    """荣誉资质: one entry to tick.

    `limited_to_one` (限1人) is for one person of an enterprise; `row` ties it to one of E's rows.
    """

    code: Slug
    talent_class: TalentClassCode
    row: RowCode | None = None
    text: Text
    limited_to_one: bool = False


class AttachmentCategoryPolicy(Rule):
    """附件分类. In `except_regions` a required category is optional; `deferrable` allows 容缺."""

    code: Slug
    label: Text
    hint: str = ""
    required_for: tuple[TalentClassCode, ...] = ()
    optional_for: tuple[TalentClassCode, ...] = ()
    except_regions: tuple[Slug, ...] = ()
    deferrable: bool


class AttachmentFilesPolicy(Rule):
    """What may be uploaded: media types, size in bytes, number in one category."""

    media_types: Annotated[tuple[Text, ...], Field(min_length=1)]
    max_bytes: Annotated[int, Field(ge=1)]
    max_files_per_category: Annotated[int, Field(ge=1)]


class DeferralPolicy(Rule):
    """容缺. `period_days` are the periods on offer, in days from the grant, of which a reviewer may
    grant or add any up to `longest_days`; `reminder_days` the days before the last one on which a
    reminder goes out, at `reminder_hour` in Shanghai (0: the last day itself). A supplement is to
    be reviewed in `review_working_days`. One that is returned leaves the clock where it stood when
    it was handed in (`remaining`), or as if it had never been (`unchanged`); and `least_days` at
    the least."""

    period_days: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)]
    longest_days: Annotated[int, Field(ge=1)]
    reminder_days: tuple[Annotated[int, Field(ge=0)], ...]
    reminder_hour: Annotated[int, Field(ge=0, le=23)]
    review_working_days: Annotated[int, Field(ge=1)]
    after_return: Literal["remaining", "unchanged"]
    least_days: Annotated[int, Field(ge=0)]


class RegionPolicy(Rule):
    """所属区域 and whose desk its cases go to; `division` is its GB/T 2260 code if it has one."""

    code: Slug
    label: Text
    scope: RegionScope
    division: str | None = None


class RejectReasonPolicy(Rule):
    """Why a reviewer says no; `false_declaration` puts the person on the abnormal list."""

    code: Slug
    label: Text
    false_declaration: bool = False


class EndReasonPolicy(Rule):
    """Why a class in force may be ended without a bar; two people decide."""

    code: Slug
    label: Text


class CommitmentPolicy(Rule):
    """个人申请承诺, word for word; `version` is what an application records as agreed to."""

    kind: Literal["registration", "business"]
    version: Text
    text: Text


class NoticeFile(PolicyFile):
    notice: NoticePolicy


class ClassesFile(PolicyFile):
    classes: tuple[ClassPolicy, ...]


class HonoursFile(PolicyFile):
    honours: tuple[HonourPolicy, ...]


class AttachmentsFile(PolicyFile):
    files: AttachmentFilesPolicy
    deferral: DeferralPolicy
    categories: Annotated[tuple[AttachmentCategoryPolicy, ...], Field(min_length=1)]


class ReviewFile(PolicyFile):
    objection: ObjectionPolicy
    plans: tuple[ReviewPlanPolicy, ...]
    reject_reasons: Annotated[tuple[RejectReasonPolicy, ...], Field(min_length=1)]
    end_reasons: tuple[EndReasonPolicy, ...] = ()


class RegionsFile(PolicyFile):
    regions: Annotated[tuple[RegionPolicy, ...], Field(min_length=1)]


class CommitmentFile(PolicyFile):
    commitment: CommitmentPolicy


class ClassificationPolicy(PolicyData):
    """Everything in force on one day. `version` is what a case pins and later looks up."""

    version: str
    effective_from: date
    notice: NoticePolicy
    classes: tuple[ClassPolicy, ...]
    honours: tuple[HonourPolicy, ...]
    files: AttachmentFilesPolicy
    deferral: DeferralPolicy
    attachments: tuple[AttachmentCategoryPolicy, ...]
    objection: ObjectionPolicy
    plans: tuple[ReviewPlanPolicy, ...]
    reject_reasons: tuple[RejectReasonPolicy, ...]
    end_reasons: tuple[EndReasonPolicy, ...]
    regions: tuple[RegionPolicy, ...]
    commitment: CommitmentPolicy

    def talent_class(self, code: str) -> ClassPolicy | None:
        return next((one for one in self.classes if one.code == code), None)

    def row(self, code: str) -> tuple[ClassPolicy, ClassRowPolicy] | None:
        """The row and the class it belongs to, or None for an unknown code."""
        return next(
            ((one, row) for one in self.classes for row in one.rows if row.code == code), None
        )

    def honours_of(self, talent_class: str, row: str | None = None) -> tuple[HonourPolicy, ...]:
        """What may be ticked in a class; with `row`, without those of the class's other row."""
        return tuple(
            one
            for one in self.honours
            if one.talent_class == talent_class and (row is None or one.row in (None, row))
        )

    def region(self, code: str) -> RegionPolicy | None:
        return next((one for one in self.regions if one.code == code), None)

    def reject_reason(self, code: str) -> RejectReasonPolicy | None:
        return next((one for one in self.reject_reasons if one.code == code), None)

    def attachments_of(self, talent_class: str) -> tuple[AttachmentCategoryPolicy, ...]:
        """Required and optional categories on offer to a class, in the order of the form."""
        return tuple(
            one
            for one in self.attachments
            if talent_class in one.required_for or talent_class in one.optional_for
        )

    def required_attachments(
        self, talent_class: str, region: str
    ) -> tuple[AttachmentCategoryPolicy, ...]:
        """Categories without which a case of this class and region is not complete."""
        return tuple(
            one
            for one in self.attachments
            if talent_class in one.required_for and region not in one.except_regions
        )

    def plan_for(self, talent_class: str, region: str) -> ReviewPlanPolicy | None:
        """The review plan of a case; None only for a class or region that does not exist."""
        where = self.region(region)
        if where is None:
            return None
        return next(
            (
                plan
                for plan in self.plans
                if talent_class in plan.classes and plan.region_scope == where.scope
            ),
            None,
        )
