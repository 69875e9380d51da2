"""Invented people: names of the common kind, documents with right checksums, mobiles of a range
that the demonstration's inbox alone receives."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from stdnum.cn import ric

_SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN: Final = ("明轩", "雨桐", "思远", "佳怡", "浩然", "文静", "志强", "欣怡", "建国", "晓燕")
_WORDS: Final = ("汉江", "隆中", "岘山", "鹿门", "檀溪", "樊城", "卧龙", "米芾")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody new each time."""

    name: str
    document_number: str
    mobile: str
    account_name: str
    password: str = field(repr=False)


def somebody(chance: random.Random) -> Person:
    """A grown-up of Xiangyang."""
    born = date(1980, 1, 1) + timedelta(days=chance.randrange(7_000))
    body = f"420602{born:%Y%m%d}{chance.randrange(1000):03d}"
    number = body + ric.calc_check_digit(body + "0")
    words = "-".join(chance.sample(_WORDS, 3))
    return Person(
        name=chance.choice(_SURNAMES) + chance.choice(_GIVEN),
        document_number=number,
        mobile=f"+86139{chance.randrange(10**8):08d}",
        account_name=f"talent.{chance.randrange(10**8):08d}",
        password=f"{words}-{chance.randrange(10**6):06d}",
    )
