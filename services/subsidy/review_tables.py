"""What reviewers export, compare and count."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.subsidy.events import APPLICATION, ApplicationSubmitted
from services.subsidy.state import Application
from services.subsidy.views import CaseView
from shared.casework.columns import COMMON_COLUMNS
from shared.casework.difference import attachment_fields, profile_fields
from shared.casework.statistics import statistics

COLUMNS: Final[Mapping[str, Callable[[CaseView], str | None]]] = {
    **COMMON_COLUMNS,
    "补贴类型": lambda case: case.scheme,
    "开放期": lambda case: case.window,
    "申请通道": lambda case: case.channel,
    "单位": lambda case: "、".join(unit.name for unit in case.units),
}


def comparable(application: Application) -> dict[str, Any]:
    """An application's fields by pointer, for reviewers to see what changed."""
    channel = application.channel
    return {
        "/channel": None if channel is None else channel.channel,
        **profile_fields(application.profile),
        **attachment_fields(application),
    }


def labels_of(event: ApplicationSubmitted) -> Mapping[str, str]:
    """What the statistics sort cases by: scheme and channel."""
    return {"scheme": event.scheme, "channel": event.channel}


STATISTICS: Final = statistics("subsidy", APPLICATION, labels_of)
