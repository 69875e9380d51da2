"""The bank account: its check digit, its bank, its name, and that it is entered once."""

import pytest

from services.subsidy.accounts.commands import EnterAccount
from services.subsidy.accounts.decider import DECIDER
from services.subsidy.accounts.events import AccountEntered
from services.subsidy.accounts.numbers import bank_of, digits_of, same_name
from shared.policy.loader import load_policies
from shared.testing.scenario import given
from tests.unit.subsidy.payout_cases import APRIL

POLICY = load_policies().subsidy.versions[-1].payouts
GOOD = "6222020200112233446"


def enter(account_id: str = "a1", number: str = GOOD) -> EnterAccount:
    return EnterAccount(
        account_id=account_id, number=number, holder="黎示范", bank="icbc",
        bank_name="中国工商银行", at=APRIL,
    )  # fmt: skip


def entered(account_id: str = "a1", number: str = GOOD) -> AccountEntered:
    return AccountEntered(**enter(account_id, number).model_dump(), ending=number[-4:])


def test_the_same_account_again_is_nothing_new_and_another_takes_its_place() -> None:
    after = given(DECIDER).when(enter()).then(entered())
    after.when(enter("a2")).then_nothing()
    after.when(enter("a2", "6217000000000000004")).then(entered("a2", "6217000000000000004"))


def test_a_number_is_read_as_people_write_it() -> None:
    assert digits_of("6222 0202-0011　2233") == "6222020200112233"
    assert digits_of("６２２２") == "6222"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "account-number-format"),
        ("622202", "account-number-format"),
        ("62220202001122334x1", "account-number-format"),
        ("6222020200112233444", "account-number-check"),
        ("4111111111111111", "account-bank-unknown"),
    ],
)
def test_a_number_that_cannot_be_right_is_refused(number: str, code: str) -> None:
    bank, faults = bank_of(number, POLICY)
    assert bank is None
    assert [(f.pointer, f.code) for f in faults] == [("/number", code)]


def test_a_right_one_names_its_bank() -> None:
    bank, faults = bank_of(GOOD, POLICY)
    assert (bank and bank.code, faults) == ("icbc", [])


@pytest.mark.parametrize(
    ("given_name", "registered", "same"),
    [
        ("黎示范", "黎示范", True),
        (" 黎示范 ", "黎示范", True),
        ("阿卜杜拉·买买提", "阿卜杜拉•买买提", True),
        ("Ｊｏｈｎ　SMITH", "John Smith", True),
        ("黎示", "黎示范", False),
        ("李示范", "黎示范", False),
    ],
)
def test_an_account_is_in_ones_own_name(given_name: str, registered: str, same: bool) -> None:
    assert same_name(given_name, registered) is same
