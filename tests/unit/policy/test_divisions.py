"""Places: province, city, county, township."""

import gzip
import json
import runpy
from pathlib import Path

import pytest

from shared.policy.divisions import Divisions
from shared.policy.files import default_folder
from shared.policy.models import PolicyError

PLACES = Divisions.load()
XIANGCHENG = ("42", "4206", "420602")


def test_xiangyang_is_known_down_to_its_townships() -> None:
    assert PLACES.name("42") == "湖北省"
    assert PLACES.name("4206") == "襄阳市"
    assert PLACES.name("420602") == "襄城区"
    assert PLACES.full_name("420602004") == "湖北省襄阳市襄城区檀溪街道"
    assert ("420602100", "欧庙镇") in PLACES.children("420602")


def test_a_municipality_reads_without_its_placeholder() -> None:
    assert PLACES.full_name("110101") == "北京市东城区"


def test_all_provinces_are_there() -> None:
    assert len(PLACES.children()) == 34


def test_a_place_is_valid_with_or_without_its_township() -> None:
    assert PLACES.is_valid(*XIANGCHENG, "420602004")
    assert PLACES.is_valid(*XIANGCHENG)


@pytest.mark.parametrize(
    "place",
    [
        (),
        ("42",),
        ("42", "4206"),
        ("42", "", "420602"),
        ("43", "4206", "420602"),
        ("42", "4206", "420602", "420606001"),
        ("42", "4206", "420699"),
        ("4206", "4206", "420602"),
        ("湖北省", "襄阳市", "襄城区"),
        ("81", "", "", "420602004"),
    ],
)
def test_a_place_that_does_not_exist_is_not_valid(place: tuple[str, ...]) -> None:
    padded = (*place, "", "", "", "")[:4]
    assert not PLACES.is_valid(*padded)


def test_a_province_without_tables_is_valid_by_itself() -> None:
    assert PLACES.is_valid("81")


def test_every_city_has_counties_to_choose_from() -> None:
    for province in PLACES.children():
        for city in PLACES.children(province.code):
            assert PLACES.children(city.code), city.name


def test_an_unknown_code_has_no_name_and_no_children() -> None:
    assert PLACES.name("99") is None
    assert PLACES.full_name("99") == ""
    assert PLACES.children("99") == ()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"no gzip", "not readable as gzip"),
        (gzip.compress(b"{}", mtime=0), "version: Field required"),
        (
            gzip.compress(
                b'{"version":"1","effective_from":"2026-01-01","source":"x",'
                b'"divisions":{"4206":"x"}}',
                mtime=0,
            ),
            "4206 has no parent",
        ),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/divisions.json.gz").write_bytes(content)
    with pytest.raises(PolicyError, match=says) as caught:
        Divisions.load(tmp_path)
    assert "data/divisions.json.gz" in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="the file is missing"):
        Divisions.load(tmp_path)


def test_the_build_script_gives_the_same_bytes_for_the_same_tables(tmp_path: Path) -> None:
    script = runpy.run_path(str(default_folder() / "data/build_divisions.py"))
    tables = {"provinces": "42,湖北省", "cities": "4206,襄阳市", "areas": "420602,襄城区"}
    for name in script["LEVELS"]:
        rows = f"code,name\n{tables.get(name, '420602004,檀溪街道')}\n"
        (tmp_path / f"{name}.csv").write_text(rows, encoding="utf-8")
    first = script["build"](tmp_path, "1", "2026-01-01")
    assert first == script["build"](tmp_path, "1", "2026-01-01")
    divisions = json.loads(gzip.decompress(first))["divisions"]
    assert divisions["420602004"] == "檀溪街道"
    assert divisions["71"] == "台湾省"
