"""Named rules of an application, read from policy data."""

from collections.abc import Iterable
from datetime import date

from services.classification.profile.model import FIELDS
from shared.domain.errors import DomainError, FieldError
from shared.domain.review.plan import (
    Desk,
    ObjectionTerms,
    PinnedDesk,
    PinnedPlan,
    PinnedStage,
)
from shared.policy.classification import ClassificationPolicy
from shared.policy.review import DeskPolicy, DeskRef

CLASS_POINTER = "/class"
RETURNABLE = frozenset((CLASS_POINTER, *(f"/profile/{name}" for name in FIELDS)))
"""What a reviewer may name for correction, besides categories of attachments."""


def require_not_barred(barred_until: date | None, today: date) -> None:
    """Refuses who is on the abnormal list, naming the last barred day (manual §3.3.5)."""
    if barred_until is not None and barred_until >= today:
        params = {"until": barred_until.isoformat()}
        raise DomainError("application-barred", status=403, params=params)


def class_faults(
    policy: ClassificationPolicy, row: str, honours: Iterable[str]
) -> list[FieldError]:
    """What is wrong with a choice of a row and its honours (manual §3.3.2)."""
    found = policy.row(row)
    if found is None:
        return [FieldError("/row", "unknown-row", "请从列表中选择人才分类。")]
    honours = tuple(honours)
    if not honours:
        message = "请至少选择一项符合自身条件的荣誉资质。"
        return [FieldError("/honours", "honours-required", message)]
    offered = {one.code for one in policy.honours_of(found[0].code, row)}
    return [
        FieldError(f"/honours/{index}", "honour-not-of-class", "该荣誉资质不属于所选的人才分类。")
        for index, code in enumerate(honours)
        if code not in offered
    ]


def missing_attachments(
    policy: ClassificationPolicy, talent_class: str, region: str, present: Iterable[str]
) -> list[FieldError]:
    """The required categories without a file (manual §3.3.4)."""
    there = set(present)
    return [
        FieldError(f"/attachments/{one.code}", "required", f"请上传“{one.label}”。")
        for one in policy.required_attachments(talent_class, region)
        if one.code not in there
    ]


def plan_of(policy: ClassificationPolicy, talent_class: str, region: str) -> PinnedPlan:
    """The review plan of a case, with the districts' desks resolved; LookupError for a class or
    region that the policy does not have."""
    plan = policy.plan_for(talent_class, region)
    if plan is None:
        raise LookupError("no review plan for this class and region")
    stages = tuple(
        PinnedStage(
            name=stage.code,
            label=stage.label,
            desks=tuple(_desk(stage.code, desk, region) for desk in stage.desks),
            due_working_days=min(desk.due_working_days for desk in stage.desks),
        )
        for stage in plan.stages
    )
    return PinnedPlan(
        version=f"{policy.version}/{plan.code}",
        stages=stages,
        objection=ObjectionTerms(**dict(policy.objection)),
    )


def _desk(stage: str, desk: DeskPolicy, region: str) -> PinnedDesk:
    # A role may sit in two stages of one plan, and names are unique within it.
    chain = tuple(_resolved(ref, region) for ref in (desk, *desk.superiors))
    return PinnedDesk(name=f"{stage}:{desk.role}", label=desk.label, chain=chain)


def _resolved(ref: DeskRef, region: str) -> Desk:
    if ref.scope == "organisation":
        raise LookupError("a classification has no organisation's desk")
    return Desk(role=ref.role, scope="city" if ref.scope == "city" else f"district:{region}")


def return_faults(
    policy: ClassificationPolicy, fields: Iterable[str], categories: Iterable[str]
) -> list[FieldError]:
    """What a return names that no talent could correct."""
    known = {one.code for one in policy.attachments}
    wrong = [
        FieldError(f"/fields/{i}", "unknown-field", "没有这个字段。")
        for i, name in enumerate(fields)
        if name not in RETURNABLE
    ]
    return wrong + [
        FieldError(f"/attachments/{i}", "unknown-category", "没有这个附件分类。")
        for i, code in enumerate(categories)
        if code not in known
    ]


def pointer_of(field: str) -> str:
    """A returned field as its pointer: `mobile`, `/mobile`, `/profile/work/0/since` -> what is
    unlocked, `/profile/mobile`, `/profile/work`."""
    parts = field.strip("/").split("/")
    if parts[0] in ("class", "row", "honours"):
        return CLASS_POINTER
    return f"/profile/{parts[1] if parts[0] == 'profile' and len(parts) > 1 else parts[0]}"
