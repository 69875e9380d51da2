from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn.ric import calc_check_digit

from services.identity.rules.documents import (
    LABELS,
    Document,
    DocumentType,
    document_fingerprint,
    normalise_number,
    parse_document,
)
from services.identity.rules.faults import Invalid
from shared.domain.masking import mask_number

TODAY = date(2025, 3, 3)
KEY = b"k" * 32

RESIDENT = DocumentType.RESIDENT_IDENTITY_CARD
PASSPORT = DocumentType.PASSPORT
HK_MACAO = DocumentType.TRAVEL_PERMIT_HK_MACAO
TAIWAN = DocumentType.TRAVEL_PERMIT_TAIWAN
RESIDENCE_PERMIT = DocumentType.RESIDENCE_PERMIT_HMT
FOREIGNER = DocumentType.FOREIGNER_PERMANENT_RESIDENCE


def eighteen(body: str) -> str:
    """Seventeen digits and their check digit."""
    return body + calc_check_digit(body + "0")


def refusal(type: DocumentType, number: str, today: date = TODAY) -> str:
    with pytest.raises(Invalid) as caught:
        parse_document(type, number, today)
    assert number not in str(caught.value)
    return caught.value.code


resident_numbers = st.builds(
    lambda place, born, order: eighteen(f"{place}{born:%Y%m%d}{order:03}"),
    st.sampled_from(["420602", "420606", "420607", "420684", "110101", "650102"]),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)


@pytest.mark.parametrize(
    ("type", "number", "birth_date", "sex"),
    [
        (RESIDENT, eighteen("42060219900307001"), date(1990, 3, 7), "male"),
        (RESIDENT, eighteen("42060619880229002"), date(1988, 2, 29), "female"),
        (RESIDENT, eighteen("42060219550101003"), date(1955, 1, 1), "male"),
        (RESIDENCE_PERMIT, eighteen("81000019920704001"), date(1992, 7, 4), "male"),
        (RESIDENCE_PERMIT, eighteen("82000019920704002"), date(1992, 7, 4), "female"),
        (RESIDENCE_PERMIT, eighteen("83000019920704003"), date(1992, 7, 4), "male"),
        (FOREIGNER, eighteen("94284019850615002"), date(1985, 6, 15), "female"),
        (FOREIGNER, "USA420085061500", None, None),
        (PASSPORT, "E00000001", None, None),
        (PASSPORT, "C01X00T47", None, None),
        (PASSPORT, "000000001", None, None),
        (HK_MACAO, "H00000001", None, None),
        (HK_MACAO, "M0000000102", None, None),
        (TAIWAN, "00000001", None, None),
        (TAIWAN, "0000000101", None, None),
        (TAIWAN, "0000000101B", None, None),
    ],
)
def test_a_possible_number_is_taken_with_what_it_says_of_its_holder(
    type: DocumentType, number: str, birth_date: date | None, sex: str | None
) -> None:
    document = parse_document(type, number, TODAY)
    assert (document.type, document.number) == (type, number)
    assert (document.birth_date, document.sex) == (birth_date, sex)


@pytest.mark.parametrize(
    ("type", "number", "code"),
    [
        (RESIDENT, "", "document-format"),
        (RESIDENT, "420602900307001", "document-format"),
        (RESIDENT, "X" * 18, "document-format"),
        (RESIDENT, "٤" * 18, "document-format"),
        (RESIDENT, eighteen("42060219900307001") + "\n1", "document-format"),
        (RESIDENT, eighteen("42060219901307001"), "document-birth-date"),
        (RESIDENT, eighteen("42060219890229001"), "document-birth-date"),
        (RESIDENT, eighteen("42060218990101001"), "document-birth-date"),
        (RESIDENT, eighteen("42060220250304001"), "document-birth-date"),
        (RESIDENT, eighteen("99000019900307001"), "document-type-mismatch"),
        (RESIDENT, eighteen("81000019900307001"), "document-type-mismatch"),
        (RESIDENT, eighteen("20060219900307001"), "document-region"),
        (RESIDENCE_PERMIT, eighteen("42060219900307001"), "document-region"),
        (RESIDENCE_PERMIT, eighteen("81000019901307001"), "document-birth-date"),
        (FOREIGNER, eighteen("42060219900307001"), "document-format"),
        (FOREIGNER, "US420085061500", "document-format"),
        (FOREIGNER, "USAX20085061500", "document-format"),
        (PASSPORT, "E123", "document-format"),
        (PASSPORT, "EEEEEEEEE", "document-format"),
        (PASSPORT, "E1234567890123456", "document-format"),
        (PASSPORT, "护照00000001", "document-format"),
        (HK_MACAO, "C00000001", "document-format"),
        (HK_MACAO, "H0000001", "document-format"),
        (HK_MACAO, "H000000010", "document-format"),
        (TAIWAN, "0000001", "document-format"),
        (TAIWAN, "000000010", "document-format"),
        (TAIWAN, "T0000001", "document-format"),
    ],
)
def test_an_impossible_number_is_refused_with_its_reason(
    type: DocumentType, number: str, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        parse_document(type, number, TODAY)
    assert caught.value.code == code
    assert caught.value.message.endswith("。")


@given(resident_numbers)
def test_every_well_formed_resident_card_is_taken(number: str) -> None:
    document = parse_document(RESIDENT, number, TODAY)
    assert document.number == number
    assert document.birth_date == date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


@given(resident_numbers, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_a_resident_card_with_any_one_digit_changed_is_refused(
    number: str, position: int, digit: str
) -> None:
    changed = number[:position] + digit + number[position + 1 :]
    if changed != number:
        refusal(RESIDENT, changed)


@given(resident_numbers, st.integers(0, 15))
def test_a_resident_card_with_two_neighbours_swapped_is_refused(number: str, at: int) -> None:
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if swapped != number:
        refusal(RESIDENT, swapped)


@given(st.sampled_from(DocumentType), st.text(max_size=40))
def test_whatever_is_typed_is_either_taken_or_refused_with_a_reason(
    type: DocumentType, text: str
) -> None:
    try:
        document = parse_document(type, text, TODAY)
    except Invalid:
        return
    assert document.number == normalise_number(text)
    assert document.number.isascii()


def test_a_person_born_today_has_a_card_and_one_born_tomorrow_has_none() -> None:
    number = eighteen("42060220250303001")
    assert parse_document(RESIDENT, number, TODAY).birth_date == TODAY
    assert refusal(RESIDENT, number, date(2025, 3, 2)) == "document-birth-date"


def test_a_number_is_the_same_however_it_is_written() -> None:
    number = next(n for n in (eighteen(f"42060219900307{i:03}") for i in range(99)) if n[-1] == "X")
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in number)
    spaced = f" {number[:6]} {number[6:14]}\u3000{number[14:].lower()}\u200b"
    for written in (number, full_width, spaced):
        assert parse_document(RESIDENT, written, TODAY).number == number
    assert parse_document(TAIWAN, "0000000101（b）", TODAY).number == "0000000101B"


def test_a_fingerprint_is_keyed_and_tells_types_and_numbers_apart() -> None:
    one = document_fingerprint(KEY, PASSPORT, "E00000001")
    assert len(one) == 64
    assert one == document_fingerprint(KEY, PASSPORT, "ｅ0000 0001")
    others = {
        document_fingerprint(b"another key", PASSPORT, "E00000001"),
        document_fingerprint(KEY, PASSPORT, "E00000002"),
        document_fingerprint(KEY, FOREIGNER, "E00000001"),
    }
    assert len(others | {one}) == 4


def test_a_reissued_travel_permit_is_still_the_same_person() -> None:
    assert document_fingerprint(KEY, HK_MACAO, "H0000000101") == document_fingerprint(
        KEY, HK_MACAO, "H00000001"
    )
    assert document_fingerprint(KEY, TAIWAN, "0000000102B") == document_fingerprint(
        KEY, TAIWAN, "00000001"
    )


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("42060219900307123X", "420***********123X"),
        ("USA420085061500", "USA********1500"),
        ("E12345678", "E******78"),
        ("00001", "0**01"),
        ("1234", "****"),
        ("", ""),
    ],
)
def test_a_masked_number_hides_the_birth_date_and_most_else(number: str, masked: str) -> None:
    assert mask_number(number) == masked


def test_a_document_does_not_print_its_number() -> None:
    assert "E00000001" not in repr(Document(PASSPORT, "E00000001"))


def test_every_type_has_a_label() -> None:
    assert set(LABELS) == set(DocumentType)
