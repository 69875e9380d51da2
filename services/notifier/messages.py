"""What the notifier's refusals and states say."""

from typing import Final

from shared.http.messages import Sentence, register_messages

_SENTENCES: Final[dict[str, Sentence]] = {
    "message-not-found": ("没有找到该短信。", "No such message."),
    "message-not-redrivable": (
        "该短信已送出、正在发送，或收件人已注销，不能重发。",
        "It was handed over, is being sent, or its person was erased: it cannot be sent again.",
    ),
    "message-not-due": ("尚未到发送时间。", "It is not due yet."),
    "attempt-open": (
        "该短信正在发送，或上次发送的结果未知。",
        "An attempt is under way, or its outcome is unknown.",
    ),
    "template-not-found": (
        "没有该模板，或没有该语言的文本。",
        "No such text, or not in that language.",
    ),
    "receipt-not-authentic": (
        "回执未通过验证。",
        "The report bears no valid signature, or comes by no known path.",
    ),
    "receipt-not-readable": ("回执格式有误。", "The report is not in the provider's format."),
    "receipt-provider-unknown": ("没有配置该服务商。", "No such provider is set up."),
}

STATE_LABELS: Final = {
    "waiting": "等待发送",
    "attempting": "发送中",
    "unknown": "结果未知",
    "handed-over": "已送出",
    "suppressed": "未发送",
    "given-up": "发送失败",
}


def register() -> None:
    """Make the sentences known to the HTTP kit."""
    register_messages(_SENTENCES)
