"""What has to be uploaded, and up to which month a contribution record reaches (manual §3.4.4)."""

import re
from collections.abc import Iterable
from datetime import date

from services.subsidy.events import AttachmentAdded
from shared.domain.errors import FieldError
from shared.policy.subsidy import SubsidyAttachmentPolicy, SubsidyPolicy

_MONTH = re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])")


def month_faults(
    category: SubsidyAttachmentPolicy, month: str | None, today: date
) -> list[FieldError]:
    """What is wrong with the month that comes with a file."""
    if category.months_back is None:
        wrong = FieldError("/month", "not-asked", "该附件分类不需要填写月份。")
        return [] if month is None else [wrong]
    if month is None:
        return [FieldError("/month", "required", "请选择缴纳记录截至的月份。")]
    if not _MONTH.fullmatch(month):
        return [FieldError("/month", "month-format", "月份应为 年-月，如 2026-03。")]
    if _number(month) > today.year * 12 + today.month:
        return [FieldError("/month", "month-in-future", "截至月份不能晚于本月。")]
    return []


def missing_attachments(
    policy: SubsidyPolicy, present: Iterable[AttachmentAdded], submitted_on: date
) -> list[FieldError]:
    """The required categories without a file that counts; `submitted_on` is the Shanghai day of
    the first submission."""
    there = list(present)
    found = []
    for category in policy.attachments:
        files = [one for one in there if one.category == category.code]
        at = f"/attachments/{category.code}"
        if category.required and not files:
            found.append(FieldError(at, "required", f"请上传“{category.label}”。"))
        elif files and category.months_back is not None:
            earliest = submitted_on.year * 12 + submitted_on.month - category.months_back
            if all(_number(one.month or "") < earliest for one in files):
                message = f"缴纳记录应截至 {_spelled(earliest)}或以后。"
                found.append(FieldError(at, "month-too-old", message))
    return found


def _number(month: str) -> int:
    """Months since year 0, so that they can be told apart by subtraction; 0 for no month."""
    found = _MONTH.fullmatch(month)
    return 0 if found is None else int(found[1]) * 12 + int(found[2])


def _spelled(number: int) -> str:
    year, month = divmod(number - 1, 12)
    return f"{year} 年 {month + 1} 月"
