"""Named rules of a deferral, read from policy data (manual §3.3.5-3.3.6)."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from services.classification.deferral.commands import DeferralRequest
from services.classification.deferral.state import Deferral
from shared.domain.calendar import shanghai_date
from shared.domain.errors import FieldError
from shared.policy.classification import ClassificationPolicy, DeferralPolicy


def request_faults(
    policy: ClassificationPolicy,
    talent_class: str,
    asked: DeferralRequest,
    present: Iterable[str],
    owed: Collection[str],
) -> list[FieldError]:
    """What is wrong with a request: `present` are the categories with a file, `owed` those that are
    outstanding for the class in force already."""
    there, found = set(present), []
    offered = {one.code: one for one in policy.attachments_of(talent_class)}
    if not asked.categories:
        message = "请选择暂时缺少的附件分类。"
        found.append(FieldError("/deferral/categories", "required", message))
    for index, code in enumerate(asked.categories):
        at, category = f"/deferral/categories/{index}", offered.get(code)
        if category is None:
            found.append(FieldError(at, "unknown-category", "请从列表中选择附件分类。"))
        elif not category.deferrable:
            message = f"“{category.label}”不能容缺，请上传。"
            found.append(FieldError(at, "not-deferrable", message))
        elif code in there:
            message = f"“{category.label}”已有附件，请取消容缺或删除附件。"
            found.append(FieldError(at, "not-missing", message))
        elif code in owed:
            message = f"“{category.label}”此前容缺尚未补齐，不能再次容缺。"
            found.append(FieldError(at, "deferred-already", message))
    if asked.days not in policy.deferral.period_days:
        message = "请从列表中选择容缺资料补充期限。"
        found.append(FieldError("/deferral/days", "unknown-period", message))
    if not asked.reason.strip():
        found.append(FieldError("/deferral/reason", "required", "请填写容缺申请原因。"))
    return found


def last_day_of(at: datetime, days: int) -> date:
    """The last of `days` from an instant on; the day itself is not counted (民法典 §201)."""
    return shanghai_date(at) + timedelta(days=days)


def latest_day_of(policy: DeferralPolicy, granted_on: date) -> date:
    """The last day that any extension can reach."""
    return granted_on + timedelta(days=policy.longest_days)


def last_day_after_return(policy: DeferralPolicy, deferral: Deferral, at: datetime) -> date:
    """Where the clock stands once a supplement is returned."""
    if deferral.last_day is None or deferral.handed_in_at is None:
        raise AssertionError("a returned supplement was handed in")
    today, last_day = shanghai_date(at), deferral.last_day
    if policy.after_return == "remaining":
        last_day = today + (last_day - shanghai_date(deferral.handed_in_at))
    return max(last_day, today + timedelta(days=policy.least_days))
