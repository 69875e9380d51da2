"""The two clouds' reports on messages, as they post them.

Sources: Aliyun SMS, HTTP push of SmsReport; Tencent Cloud SMS, "SMS Sending Status Notification".
Neither signs what it posts.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Final

import orjson

from shared.adapters.sms.codes import word
from shared.ports.sms import BadReceipt, Receipt

_SHANGHAI: Final = timezone(timedelta(hours=8))
_LONGEST_CODE: Final = 80

Item = Mapping[str, object]


class JsonReceipts:
    """A JSON list of objects, each one report."""

    def __init__(self, answer: dict[str, object], read_one: Callable[[Item], Receipt]) -> None:
        self.answer = answer
        self._read_one = read_one

    def read(self, body: bytes) -> Sequence[Receipt]:
        """Raises BadReceipt for anything else; nothing of the body is in it."""
        try:
            items = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise BadReceipt("no JSON") from None
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise BadReceipt("no list of objects")
        return [self._read_one(item) for item in items]


def aliyun_receipts() -> JsonReceipts:
    """Reports with our reference as `out_id`."""
    return JsonReceipts({"code": 0, "msg": "接收成功"}, _aliyun)


def tencent_receipts() -> JsonReceipts:
    """Reports with their own id of the sending alone, as `sid`."""
    return JsonReceipts({"result": 0, "errmsg": "OK"}, _tencent)


def _aliyun(item: Item) -> Receipt:
    if not isinstance(item.get("success"), bool) or not (
        word(item, "out_id") or word(item, "biz_id")
    ):
        raise BadReceipt("success, out_id or biz_id")
    return Receipt(
        reference=word(item, "out_id") or None,
        provider_id=word(item, "biz_id") or None,
        delivered=item["success"] is True,
        code=word(item, "err_code")[:_LONGEST_CODE],
        reported_at=_moment(word(item, "report_time")),
    )


def _tencent(item: Item) -> Receipt:
    status = word(item, "report_status")
    if status not in ("SUCCESS", "FAIL") or not word(item, "sid"):
        raise BadReceipt("report_status, sid")
    return Receipt(
        reference=None,
        provider_id=word(item, "sid"),
        delivered=status == "SUCCESS",
        code=word(item, "errmsg")[:_LONGEST_CODE],
        reported_at=_moment(word(item, "user_receive_time")),
    )


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_SHANGHAI)
    except ValueError:
        raise BadReceipt("time") from None
