"""Identity documents: which numbers can exist, and what they say of their holder.

The types are those a talent may register with (manual §3.1).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from stdnum.cn.ric import calc_check_digit

from services.identity.rules.faults import Invalid
from services.identity.rules.fingerprints import fingerprint

Sex = Literal["male", "female"]

# GB/T 2260, the first two digits. Deliberately no finer: codes of counties come and go while a
# number is for life, so tables that date the codes (python-stdnum's `validate` among them) refuse
# true cards, such as everybody's who was born before Xiangyang's districts got today's codes.
_PROVINCES = frozenset(
    f"{area}{place}"
    for area, places in {
        1: "12345",
        2: "123",
        3: "1234567",
        4: "123456",
        5: "01234",
        6: "12345",
    }.items()
    for place in places
)
_RESIDENCE_PERMIT_PLACES = frozenset(("810000", "820000", "830000"))
_OLDEST = date(1900, 1, 1)


class DocumentType(StrEnum):
    """The kinds of document, by their stored names."""

    RESIDENT_IDENTITY_CARD = "resident_identity_card"
    PASSPORT = "passport"
    TRAVEL_PERMIT_HK_MACAO = "travel_permit_hk_macao"
    TRAVEL_PERMIT_TAIWAN = "travel_permit_taiwan"
    RESIDENCE_PERMIT_HMT = "residence_permit_hmt"
    FOREIGNER_PERMANENT_RESIDENCE = "foreigner_permanent_residence"


LABELS: Mapping[DocumentType, str] = {
    DocumentType.RESIDENT_IDENTITY_CARD: "居民身份证",
    DocumentType.PASSPORT: "护照",
    DocumentType.TRAVEL_PERMIT_HK_MACAO: "港澳居民来往内地通行证",
    DocumentType.TRAVEL_PERMIT_TAIWAN: "台湾居民来往大陆通行证",
    DocumentType.RESIDENCE_PERMIT_HMT: "港澳台居民居住证",
    DocumentType.FOREIGNER_PERMANENT_RESIDENCE: "外国人永久居留身份证",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A number that its type allows, normalised; birth date and sex where the number holds them."""

    type: DocumentType
    number: str
    birth_date: date | None = None
    sex: Sex | None = None

    def __repr__(self) -> str:
        return f"Document({self.type.value})"


def normalise_number(text: str) -> str:
    """Half-width, upper case, without the blanks, hyphens and brackets that people copy along."""
    half_width = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s()\-‐-―−\u200b-\u200f\u202a-\u202e\ufeff]", "", half_width)


def parse_document(type: DocumentType, number: str, today: date) -> Document:
    """The document, normalised, or `Invalid`. `today` bounds the birth date (Asia/Shanghai)."""
    return _PARSERS[type](normalise_number(number), today)


def document_fingerprint(key: bytes, type: DocumentType, number: str) -> str:
    """A keyed hash that stands for the holder wherever the number itself must not be.

    It is the same for every way of writing a number, and, where a part of the number is for life
    and the rest counts reissues (both travel permits), for every reissue. A resident identity
    card's number is for life, so a renewed card is the same person; a renewed passport is not, nor
    are two types of document, and two countries' passports may share a number: who the person
    behind several fingerprints is, only a record can say.
    """
    lasting = normalise_number(number)
    match type:
        case DocumentType.TRAVEL_PERMIT_HK_MACAO:
            lasting = lasting[:9]
        case DocumentType.TRAVEL_PERMIT_TAIWAN:
            lasting = lasting[:8]
        case _:
            pass
    return fingerprint(key, f"document:{type.value}", lasting)


def _resident_identity_card(number: str, today: date) -> Document:
    """GB 11643-1999."""
    _expect_eighteen(number)
    if number[:6] in _RESIDENCE_PERMIT_PLACES or number[0] == "9":
        raise Invalid("document-type-mismatch", "该号码不是居民身份证号码，请重新选择证件类型。")
    if number[:2] not in _PROVINCES:
        raise Invalid("document-region", "身份证号码的前六位地区代码有误，请核对。")
    return _eighteen(DocumentType.RESIDENT_IDENTITY_CARD, number, today)


def _residence_permit_hmt(number: str, today: date) -> Document:
    """State Council order 2018 no. 81, article 4: 810000 Hong Kong, 820000 Macao, 830000 Taiwan."""
    _expect_eighteen(number)
    if number[:6] not in _RESIDENCE_PERMIT_PLACES:
        raise Invalid(
            "document-region", "港澳台居民居住证号码应以 810000、820000 或 830000 开头，请核对。"
        )
    return _eighteen(DocumentType.RESIDENCE_PERMIT_HMT, number, today)


def _foreigner_permanent_residence(number: str, today: date) -> Document:
    """The card of 2023 (18 digits, the first a 9), or an earlier one that is still valid."""
    kind = DocumentType.FOREIGNER_PERMANENT_RESIDENCE
    # The earlier number's birth year has two digits, so no birth date is read from it.
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
        return Document(kind, number)
    if not re.fullmatch(r"9[0-9]{16}[0-9X]", number):
        raise Invalid(
            "document-format",
            "外国人永久居留身份证号码应为以 9 开头的 18 位号码，或 3 位字母加 12 位数字，请核对。",
        )
    return _eighteen(kind, number, today)


def _passport(number: str, _: date) -> Document:
    """ICAO Doc 9303 allows nine letters and digits, and longer ones by overflow."""
    if not re.fullmatch(r"(?=.*[0-9])[A-Z0-9]{5,14}", number):
        raise Invalid("document-format", "护照号码应为 5 至 14 位字母或数字，请核对。")
    return Document(DocumentType.PASSPORT, number)


def _travel_permit_hk_macao(number: str, _: date) -> Document:
    """The letter and eight digits are for life; two more on older permits count the reissues."""
    if not re.fullmatch(r"[HM][0-9]{8}(?:[0-9]{2})?", number):
        raise Invalid(
            "document-format", "港澳居民来往内地通行证号码应为字母 H 或 M 加 8 位数字，请核对。"
        )
    return Document(DocumentType.TRAVEL_PERMIT_HK_MACAO, number)


def _travel_permit_taiwan(number: str, _: date) -> Document:
    """Eight digits for life; on permits before 2015 two more count the reissues, and a letter or
    digit, printed in brackets, names the issuing office."""
    if not re.fullmatch(r"[0-9]{8}(?:[0-9]{2}[A-Z0-9]?)?", number):
        raise Invalid(
            "document-format",
            "台湾居民来往大陆通行证号码应为 8 位数字，旧证为 10 位数字加 1 位字母，请核对。",
        )
    return Document(DocumentType.TRAVEL_PERMIT_TAIWAN, number)


def _expect_eighteen(number: str) -> None:
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise Invalid("document-format", "证件号码应为 18 位，末位为数字或字母 X，请核对。")


def _eighteen(type: DocumentType, number: str, today: date) -> Document:
    """The common tail of the 18-digit numbers: birth date, sex, ISO 7064 MOD 11-2 check digit."""
    if number[-1] != calc_check_digit(number):
        raise Invalid("document-checksum", "证件号码有误（校验位不符），请逐位核对。")
    try:
        birth_date = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise Invalid("document-birth-date", "证件号码中的出生日期有误，请核对。") from None
    if not _OLDEST <= birth_date <= today:
        raise Invalid("document-birth-date", "证件号码中的出生日期有误，请核对。")
    return Document(type, number, birth_date, "male" if int(number[16]) % 2 else "female")


_PARSERS: Mapping[DocumentType, Callable[[str, date], Document]] = {
    DocumentType.RESIDENT_IDENTITY_CARD: _resident_identity_card,
    DocumentType.PASSPORT: _passport,
    DocumentType.TRAVEL_PERMIT_HK_MACAO: _travel_permit_hk_macao,
    DocumentType.TRAVEL_PERMIT_TAIWAN: _travel_permit_taiwan,
    DocumentType.RESIDENCE_PERMIT_HMT: _residence_permit_hmt,
    DocumentType.FOREIGNER_PERMANENT_RESIDENCE: _foreigner_permanent_residence,
}
