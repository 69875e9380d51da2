"""What classification's refusals and states say."""

from typing import Final

from services.classification.deferral.messages import SENTENCES as DEFERRAL_SENTENCES
from services.classification.deferral.views import STEP_LABELS as DEFERRAL_STEPS
from shared.casework.answers import STEP_LABELS as STEPS
from shared.casework.messages import SENTENCES
from shared.http.messages import Sentence, register_messages

_SENTENCES: Final[dict[str, Sentence]] = {
    **SENTENCES,
    **DEFERRAL_SENTENCES,
    "no-class-to-end": ("该人才没有生效中的类别。", "There is no class in force to end."),
    "ending-proposed-already": (
        "已有人提出终止该类别，请先处理。",
        "Its end was proposed already: decide on that first.",
    ),
    "no-ending-proposed": ("没有待复核的终止建议。", "Nobody proposed its end."),
    "no-class-in-force": (
        "您尚未认定人才类别，请发起认定申请。",
        "No class is in force: apply for one, not for a change.",
    ),
    "class-in-force": (
        "您已认定为 {class} 类人才；资质有变化的，请发起变更申请。",
        "Class {class} is in force: apply for a change instead.",
    ),
}

STEP_LABELS: Final = {**STEPS, "approved": "认定通过", **DEFERRAL_STEPS}


def register() -> None:
    """Make the sentences known to the HTTP kit."""
    register_messages(_SENTENCES)
