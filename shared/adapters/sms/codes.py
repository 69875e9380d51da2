"""What the two clouds' error codes say about an attempt.

Sources: error codes of Aliyun SMS and its gateway, of Tencent Cloud SMS 2021-01-11 and
API 3.0. What is not listed goes by its family; what a gateway says about itself (an internal
error, no service) leaves the outcome open.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from shared.ports.sms import Handover

_Rules = Sequence[tuple[str, Handover]]

ALIYUN: Final[_Rules] = (
    ("OK", Handover.TAKEN),
    # Too many: of this number, of this account, of this second.
    ("isv.BUSINESS_LIMIT", Handover.THROTTLED),
    ("isv.DAY_LIMIT_CONTROL", Handover.THROTTLED),
    ("isv.MONTH_LIMIT_CONTROL", Handover.THROTTLED),
    ("Throttling", Handover.THROTTLED),
    # The account's faults: another message fares no better, and this one will once they are mended.
    ("isv.AMOUNT_NOT_ENOUGH", Handover.RETRY),
    ("isv.OUT_OF_SERVICE", Handover.RETRY),
    ("isv.PRODUCT_UN", Handover.RETRY),
    ("isv.ACCOUNT_", Handover.RETRY),
    ("isv.BILLING_", Handover.RETRY),
    ("isp.RAM_PERMISSION_DENY", Handover.RETRY),
    ("InvalidAccessKeyId", Handover.RETRY),
    ("SignatureDoesNotMatch", Handover.RETRY),
    ("IncompleteSignature", Handover.RETRY),
    ("InvalidTimeStamp", Handover.RETRY),
    ("Forbidden", Handover.RETRY),
    ("NoPermission", Handover.RETRY),
    # The number, the text or its parameters.
    ("isv.", Handover.REFUSED),
    ("MissingParameter", Handover.REFUSED),
    ("InvalidParameter", Handover.REFUSED),
    # isp.SYSTEM_ERROR, isp.GATEWAY_ERROR, InternalError, ServiceUnavailable, SignatureNonceUsed …
    ("", Handover.UNKNOWN),
)
TENCENT: Final[_Rules] = (
    ("Ok", Handover.TAKEN),
    ("LimitExceeded", Handover.THROTTLED),
    ("RequestLimitExceeded", Handover.THROTTLED),
    ("FailedOperation.InsufficientBalanceInSmsPackage", Handover.RETRY),
    ("AuthFailure", Handover.RETRY),
    ("UnauthorizedOperation", Handover.RETRY),
    ("ResourceInsufficient", Handover.RETRY),
    ("FailedOperation", Handover.REFUSED),
    ("InvalidParameter", Handover.REFUSED),
    ("MissingParameter", Handover.REFUSED),
    ("UnsupportedOperation", Handover.REFUSED),
    # InternalError, ResourceUnavailable …
    ("", Handover.UNKNOWN),
)


def handover_of(code: str, rules: _Rules) -> Handover:
    """By the first rule whose beginning the code has."""
    return next(handover for beginning, handover in rules if code.startswith(beginning))


def word(answer: Mapping[str, object], name: str) -> str:
    """A field of an answer as text; empty where it is absent."""
    value = answer.get(name)
    return "" if value is None else str(value)
