"""Organisations: employers, hotels, property developers and authorities."""

import unicodedata

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from services.identity.rules.faults import Invalid

SHORTEST_NAME, LONGEST_NAME = 2, 100


def parse_uscc(text: str) -> str:
    """A unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters, upper case.

    Raises `Invalid`.
    """
    try:
        return uscc.validate("".join(unicodedata.normalize("NFKC", text).split()))
    except InvalidLength:
        raise Invalid("uscc-format", "统一社会信用代码应为 18 位，请核对。") from None
    except InvalidChecksum:
        raise Invalid("uscc-checksum", "统一社会信用代码有误（校验位不符），请逐位核对。") from None
    except ValidationError:
        raise Invalid(
            "uscc-format", "统一社会信用代码只含数字和大写字母（不含 I、O、Z、S、V），请核对。"
        ) from None


def parse_organisation_name(text: str) -> str:
    """An organisation's name as its licence prints it, 2 to 100 characters. Raises `Invalid`."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        raise Invalid(
            "organisation-name-length", f"单位名称应为 {SHORTEST_NAME} 至 {LONGEST_NAME} 个字符。"
        )
    if any(unicodedata.category(c).startswith("C") for c in name):
        raise Invalid(
            "organisation-name-characters", "单位名称中含有无法识别的字符，请删除后重填。"
        )
    return name
