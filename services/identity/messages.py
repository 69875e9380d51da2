"""What identity's refusals say."""

from typing import Final

from shared.http.messages import Sentence, register_messages

_SENTENCES: Final[dict[str, Sentence]] = {
    "already-registered": (
        "提交的内容已被注册，请见各字段的说明。",
        "Some of it is registered already.",
    ),
    "registration-barred": (
        "您在异常名单内，{until} 之前（含当日）不能注册。如有异议，请联系人才服务窗口。",
        "You are on the abnormal list and cannot register until the end of {until}.",
    ),
    "registration-overtaken": (
        "同样的内容刚刚由另一次操作提交，请刷新后再试。",
        "The same particulars were submitted by another request; reload and try again.",
    ),
    "registration-not-started": ("登记尚未开始。", "The registration has not begun."),
    "reservation-taken": ("该内容已被注册。", "It is registered already."),
    "reservation-unsettled": (
        "该内容正在被注册，请稍后再试。",
        "It is being registered; try again.",
    ),
    "reservation-busy": ("请求过多，请稍后再试。", "Too busy; try again shortly."),
    "account-closed": ("该账号已注销。", "The account is closed."),
    "talent-not-found": ("没有找到该人才账号。", "No such talent."),
    "listing-decided": (
        "该异常名单建议已处理，请刷新后查看。",
        "It was decided already; read it again.",
    ),
    "not-listed": ("该记录未在生效中。", "This entry is not in force."),
    "second-person-needed": (
        "须由未经手此事的另一人办理。",
        "Somebody else has to decide: you had a part in it.",
    ),
    "not-your-proposal": ("只有提出人可以撤回。", "Only who proposed it may take it back."),
    "objected-already": ("您已提出过异议，每项决定只能提出一次。", "You have objected already."),
    "objection-too-late": (
        "异议期限已于 {until} 届满。",
        "The time to object ended on {until}.",
    ),
    "no-objection": ("没有待处理的异议。", "There is no objection to decide."),
    "listing-not-found": ("没有找到该异常名单记录。", "No such entry of the abnormal list."),
    "old-mobile-wrong": ("原手机号码不正确。", "That is not the present mobile."),
    "erasure-refused-bar": (
        "异常名单限制期内（至 {until}）不能注销账号。",
        "The account cannot be erased while a bar runs, until the end of {until}.",
    ),
    "erasure-refused-open-case": (
        "尚有办理中的业务，办结或撤回后才能注销账号。",
        "The account cannot be erased while a case is open.",
    ),
    "erasure-refused-retention": (
        "已发放资金的资料依法保存至 {until}，其间不能注销账号。",
        "Records of paid money are retained by law until the end of {until}.",
    ),
    "own-case": ("不能办理与您本人有关的事项。", "Nobody decides on their own case."),
    "sign-in-failed": ("账号或密码不正确。", "Wrong account or password."),
    "sign-in-locked": (
        "密码错误次数过多，请 {seconds} 秒后再试，或使用手机验证码登录。",
        "Too many wrong passwords; wait {seconds} s, or sign in by SMS.",
    ),
    "sign-in-guarded": (
        "该账号近期登录异常，请使用手机验证码登录。",
        "Unusual sign-ins: please sign in by SMS.",
    ),
    "session-ended": ("登录已失效，请重新登录。", "The session has ended; sign in again."),
    "sms-not-sent": ("短信暂时无法发送，请稍后再试。", "The SMS could not be sent; try again."),
}


def register() -> None:
    """Make the sentences known; harmless twice."""
    register_messages(_SENTENCES)
