"""What subsidy's refusals and states say."""

from typing import Final

from shared.domain.review import refusals
from shared.domain.review.application import Status
from shared.http.messages import Sentence, register_messages

_SENTENCES: Final[dict[str, Sentence]] = {
    "application-not-found": ("没有找到该申请。", "No such application."),
    "application-open": (
        "您有一项尚未办结的申请，请先完成或撤回。",
        "Another application is open: finish or withdraw it first.",
    ),
    "application-barred": (
        "您在异常名单内，{until} 之前（含当日）不能申请。如有异议，请联系人才服务窗口。",
        "You are on the abnormal list and cannot apply until the end of {until}.",
    ),
    "application-locked": (
        "已提交审核的信息不能修改；退回后可修改审核人员指明的内容。",
        "What is submitted is locked; a return unlocks exactly what the reviewer named.",
    ),
    "application-not-submitted": ("该申请尚未提交。", "The application was not submitted yet."),
    "subsidy-granted": (
        "您已获批该项补贴，不能重复申请。",
        "This allowance was granted to you already.",
    ),
    "scheme-closed": (
        "{scheme}的申请入口未开放，下次开放日期：{opens}。",
        "{scheme} takes no applications now; it opens on {opens}.",
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
    "person-not-known-yet": (
        "账号信息正在同步，请稍后再试。",
        "Your account is not known here yet; try again shortly.",
    ),
    "account-closed": ("该账号已注销。", "The account is closed."),
    "attachment-not-found": ("没有找到该附件。", "No such attachment."),
    "attachments-too-many": (
        "每个附件分类最多上传 {most} 个文件，请先删除。",
        "A category holds at most {most} files: delete one first.",
    ),
    "multipart-expected": (
        "请以 multipart/form-data 上传，包含 category 和 file 两项。",
        "Upload as multipart/form-data with the parts category and file.",
    ),
    "file-empty": ("文件是空的。", "The file is empty."),
    "file-too-large": (
        "文件超过 {megabytes} MB 的上限。",
        "The file is over the limit of {megabytes} MB.",
    ),
    "file-type-not-allowed": (
        "只能上传 PDF、PNG 或 JPEG 文件（以文件内容为准）。",
        "Only PDF, PNG and JPEG are taken, told by the content.",
    ),
    "file-infected": ("文件未通过安全检查。", "The file did not pass the security check."),
    **refusals.MESSAGES,
}

STATUS_LABELS: Final[dict[Status, str]] = {
    Status.DRAFT: "未提交",
    Status.IN_REVIEW: "审核中",
    Status.RETURNED: "已退回，待修改",
    Status.APPROVED: "已通过",
    Status.REJECTED: "未通过",
    Status.WITHDRAWN: "已撤回",
    Status.ENDED: "已终止",
}

STEP_LABELS: Final = {
    "submitted": "提交审核",
    "stage-opened": "进入环节",
    "claimed": "领取",
    "released": "放回",
    "handed-over": "转交",
    "desk-approved": "审核通过",
    "returned": "退回修改",
    "rejected": "不予通过",
    "passed-up": "转上级岗位",
    "escalated": "超期督办",
    "approved": "资格通过",
    "withdrawn": "撤回申请",
    "ended": "申请终止",
}


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
