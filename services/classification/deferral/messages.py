"""What the refusals of a deferral say."""

from typing import Final

from shared.http.messages import Sentence

SENTENCES: Final[dict[str, Sentence]] = {
    "deferral-not-asked": ("该申请没有容缺申请。", "The application asks for no deferral."),
    "deferral-decided": ("容缺申请已有结论。", "The request for deferral was decided already."),
    "deferral-undecided": (
        "请先对容缺申请作出决定。",
        "Decide on the request for deferral before approving.",
    ),
    "deferral-granted-already": (
        "该申请已获准容缺，不能再次申请容缺。",
        "Deferral was granted already: an application has one.",
    ),
    "deferral-not-open": (
        "没有需要补充的容缺资料。",
        "Nothing is outstanding under a deferral.",
    ),
    "deferral-missed": (
        "容缺资料补充期限已过。",
        "The last day for what was deferred has passed.",
    ),
    "supplement-not-handed-in": (
        "申请人尚未提交容缺附件。",
        "No supplement was handed in.",
    ),
    "supplement-under-review": (
        "容缺附件正在审核，期限已暂停。",
        "A supplement is under review, and the clock stands.",
    ),
}
