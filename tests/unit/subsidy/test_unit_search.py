"""Units are found by a part of the name, or by pinyin initials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.subsidy.people.searching import asked_for, grams, initials, matches

NAME = "襄阳汉江新材料有限公司（ABC）"
names = st.text("襄阳汉江樊城ABc ()（）新材料", min_size=1, max_size=12)


def test_initials_are_those_of_pinyin() -> None:
    assert initials(NAME) == "xyhjxclyxgs(abc)"


@pytest.mark.parametrize(
    "text", ["", "汉江", "江新材", "xyhj", "HJXC", "(abc)", "（ABC）", "襄 阳"]
)
def test_what_is_found(text: str) -> None:
    assert matches(NAME, text)
    assert set(asked_for(text)) <= set(grams(NAME))


@pytest.mark.parametrize("text", ["樊城", "xyfc", "江汉", "襄阳新材"])
def test_what_is_not(text: str) -> None:
    assert not matches(NAME, text)


@given(names, st.integers(0, 11), st.integers(1, 12))
def test_every_part_of_a_name_finds_it(name: str, start: int, length: int) -> None:
    part = name[start : start + length]
    assert matches(name, part)
    assert set(asked_for(part)) <= set(grams(name))
