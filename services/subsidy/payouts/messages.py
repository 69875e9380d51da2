"""What refusals, states and reasons of payments say."""

from typing import Final

from shared.http.messages import Sentence, register_messages

_SENTENCES: Final[dict[str, Sentence]] = {
    "schedule-not-found": ("没有找到该项发放。", "No such schedule of payments."),
    "schedule-over": ("该项发放已经结束。", "This schedule of payments is over."),
    "unit-unchanged": ("您登记的就是目前的单位。", "That is the present unit."),
    "no-unit-change": (
        "没有待贵单位确认的单位变更。",
        "No change of units waits for your organisation's word.",
    ),
    "account-not-entered": ("您尚未填写收款账户。", "No account has been entered."),
    "payment-in-batch": (
        "该期已在批次 {batch} 中，不能再次列入。",
        "This payment is in batch {batch} already.",
    ),
    "payment-made-already": ("该期已经发放。", "This payment was made already."),
    "payment-not-due": ("该期未到发放时间，或已停止发放。", "This payment is not due, or stopped."),
    "payment-held": ("该期暂缓发放：{reasons}。", "This payment is held: {reasons}."),
    "repayment-exceeds-claim": (
        "退回金额超过应退余额 {left} 元。",
        "More than the {left} yuan that are claimed back.",
    ),
    "batch-not-found": ("没有找到该批次。", "No such batch."),
    "batch-not-there": (
        "批次目前的状态（{status}）不能办理此事。",
        "Not possible while the batch is {status}.",
    ),
    "batch-own-check": (
        "批次须由制单人以外的人员复核。",
        "A batch is checked by somebody else than its maker.",
    ),
    "batch-totals-differ": (
        "笔数或金额与批次不符，请按各字段的说明核对。",
        "The control totals are not those of the batch; see each field.",
    ),
    "batch-lines-gone": (
        "批次中有 {count} 笔已不应发放（序号 {lines}），请先移出后重新复核。",
        "{count} lines should not be paid any more ({lines}): take them out, then check anew.",
    ),
    "batch-account-gone": (
        "序号 {line} 的收款账户已被删除，不能生成文件。",
        "The account of line {line} was erased.",
    ),
    "batch-answered-already": (
        "该批次已登记另一份结果文件。",
        "Another result file was accepted for this batch.",
    ),
    "payment-format-unknown": (
        "没有这种文件格式，可用：{known}。",
        "No such format; there are {known}.",
    ),
    "result-file-refused": (
        "结果文件有误，整份未登记，请按各项说明核对。",
        "The result file is at fault and was refused as a whole; see each field.",
    ),
}

HELD_LABELS: Final = {
    "class-not-in-force": "没有符合本项补贴的有效人才类别",
    "barred": "您在异常名单内",
    "no-account": "尚未填写本人收款账户",
    "account-refused": "银行未能向您的账户付款，请更换账户",
    "employment-unconfirmed": "请用人单位确认您仍在职，或提供新的社保缴纳记录",
}
PAYMENT_LABELS: Final = {
    "due": "待发放",
    "in-batch": "发放中",
    "paid": "已发放",
    "cancelled": "已取消",
}
BATCH_LABELS: Final = {
    "none": "未建立",
    "collecting": "汇集中",
    "to-check": "待复核",
    "empty": "无明细",
    "reducing": "移出明细中",
    "approved": "已复核",
    "rejected": "已退回",
    "released": "已退回",
    "sent": "已报送银行",
    "answered": "登记结果中",
    "settled": "已完成",
}


def register() -> None:
    """Make the sentences known to the HTTP kit."""
    register_messages(_SENTENCES)
