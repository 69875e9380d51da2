"""Numbers of phones."""

from typing import Final

import phonenumbers

_RECEIVES_SMS: Final = frozenset(
    (
        phonenumbers.PhoneNumberType.MOBILE,
        # In some plans, North America's among them, mobiles and land lines share their ranges.
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    )
)


def e164(mobile: str) -> str | None:
    """The number of a phone that receives SMS (ITU E.164), Chinese unless it has a `+`; None for
    anything else."""
    try:
        number = phonenumbers.parse(mobile, "CN")
    except phonenumbers.NumberParseException:
        return None
    valid = not number.extension and phonenumbers.is_valid_number(number)
    if not valid or phonenumbers.number_type(number) not in _RECEIVES_SMS:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
