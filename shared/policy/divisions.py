"""Administrative divisions of China, province to township, from the statistics bureau's codes."""

import gzip
import zlib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from shared.policy.base import PolicyError, PolicyFile, Text
from shared.policy.files import default_folder, problem_lines

FILE = "data/divisions.json.gz"
# Digits of the codes of a province, a city, a county, a township: each begins with its parent's.
_LENGTHS = (2, 4, 6, 9)


class Division(NamedTuple):
    code: str
    name: str


class _DivisionsFile(PolicyFile):
    source: Text
    divisions: dict[str, str]


class Divisions:
    """Names and children of codes of 2, 4, 6 or 9 digits (42, 4206, 420602, 420602004)."""

    def __init__(self, version: str, effective_from: date, names: Mapping[str, str]) -> None:
        self.version = version
        self.effective_from = effective_from
        self._names = dict(names)
        self._children: dict[str, list[Division]] = {}
        for code in sorted(self._names):
            division = Division(code, self._names[code])
            self._children.setdefault(_parent(code), []).append(division)

    @classmethod
    def load(cls, folder: Path | None = None) -> "Divisions":
        """From the policy folder, once a process; raises `PolicyError`."""
        return _load(folder or default_folder())

    def name(self, code: str) -> str | None:
        return self._names.get(code)

    def full_name(self, code: str) -> str:
        """湖北省襄阳市襄城区檀溪街道; placeholder levels (市辖区 …) are left out, "" if unknown."""
        if code not in self._names:
            return ""
        path = [self._names[code[:n]] for n in _LENGTHS if n <= len(code)]
        return "".join(name for at, name in enumerate(path) if at != 1 or name not in _PLACEHOLDERS)

    def children(self, code: str = "") -> tuple[Division, ...]:
        """What lies directly below, in the order of the codes; below "" are the provinces."""
        return tuple(self._children.get(code, ()))

    def is_valid(self, province: str, city: str = "", county: str = "", township: str = "") -> bool:
        """Whether the codes name one place, each level within the one before.

        A level may be left empty where there is nothing to choose (Hong Kong has no cities here),
        and the township always: not everybody knows theirs.
        """
        above = ""
        for code in (province, city, county):
            if code and not self._is_below(code, above):
                return False
            if not code and self._children.get(above):
                return False
            above = code or _NOWHERE
        return not township or self._is_below(township, above)

    def _is_below(self, code: str, above: str) -> bool:
        return any(one.code == code for one in self._children.get(above, ()))


# What the tables put between a municipality or a province and the counties it holds directly.
_PLACEHOLDERS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
_NOWHERE = "-"


def _parent(code: str) -> str:
    at = _LENGTHS.index(len(code))
    return code[: _LENGTHS[at - 1]] if at else ""


@lru_cache(maxsize=4)
def _load(folder: Path) -> Divisions:
    path = folder / FILE
    try:
        content = _DivisionsFile.model_validate_json(gzip.decompress(path.read_bytes()))
    except FileNotFoundError:
        raise PolicyError([f"{FILE}: the file is missing"]) from None
    except (OSError, EOFError, zlib.error) as error:
        raise PolicyError([f"{FILE}: not readable as gzip: {error}"]) from error
    except ValidationError as error:
        raise PolicyError([f"{FILE}: {line}" for line in problem_lines(error)]) from error
    known = {"", *content.divisions}
    strays = [
        code
        for code in content.divisions
        if len(code) not in _LENGTHS or _parent(code) not in known
    ]
    if strays:
        raise PolicyError([f"{FILE}: divisions: {strays[0]} has no parent in the file"])
    return Divisions(content.version, content.effective_from, content.divisions)
