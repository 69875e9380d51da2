"""What reviewers export, compare and count."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.classification.deferral.answers import STANDING_LABELS
from services.classification.events import APPLICATION, ApplicationSubmitted
from services.classification.state import Application
from services.classification.views import CaseView
from shared.casework.columns import COMMON_COLUMNS
from shared.casework.difference import attachment_fields, profile_fields
from shared.casework.statistics import statistics

COLUMNS: Final[Mapping[str, Callable[[CaseView], str | None]]] = {
    **COMMON_COLUMNS,
    "申请类型": lambda case: {"new": "首次认定", "change": "变更申请"}[case.kind],
    "人才类别": lambda case: case.talent_class,
    "荣誉资质": lambda case: "、".join(case.honours),
    "所属区域": lambda case: case.region,
    "容缺": lambda case: case.deferral_standing and STANDING_LABELS[case.deferral_standing],
    "容缺期限": lambda case: (
        str(case.deferral.last_day) if case.deferral and case.deferral.last_day else None
    ),
}


def comparable(application: Application) -> dict[str, Any]:
    """An application's fields by pointer, for reviewers to see what changed."""
    chosen = application.chosen
    return {
        "/class": None if chosen is None else chosen.row,
        "/honours": () if chosen is None else chosen.honours,
        **profile_fields(application.profile),
        **attachment_fields(application),
    }


def labels_of(event: ApplicationSubmitted) -> Mapping[str, str]:
    """What the statistics sort cases by: class and district."""
    return {"talent_class": event.talent_class, "region": event.region}


STATISTICS: Final = statistics("classification", APPLICATION, labels_of)
