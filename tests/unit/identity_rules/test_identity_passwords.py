import asyncio
import threading
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zxcvbn import matching, zxcvbn

from services.identity.passwords import OWASP, Argon2Cost, PasswordVault
from services.identity.rules import passwords as rules
from services.identity.rules.faults import Invalid
from shared.policy.models import PasswordPolicy
from shared.ports.errors import EngineUnavailable

CHEAP = Argon2Cost(memory_kib=8, passes=1, lanes=1)
POLICY = PasswordPolicy(
    min_length=8, max_length=128, min_score=3, max_failures=5, lock_seconds=900,
    max_failures_per_hour=30, known_address_days=90, source="illustrative",
)  # fmt: skip
GOOD = "汉江边的 willow 与 teapot"


def check_password(password: str, own_words: Sequence[str] = ()) -> str:
    return rules.check_password(password, POLICY, own_words)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "kettle-marble-otter",
        "汉江边的柳树很绿啊",
        "x7Qp!r2Lw9",
        "kettle marble otter " * 6,
    ],
)
def test_a_long_password_needs_no_special_characters(password: str) -> None:
    assert check_password(password) == password


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password-short"),
        ("x7Qp!r2", "password-short"),
        ("x7Qp!r2Lw9" * 13, "password-long"),
        ("kettle\x00marble-otter", "password-characters"),
        ("password", "password-weak"),
        ("P@ssw0rd", "password-weak"),
        ("qwertyuiop", "password-weak"),
        ("aaaaaaaaaaaa", "password-weak"),
        ("19900307", "password-weak"),
        ("a" * 128, "password-weak"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(password: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_password(password)
    assert caught.value.code == code
    assert caught.value.message.endswith("。")


def test_what_is_known_of_the_person_makes_a_bad_password() -> None:
    assert check_password("Grobelnik7391")
    with pytest.raises(Invalid) as caught:
        check_password("Grobelnik7391", ["grobelnik7391"])
    assert "账号或手机号码" in caught.value.message
    for own_mobile in ("13900017391", "+8613900017391", "13900017391a"):
        with pytest.raises(Invalid):
            check_password(own_mobile, ["+8613900017391"])


def test_nothing_of_the_person_stays_in_the_library() -> None:
    check_password(GOOD, ["张示例", "example-account"])
    assert matching.RANKED_DICTIONARIES["user_inputs"] == {}


def test_a_password_is_the_same_however_its_characters_are_encoded() -> None:
    assert check_password("ｋｅｔｔｌｅ－marble-otter") == "kettle-marble-otter"


def test_a_password_made_to_be_slow_is_judged_by_its_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged: list[str] = []

    def watched(password: str, user_inputs: list[str]) -> object:
        judged.append(password)
        return zxcvbn(password, user_inputs=user_inputs)

    monkeypatch.setattr(rules, "zxcvbn", watched)
    check_password("4@8({[<369!1|70$5+%2" * 6)
    check_password("kettle marble otter " * 6)
    assert [len(password) for password in judged] == [24, 72]


@given(st.text(max_size=140))
@settings(deadline=None, max_examples=50)
def test_whatever_is_typed_as_a_password_is_taken_or_refused(text: str) -> None:
    try:
        password = check_password(text, ["example"])
    except Invalid:
        return
    assert 8 <= len(password) <= 128


async def test_the_right_password_is_verified_and_no_other() -> None:
    vault = PasswordVault(CHEAP)
    stored = await vault.hash(GOOD)
    assert GOOD not in stored
    assert stored.startswith("$argon2id$")
    assert stored != await vault.hash(GOOD)
    assert await vault.verify(stored, GOOD)
    assert not await vault.verify(stored, GOOD + " ")
    vault.close()


async def test_the_same_password_in_another_encoding_is_verified() -> None:
    vault = PasswordVault(CHEAP)
    assert await vault.verify(await vault.hash("café-kettle"), "cafe\u0301-kettle")
    vault.close()


async def test_an_unknown_account_costs_the_work_of_a_known_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vault = PasswordVault(CHEAP)
    compared: list[str] = []
    real = vault._matches

    def watched(stored: str, password: str) -> bool:
        compared.append(stored)
        return real(stored, password)

    monkeypatch.setattr(vault, "_matches", watched)
    assert not await vault.verify(None, GOOD)
    (dummy,) = compared
    assert dummy.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    vault.close()


async def test_a_damaged_hash_verifies_nothing() -> None:
    vault = PasswordVault(CHEAP)
    assert not await vault.verify("not a hash", GOOD)
    vault.close()


async def test_a_hash_of_another_cost_is_verified_and_asks_to_be_made_anew() -> None:
    old, new = PasswordVault(CHEAP), PasswordVault(OWASP)
    stored = await old.hash(GOOD)
    assert await new.verify(stored, GOOD)
    assert new.needs_rehash(stored)
    assert not new.needs_rehash(await new.hash(GOOD))
    assert "m=19456,t=2,p=1" in await new.hash(GOOD)
    old.close()
    new.close()


async def test_a_crowd_is_turned_away_and_the_vault_recovers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vault = PasswordVault(CHEAP, threads=1, most_waiting=1)
    stored = await vault.hash(GOOD)
    gate = threading.Event()
    real = vault._matches
    monkeypatch.setattr(vault, "_matches", lambda s, p: gate.wait(10) and real(s, p))
    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(vault.verify(stored, GOOD)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(EngineUnavailable):
            await vault.verify(stored, GOOD)
        gate.set()
    assert [task.result() for task in waiting] == [True, True]
    assert await vault.verify(stored, GOOD)
    vault.close()
