"""What an exported list says of any case."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from shared.casework.answers import STATUS_LABELS, waiting_at
from shared.events.personal import readable

COMMON_COLUMNS: Final[Mapping[str, Callable[[Any], str | None]]] = {
    "申请编号": lambda case: case.application_id,
    "姓名": lambda case: readable(case.name),
    "状态": lambda case: STATUS_LABELS[case.status],
    "申请次数": lambda case: str(case.attempt),
    "提交时间": lambda case: case.submitted_at,
    "办理期限": lambda case: case.due,
    "是否超期": lambda case: "是" if case.overdue else "否",
    "当前岗位": lambda case: "、".join(waiting_at(case)),
    "办结时间": lambda case: case.decided_at,
}
"""What an exported list says of every case, by heading."""
