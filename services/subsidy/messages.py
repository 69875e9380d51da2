"""What subsidy's refusals and states say."""

from typing import Final

from shared.casework.answers import STEP_LABELS as STEPS
from shared.casework.messages import SENTENCES
from shared.http.messages import Sentence, register_messages

_SENTENCES: Final[dict[str, Sentence]] = {
    **SENTENCES,
    "no-unit-waits": ("该申请没有待确认的单位。", "The case waits for no unit."),
    "subsidy-granted": (
        "您已获批该项补贴，不能重复申请。",
        "This allowance was granted to you already.",
    ),
    "scheme-closed": (
        "{scheme}的申请入口未开放，下次开放日期：{opens}。",
        "{scheme} takes no applications now; it opens on {opens}.",
    ),
    "scheme-without-windows": (
        "{scheme} 常年开放，没有申请窗口。",
        "{scheme} is always open and has no windows.",
    ),
    "window-is-over": ("该窗口已于 {closes} 截止。", "That window ended on {closes}."),
    "window-not-found": ("没有找到该申请窗口。", "No such window."),
    "window-overlaps": (
        "与 {opens} 至 {closes} 的窗口重叠。",
        "It overlaps the window from {opens} to {closes}.",
    ),
    "window-over": (
        "发起申请时的{scheme}开放期已结束，请撤回后在下一开放期重新申请。",
        "The window in which this application for {scheme} was started is over: withdraw it.",
    ),
    "class-required": (
        "该项补贴面向 {classes} 类人才，请先完成人才分类认定。",
        "This allowance is for the classes {classes}: have yours assessed first.",
    ),
    "no-class-to-grant-by": (
        "申请人尚未认定人才类别，不能审批通过；可退回或不予通过。",
        "The applicant has no class in force: it cannot be granted.",
    ),
    "class-does-not-fit": (
        "申请人现为 {class} 类人才，与该项补贴或申请通道不符；可退回修改通道或不予通过。",
        "The applicant's class {class} fits neither this allowance nor this channel.",
    ),
}

STEP_LABELS: Final = {**STEPS, "approved": "资格通过"}


REASONS: Final = {
    "application-barred": "您在异常名单内，{until}之前（含当日）不能申请。",
    "scheme-closed": "申请入口未开放，下次开放日期：{opens}。",
    "application-open": "您有一项尚未办结的申请。",
    "subsidy-granted": "您已获批该项补贴。",
    "no-class-yet": "该项补贴面向{classes}类人才，您尚未认定人才类别；审批时须已认定。",
    "class-of-others": "该项补贴面向{classes}类人才，与您的人才类别不符。",
}
"""Why a scheme is grey, or will be refused at the end."""


def register() -> None:
    """Make the sentences known to the HTTP kit."""
    register_messages(_SENTENCES)
