"""Whether a bank card's number can be right, and whose bank it is of."""

import unicodedata
from collections.abc import Sequence
from typing import Final

from stdnum import luhn

from shared.domain.errors import FieldError
from shared.policy.payouts import BankPolicy, PayoutPolicy

_SHORTEST, _LONGEST = 16, 19
_BETWEEN: Final = str.maketrans("", "", " -·•．.　")


def digits_of(number: str) -> str:
    """A number as people write it, without what they put between the groups."""
    return unicodedata.normalize("NFKC", number).translate(_BETWEEN)


def bank_of(number: str, policy: PayoutPolicy) -> tuple[BankPolicy | None, Sequence[FieldError]]:
    """The bank of a number (digits alone), or what is wrong with it: 16 to 19 digits, the check
    digit (ISO/IEC 7812-1, annex B, 模10), a prefix that the policy data knows."""
    if not (number.isascii() and number.isdigit() and _SHORTEST <= len(number) <= _LONGEST):
        message = f"银行卡号应为 {_SHORTEST} 至 {_LONGEST} 位数字。"
        return None, [FieldError("/number", "account-number-format", message)]
    if not luhn.is_valid(number):
        message = "银行卡号有误（校验位不符），请核对。"
        return None, [FieldError("/number", "account-number-check", message)]
    bank = policy.bank_of(number)
    if bank is None:
        names = "、".join(one.name for one in policy.banks)
        message = f"暂不支持该银行的卡，请使用以下银行的借记卡：{names}。"
        return None, [FieldError("/number", "account-bank-unknown", message)]
    return bank, []


def same_name(given: str, registered: str) -> bool:
    """Whether an account is in the talent's own name; widths, case, spaces and the dots of
    transcribed names tell no two persons apart."""
    return _plain(given) == _plain(registered)


def _plain(name: str) -> str:
    kept = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in kept if c not in "·•‧・. " and not c.isspace())
