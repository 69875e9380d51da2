"""What the refusals say that every context with applications has."""

from typing import Final

from shared.domain.review import refusals
from shared.http.messages import Sentence

SENTENCES: Final[dict[str, Sentence]] = {
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
    "bulk-twice": (
        "同一申请在一次批量办理中只能出现一次。",
        "An application may be named once in one bulk decision.",
    ),
    "export-too-large": (
        "导出超过 {most} 行，请缩小筛选范围。",
        "More than {most} rows: narrow the filter.",
    ),
    "filters-too-many": (
        "最多保存 {most} 个筛选，请先删除。",
        "At most {most} filters are kept: delete one first.",
    ),
    **refusals.MESSAGES,
}
