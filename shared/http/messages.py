"""What error codes say to a person: Chinese, and English for who asks for it."""

from collections.abc import Mapping
from typing import Any, Final

Sentence = tuple[str, str]
_UNKNOWN: Final[Sentence] = (
    "请求无法完成（{code}）。",
    "The request cannot be completed ({code}).",
)

_catalogue: dict[str, Sentence] = {
    "invalid-input": (
        "提交的内容有误，请按各字段的说明修改。",
        "The input is at fault; see each field.",
    ),
    "invalid-fields": (
        "提交的内容有误，请按各字段的说明修改。",
        "The input is at fault; see each field.",
    ),
    "invalid-json": ("请求体不是有效的 JSON（UTF-8）。", "The body is not valid JSON in UTF-8."),
    "body-too-large": (
        "请求体超过 {limit} 字节的上限。",
        "The body is over the limit of {limit} bytes.",
    ),
    "not-found": ("没有找到。", "Not found."),
    "method-not-allowed": ("此地址不接受该方法。", "This address does not take that method."),
    "unauthenticated": ("请先登录。", "Sign in first."),
    "forbidden": ("您没有办理此事的权限。", "You may not do this."),
    "stale-version": (
        "内容已被更新，请刷新后再试。",
        "It has changed meanwhile: read it again, then retry.",
    ),
    "contended": (
        "同时办理的人太多，请稍后再试。",
        "Too many changes at once; try again shortly.",
    ),
    "idempotency-key-reused": (
        "同一个 Idempotency-Key 用于了不同的请求。",
        "The Idempotency-Key was used for another request.",
    ),
    "engine-unavailable": (
        "服务暂时不可用，请稍后再试。",
        "Unavailable for now; try again shortly.",
    ),
    "not-ready": ("服务尚未就绪。", "Not ready."),
    "too-many-requests": (
        "请求过于频繁，请 {seconds} 秒后再试。",
        "Too many requests; wait {seconds} s.",
    ),
    "internal-error": (
        "系统出错，已记录。请稍后再试，并提供编号 correlation_id。",
        "Something failed and was recorded. Try again later and quote the correlation_id.",
    ),
    "log-changed": (
        "事件日志已更换，请从头读取。",
        "This is another log: read it from the beginning.",
    ),
    "http-error": ("请求无法完成。", "The request cannot be completed."),
}


def register_messages(sentences: Mapping[str, Sentence]) -> None:
    """A service's codes with their sentences (Chinese, English); a code means one thing only."""
    for code, sentence in sentences.items():
        if _catalogue.setdefault(code, sentence) != sentence:
            raise TypeError(f"{code!r} has two sentences")


def sentence(code: str, params: Mapping[str, Any], *, english: bool) -> str:
    """The sentence for a code with its placeholders filled."""
    text = _catalogue.get(code, _UNKNOWN)[1 if english else 0]
    try:
        return text.format(**{"code": code, **params})
    except KeyError:
        return text


def known_codes() -> frozenset[str]:
    """Every code that has a sentence."""
    return frozenset(_catalogue)
