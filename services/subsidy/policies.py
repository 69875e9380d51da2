"""Named rules of an application, read from policy data."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from services.subsidy.profile.model import FIELDS, UnitRole
from services.subsidy.profile.units import LABELS
from services.subsidy.windows.calendar import SchemeWindows
from shared.domain.errors import DomainError, FieldError
from shared.domain.review.plan import (
    Desk,
    ObjectionTerms,
    PinnedDesk,
    PinnedPlan,
    PinnedStage,
)
from shared.policy.review import DeskPolicy, DeskRef, StagePolicy
from shared.policy.subsidy import SchemePolicy, SubsidyPolicy

CHANNEL_POINTER = "/channel"
RETURNABLE = frozenset((CHANNEL_POINTER, *(f"/profile/{name}" for name in FIELDS)))
"""What a reviewer may name for correction, besides categories of attachments."""
TOGETHER: Final = (
    frozenset({"dispatch", "recruiting_unit", "host_unit"}),
    frozenset({"political_affiliation", "joined_party_on"}),
)
"""Fields of which one may not be right any more when another is corrected."""

Units = Sequence[tuple[UnitRole, str]]
"""What each unit is to the talent, and its id."""


def require_not_barred(barred_until: date | None, today: date) -> None:
    """Refuses who is on the abnormal list, naming the last barred day (manual §3.4.5)."""
    if barred_until is not None and barred_until >= today:
        params = {"until": barred_until.isoformat()}
        raise DomainError("application-barred", status=403, params=params)


def require_open(scheme: SchemePolicy, windows: SchemeWindows, now: datetime) -> str | None:
    """The code of the open window, None for what is always open; refuses in between, naming the
    next opening (manual §3.4.1)."""
    if scheme.yearly is None:
        return None
    window = windows.open_at(scheme, now)
    if window is not None:
        return window.code
    following = windows.next_after(scheme, now)
    opens = None if following is None else following.opens.isoformat()
    raise DomainError("scheme-closed", params={"scheme": scheme.label, "opens": opens})


def require_class_first(scheme: SchemePolicy, talent_class: str | None) -> None:
    """Refuses who lacks the class that a scheme asks for before anything is started."""
    if scheme.class_first and talent_class not in scheme.classes:
        params = {"classes": "、".join(scheme.classes)}
        raise DomainError("class-required", params=params)


def contract_faults(
    policy: SubsidyPolicy, scheme: SchemePolicy, first_contract: date | None
) -> list[FieldError]:
    """The scheme goes by the day of the first labour contract in Xiangyang (manual §3.4.1)."""
    if first_contract is None or scheme.takes(first_contract):
        return []
    fitting = "、".join(one.label for one in policy.schemes if one.takes(first_contract))
    message = f"按来襄首次签订劳动合同的时间，应申请：{fitting or '无'}。"
    return [FieldError("/first_contract", "first-contract-of-other-scheme", message)]


def channel_faults(policy: SubsidyPolicy, scheme: SchemePolicy, channel: str) -> list[FieldError]:
    """A channel is one of the scheme's (manual §3.4.2)."""
    if channel in {one.code for one in policy.channels_of(scheme)}:
        return []
    return [FieldError("/channel", "unknown-channel", "请选择该补贴开放的申请通道。")]


def class_fits(policy: SubsidyPolicy, scheme: str, channel: str, talent_class: str | None) -> bool:
    """Whether a class may receive a scheme by a channel."""
    one, way = policy.scheme(scheme), policy.channel(channel)
    return (
        one is not None
        and way is not None
        and talent_class in one.classes
        and talent_class in way.classes
    )


def plan_of(policy: SubsidyPolicy, channel: str, units: Units) -> PinnedPlan:
    """The review plan of a case, with the units' desks side by side; LookupError for a channel
    that the policy does not have."""
    plan = policy.plan(channel)
    if plan is None:
        raise LookupError("no review plan for this channel")
    stages = tuple(
        PinnedStage(
            name=stage.code,
            label=stage.label,
            desks=tuple(_desks(stage, units)),
            due_working_days=min(desk.due_working_days for desk in stage.desks),
        )
        for stage in plan.stages
    )
    return PinnedPlan(
        version=f"{policy.version}/{plan.code}",
        stages=stages,
        objection=ObjectionTerms(**dict(policy.objection)),
    )


def _desks(stage: StagePolicy, units: Units) -> Iterable[PinnedDesk]:
    for desk in stage.desks:
        if desk.scope == "organisation":
            for role, id in units:
                yield _desk(f"{stage.code}:{role}", LABELS[role], desk, id)
        else:
            yield _desk(f"{stage.code}:{desk.role}", desk.label, desk, None)


def _desk(name: str, label: str, desk: DeskPolicy, unit: str | None) -> PinnedDesk:
    chain = tuple(_resolved(ref, unit) for ref in (desk, *desk.superiors))
    return PinnedDesk(name=name, label=label, chain=chain)


def _resolved(ref: DeskRef, unit: str | None) -> Desk:
    if ref.scope == "organisation" and unit is not None:
        return Desk(role=ref.role, scope=f"organisation:{unit}")
    if ref.scope != "city":
        raise LookupError("a subsidy's desk is a unit's or the city's")
    return Desk(role=ref.role, scope="city")


def return_faults(
    policy: SubsidyPolicy, fields: Iterable[str], categories: Iterable[str]
) -> list[FieldError]:
    """What a return names that no talent could correct."""
    wrong = [
        FieldError(f"/fields/{i}", "unknown-field", "没有这个字段。")
        for i, name in enumerate(fields)
        if name not in RETURNABLE
    ]
    return wrong + [
        FieldError(f"/attachments/{i}", "unknown-category", "没有这个附件分类。")
        for i, code in enumerate(categories)
        if policy.attachment(code) is None
    ]


def with_companions(fields: Iterable[str]) -> tuple[str, ...]:
    """Returned pointers, and those of the fields that hang together with one of them."""
    named = tuple(fields)
    further = [
        f"/profile/{other}"
        for group in TOGETHER
        if any(f"/profile/{name}" in named for name in group)
        for other in sorted(group)
    ]
    return tuple(dict.fromkeys((*named, *further)))


def pointer_of(field: str) -> str:
    """A returned field as its pointer: `mobile`, `/mobile`, `/profile/host_unit` -> what is
    unlocked, `/profile/mobile`, `/profile/host_unit`."""
    parts = field.strip("/").split("/")
    if parts[0] == "channel":
        return CHANNEL_POINTER
    return f"/profile/{parts[1] if parts[0] == 'profile' and len(parts) > 1 else parts[0]}"
