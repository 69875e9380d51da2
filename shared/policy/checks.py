"""What policy files must be to one another: no class without a plan, no code that nobody knows.

Every check yields (kind of file, field, what is wrong) and none stops at the first.
"""

from collections.abc import Iterable, Iterator

from shared.policy.base import CLASS_CODES, repeated
from shared.policy.classification import ClassificationPolicy, DeferralPolicy
from shared.policy.identity import IdentityPolicy
from shared.policy.subsidy import SubsidyPolicy

Problem = tuple[str, str, str]
_ROW_CODES = {"A": {"A"}, "B": {"B"}, "C": {"C"}, "D": {"D"}, "E": {"E1", "E2"}, "F": {"F"}}


def check_classification(policy: ClassificationPolicy) -> Iterator[Problem]:
    """Problems of one combination of classification files; none means that it can be used."""
    yield from _check_classes(policy)
    yield from _check_attachments(policy)
    yield from _check_plans(policy)
    yield from _check_honours(policy)
    yield from _unique("regions", "regions", (one.code for one in policy.regions))
    yield from _unique("review", "reject_reasons", (one.code for one in policy.reject_reasons))
    if not any(one.false_declaration for one in policy.reject_reasons):
        yield "review", "reject_reasons", "no reason is marked false_declaration"
    if policy.commitment.kind != "business":
        yield "commitment", "commitment.kind", "must be business"


def check_identity(policy: IdentityPolicy) -> Iterator[Problem]:
    """Problems of one combination of identity files; none means that it can be used."""
    yield from _unique("id_documents", "documents", (one.code for one in policy.documents))
    yield from _unique("abnormal_list", "bars", (one.kind for one in policy.bars))
    for kind in sorted({"registration", "business"} - {one.kind for one in policy.bars}):
        yield "abnormal_list", "bars", f"no bar of kind {kind}"
    if policy.commitment.kind != "registration":
        yield "commitment", "commitment.kind", "must be registration"
    if policy.password.min_length > policy.password.max_length:
        yield "limits", "password.min_length", "is greater than max_length"


def check_subsidy(policy: SubsidyPolicy) -> Iterator[Problem]:
    """Problems of one combination of subsidy files; none means that it can be used."""
    yield from _unique("schemes", "schemes", (one.code for one in policy.schemes))
    yield from _unique("schemes", "channels", (one.code for one in policy.channels))
    yield from _unique("schemes", "application_types", (t.code for t in policy.application_types))
    yield from _unique("schemes", "channels", (c for one in policy.channels for c in one.classes))
    served = {code for one in policy.channels for code in one.classes}
    for at, scheme in enumerate(policy.schemes):
        for missing in sorted(set(scheme.classes) - served):
            yield "schemes", f"schemes[{at}].classes", f"class {missing} has no channel"
    yield from _unique("attachments", "categories", (one.code for one in policy.attachments))
    yield from _unique("review", "plans", (one.channel for one in policy.plans))
    for unplanned in sorted({c.code for c in policy.channels} - {p.channel for p in policy.plans}):
        yield "review", "plans", f"channel {unplanned} has no plan"
    for at, plan in enumerate(policy.plans):
        yield from _unique("review", f"plans[{at}].stages", (one.code for one in plan.stages))
        for desk in (desk for stage in plan.stages for desk in stage.desks):
            if "district" in {ref.scope for ref in (desk, *desk.superiors)}:
                yield "review", f"plans[{at}].stages", f"{desk.role}: a case has no district"
            elif desk.scope == "city" and any(r.scope != "city" for r in desk.superiors):
                yield "review", f"plans[{at}].stages", f"{desk.role}: no unit is above the city"
    yield from _unique("review", "reject_reasons", (one.code for one in policy.reject_reasons))
    if not any(one.false_declaration for one in policy.reject_reasons):
        yield "review", "reject_reasons", "no reason is marked false_declaration"
    if policy.commitment.kind != "business":
        yield "commitment", "commitment.kind", "must be business"
    yield from _check_payouts(policy)


def _check_payouts(policy: SubsidyPolicy) -> Iterator[Problem]:
    payouts = policy.payouts
    yield from _unique("payouts", "endings", (one.reason for one in payouts.endings))
    yield from _unique("payouts", "failures", (one.code for one in payouts.failures))
    yield from _unique("payouts", "banks", (one.code for one in payouts.banks))
    yield from _unique("payouts", "banks", (p for one in payouts.banks for p in one.prefixes))
    for scheme in policy.schemes:
        always = {
            letter
            for rule in payouts.amounts
            if rule.scheme == scheme.code and not rule.conditional
            for letter in rule.classes
        }
        for letter in sorted(set(scheme.classes) - always):
            what = f"{scheme.code}: class {letter} has no amount without conditions"
            yield "payouts", "amounts", what


def _check_classes(policy: ClassificationPolicy) -> Iterator[Problem]:
    codes = [one.code for one in policy.classes]
    yield from _unique("classes", "classes", codes)
    for missing in sorted(set(CLASS_CODES) - set(codes)):
        yield "classes", "classes", f"class {missing} is missing"
    for at, one in enumerate(policy.classes):
        rows = [row.code for row in one.rows]
        if sorted(rows) != sorted(_ROW_CODES[one.code]):
            wanted = ", ".join(sorted(_ROW_CODES[one.code]))
            yield "classes", f"classes[{at}].rows", f"class {one.code} has the rows {wanted}"


def _check_honours(policy: ClassificationPolicy) -> Iterator[Problem]:
    yield from _unique("honours", "honours", (one.code for one in policy.honours))
    for code in CLASS_CODES:
        if not policy.honours_of(code):
            yield "honours", "honours", f"class {code} has none"
    for at, one in enumerate(policy.honours):
        if one.row is not None and one.row not in _ROW_CODES[one.talent_class]:
            reason = f"class {one.talent_class} has no row {one.row}"
            yield "honours", f"honours[{at}].row", reason


def _check_attachments(policy: ClassificationPolicy) -> Iterator[Problem]:
    yield from _unique("attachments", "categories", (one.code for one in policy.attachments))
    yield from _check_deferral(policy.deferral)
    known = {one.code for one in policy.regions}
    for at, one in enumerate(policy.attachments):
        field = f"categories[{at}]"
        for both in sorted(set(one.required_for) & set(one.optional_for)):
            yield "attachments", field, f"class {both} is both required and optional"
        for region in sorted(set(one.except_regions) - known):
            yield "attachments", f"{field}.except_regions", f"no region has the code {region}"


def _check_deferral(deferral: DeferralPolicy) -> Iterator[Problem]:
    yield from _unique("attachments", "deferral.period_days", map(str, deferral.period_days))
    yield from _unique("attachments", "deferral.reminder_days", map(str, deferral.reminder_days))
    for period in deferral.period_days:
        if period > deferral.longest_days:
            reason = f"{period} days are more than longest_days"
            yield "attachments", "deferral.period_days", reason


def _check_plans(policy: ClassificationPolicy) -> Iterator[Problem]:
    yield from _unique("review", "plans", (one.code for one in policy.plans))
    for scope in sorted({one.scope for one in policy.regions}):
        for code in CLASS_CODES:
            plans = [p for p in policy.plans if code in p.classes and p.region_scope == scope]
            if len(plans) != 1:
                count = len(plans) or "no"
                yield "review", "plans", f"class {code} has {count} plans for {scope} regions"
    for at, plan in enumerate(policy.plans):
        stages = [stage.code for stage in plan.stages]
        yield from _unique("review", f"plans[{at}].stages", stages)
        for desk in (desk for stage in plan.stages for desk in stage.desks):
            if plan.region_scope == "city" and desk.scope == "district":
                reason = f"{desk.role} is a district's desk, and a city case has no district"
                yield "review", f"plans[{at}].stages", reason


def _unique(kind: str, field: str, codes: Iterable[str]) -> Iterator[Problem]:
    if twice := repeated(codes):
        yield kind, field, f"given twice: {', '.join(twice)}"
