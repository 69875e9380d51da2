"""Finding a unit as people look for one: by a part of its name, or by its pinyin initials."""

from typing import Final

from pypinyin import Style, lazy_pinyin

_SAME: Final = str.maketrans("（）　", "() ")


def plain(text: str) -> str:
    """Without what people type differently."""
    return "".join(text.translate(_SAME).split()).casefold()


def initials(name: str) -> str:
    """`襄阳汉江` → `xyhj`; what is no Chinese character stays as it is."""
    return "".join(lazy_pinyin(plain(name), style=Style.FIRST_LETTER))


def grams(name: str) -> tuple[str, ...]:
    """What a name can be found by: every one and two signs in a row of it and of its initials."""
    texts = (plain(name), initials(name))
    return tuple(
        sorted({text[i : i + n] for text in texts for n in (1, 2) for i in range(len(text))})
    )


def asked_for(text: str) -> tuple[str, ...]:
    """Which of them a search needs all of."""
    wanted = plain(text)
    if len(wanted) < 2:
        return (wanted,) if wanted else ()
    return tuple(dict.fromkeys(wanted[i : i + 2] for i in range(len(wanted) - 1)))


def matches(name: str, text: str) -> bool:
    """Whether it is a part of the name, or of its initials."""
    wanted = plain(text)
    return wanted in plain(name) or wanted in initials(name)
