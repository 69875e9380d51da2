"""Mobile numbers, which receive the codes and every notice of an approval step (manual §3)."""

import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from services.identity.rules.faults import Invalid

# In some plans, North America's among them, mobiles and land lines share their ranges.
_RECEIVES_SMS = frozenset((PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE))
_LONGEST_INPUT = 40


def parse_mobile(text: str, region: str = "CN") -> str:
    """The number in E.164 (`+8613800000000`), or `Invalid`.

    `region` (ISO 3166-1) is the country of a number written without `+`.
    """
    written = unicodedata.normalize("NFKC", text).strip()
    if not written or len(written) > _LONGEST_INPUT:
        raise Invalid("mobile-format", "请填写正确的手机号码。")
    try:
        number = phonenumbers.parse(written, region)
    except NumberParseException:
        raise Invalid("mobile-format", "请填写正确的手机号码。") from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise Invalid("mobile-format", "手机号码不存在，请核对；境外号码请以 + 和国家代码开头。")
    if phonenumbers.number_type(number) not in _RECEIVES_SMS:
        raise Invalid("mobile-not-mobile", "请填写能接收短信的手机号码，不能使用固定电话。")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
