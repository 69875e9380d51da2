"""Mobiles, names, organisations, and how their faults are collected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from services.identity.rules.faults import Faults, Invalid
from services.identity.rules.mobiles import parse_mobile
from services.identity.rules.names import account_key, parse_account_name, parse_real_name
from services.identity.rules.organisations import parse_organisation_name, parse_uscc
from shared.domain.errors import DomainError
from shared.domain.masking import mask_mobile

USCC = "91420600000000000" + uscc.calc_check_digit("91420600000000000")


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("13800000000", "+8613800000000"),
        (" 138 0000 0000 ", "+8613800000000"),
        ("１３８００００００００", "+8613800000000"),
        ("+86 138-0000-0000", "+8613800000000"),
        ("008613800000000", "+8613800000000"),
        ("+85251234567", "+85251234567"),
        ("+12015550123", "+12015550123"),
    ],
)
def test_a_mobile_is_taken_in_e164(text: str, e164: str) -> None:
    assert parse_mobile(text) == e164


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "mobile-format"),
        ("not a number", "mobile-format"),
        ("1380000000", "mobile-format"),
        ("138000000000", "mobile-format"),
        ("1" * 300, "mobile-format"),
        ("13800000000 ext. 5", "mobile-format"),
        ("0710-3600000", "mobile-not-mobile"),
        ("400-810-0000", "mobile-not-mobile"),
    ],
)
def test_what_cannot_receive_a_code_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_mobile(text)
    assert caught.value.code == code


@given(st.text(max_size=50))
def test_whatever_is_typed_as_a_mobile_is_taken_or_refused(text: str) -> None:
    try:
        mobile = parse_mobile(text)
    except Invalid:
        return
    assert parse_mobile(mobile) == mobile


@pytest.mark.parametrize(
    ("e164", "masked"),
    [
        ("+8613800000000", "138****0000"),
        ("+85251234567", "+852****4567"),
        ("+123", "****"),
    ],
)
def test_a_masked_mobile_shows_its_ends(e164: str, masked: str) -> None:
    assert mask_mobile(e164) == masked


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("张示例", "张示例"),
        (" 张 示例\u3000", "张示例"),
        ("阿卜杜拉•示例", "阿卜杜拉·示例"),
        ("阿卜杜拉 ・ 示例", "阿卜杜拉·示例"),
        ("\U00020bb7示例", "\U00020bb7示例"),
        ("\U0002ebf0示例", "\U0002ebf0示例"),
        ("〇示例", "〇示例"),
        ("Anna  O’Example-Smith, Jr.", "Anna O'Example-Smith, Jr."),
        ("Ｂøｒｇｅ Müller", "Børge Müller"),
    ],
)
def test_a_real_name_is_taken_in_one_form(text: str, name: str) -> None:
    assert parse_real_name(text) == name
    assert parse_real_name(name) == name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "name-characters"),
        ("张", "name-length"),
        ("示" * 61, "name-length"),
        ("A", "name-length"),
        ("a" * 61, "name-length"),
        ("张示例1", "name-characters"),
        ("·张示例", "name-characters"),
        ("张示例Anna", "name-characters"),
        ("张\x00示例", "name-characters"),
        ("张\u202e示例", "name-characters"),
        ("张\ue000", "name-characters"),
        ("Anna <b>", "name-characters"),
        ("--", "name-characters"),
        ("Аnna", "name-characters"),
    ],
)
def test_what_no_document_prints_is_no_name(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_real_name(text)
    assert caught.value.code == code


@given(st.text(max_size=70))
def test_a_taken_name_is_already_in_its_one_form(text: str) -> None:
    try:
        name = parse_real_name(text)
    except Invalid:
        return
    assert parse_real_name(name) == name
    assert 2 <= len(name) <= 60


@pytest.mark.parametrize("name", ["Example", "zhang.san", "li_4-", "4example", "a" * 32, "hh001"])
def test_an_account_name_is_taken_as_it_is_written(name: str) -> None:
    assert parse_account_name(f" {name}\n") == name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("abc", "account-format"),
        ("a" * 33, "account-format"),
        ("zhang san", "account-format"),
        ("张示例账号", "account-format"),
        ("_example", "account-format"),
        ("a@example.com", "account-format"),
        ("12345", "account-looks-like-number"),
        ("13800000000", "account-looks-like-number"),
        ("138-0000-0000", "account-looks-like-number"),
        ("42060219900307123X", "account-looks-like-number"),
        ("420602.19900307.123x", "account-looks-like-number"),
        ("H00000001", "account-looks-like-number"),
        ("E00000001", "account-looks-like-number"),
        ("EA0000001", "account-looks-like-number"),
        ("USA420085061500", "account-looks-like-number"),
    ],
)
def test_an_account_name_that_is_personal_or_hard_to_type_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_account_name(text)
    assert caught.value.code == code


def test_account_names_that_differ_in_case_or_width_are_one() -> None:
    assert account_key(" Example ") == account_key("ｅＸＡＭＰＬＥ") == "example"


def test_a_credit_code_is_taken_without_blanks_and_in_capitals() -> None:
    assert parse_uscc("91110000600037341L") == "91110000600037341L"
    assert parse_uscc(" 9111 0000 6000 37341ｌ ") == "91110000600037341L"
    assert parse_uscc(USCC) == USCC


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "uscc-format"),
        ("9111000060003734", "uscc-format"),
        ("91110000600037341I", "uscc-format"),
        ("A1110000600037341L", "uscc-format"),
        ("91110000600037342L", "uscc-checksum"),
        ("９".join("示" * 9), "uscc-format"),
    ],
)
def test_a_wrong_credit_code_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_uscc(text)
    assert caught.value.code == code


@given(st.text(max_size=30))
def test_whatever_is_typed_as_a_credit_code_is_taken_or_refused(text: str) -> None:
    try:
        code = parse_uscc(text)
    except Invalid:
        return
    assert parse_uscc(code) == code


def test_an_organisation_is_named_as_its_licence_prints_it() -> None:
    assert parse_organisation_name(" 襄阳示例科技有限公司（普通合伙） ") == (
        "襄阳示例科技有限公司（普通合伙）"
    )
    for text, code in (("示", "length"), ("示" * 101, "length"), ("示例\x07公司", "characters")):
        with pytest.raises(Invalid) as caught:
            parse_organisation_name(text)
        assert caught.value.code == f"organisation-name-{code}"


def test_every_field_at_fault_is_named_at_once() -> None:
    faults = Faults()
    with faults.at("/name"):
        parse_real_name("张")
    with faults.at("/mobile"):
        assert parse_mobile("13800000000")
    with faults.at("/account"):
        parse_account_name("12345")
    faults.add("/captcha/answer", "captcha-wrong", "验证码有误或已失效。")
    with pytest.raises(DomainError) as caught:
        faults.raise_if_any()
    assert (caught.value.code, caught.value.status) == ("invalid-fields", 422)
    assert [(field.pointer, field.code) for field in caught.value.fields] == [
        ("/name", "name-length"),
        ("/account", "account-looks-like-number"),
        ("/captcha/answer", "captcha-wrong"),
    ]
    assert caught.value.fields == faults.fields


def test_a_form_without_fault_raises_nothing() -> None:
    Faults().raise_if_any()


def test_other_errors_are_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError), Faults().at("/name"):
        raise ZeroDivisionError
