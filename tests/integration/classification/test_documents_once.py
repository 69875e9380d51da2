"""Files: opened once they are known to be clean, handed in once, shown small, fetched as one."""

import contextlib
import io
import zipfile
from typing import Any

import pytest
from PIL import Image

from shared.casework.scanning import ScanKeeper
from shared.ports.errors import EngineUnavailable
from shared.testing.contracts.scanner import EICAR
from shared.testing.scanners import EicarScanner
from tests.integration.classification.conftest import BUREAU, PDF, City

INFECTED = PDF + EICAR


@pytest.fixture(autouse=True)
def scanner(monkeypatch: pytest.MonkeyPatch) -> EicarScanner:
    scanner = EicarScanner()
    monkeypatch.setattr("talent.composition.open_scanner", lambda _url: scanner)
    return scanner


def photograph(note: str) -> bytes:
    """A picture lying on its side, with a note in its metadata."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = note
    data = io.BytesIO()
    Image.new("RGB", (900, 300), "red").save(data, "JPEG", exif=exif)
    return data.getvalue()


def paper() -> bytes:
    """A PDF with one page."""
    data = io.BytesIO()
    Image.new("RGB", (595, 842), "white").save(data, "PDF")
    return data.getvalue()


async def attached(talent: Any, id: str, data: bytes, **more: Any) -> str:
    answer = await talent.upload(id, "other", data, **more)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["attachment_id"])


async def scanned(city: City) -> None:
    """What waited has been tried again."""
    for service in city.platform.services:
        for _, worker in service.workers:
            if isinstance(worker, ScanKeeper):
                await worker.round()


async def started(talent: Any) -> str:
    return str((await talent.does("POST", "/applications", {}))["application_id"])


async def test_an_infected_file_is_refused_and_nothing_is_kept_of_it(city: City) -> None:
    talent = await city.talent()
    id = await started(talent)
    answer = await talent.upload(id, "other", INFECTED)
    assert (answer.status_code, answer.json()["code"]) == (422, "file-infected")
    await city.settled()
    assert (await talent.get(f"/applications/{id}"))["attachments"] == []
    prefix = f"classification/{talent.account}/"
    assert await city.platform.kernel.files.keys(prefix) == []


async def test_a_scanner_that_is_away_delays_and_loses_nothing(
    city: City, scanner: EicarScanner
) -> None:
    talent = await city.talent()
    id = await city.filled(talent)
    scanner.away = True
    clean = await attached(talent, id, PDF + b"%new", name="新.pdf")
    await city.settled()
    there = (await talent.get(f"/applications/{id}"))["attachments"]
    files = {one["attachment_id"]: one for one in there}
    assert files[clean]["scan"] == "waiting"
    here = f"/applications/{id}/attachments/{clean}"
    assert (await talent.refused("GET", here))[:2] == (409, "file-not-scanned-yet")
    assert (await talent.refused("GET", f"{here}/thumbnail"))[1] == "file-not-scanned-yet"
    assert (await city.submit(talent, id)).status_code == 200

    scanner.away = False
    await scanned(city)
    answer = await talent.call("GET", here)
    assert (answer.status_code, answer.content) == (200, PDF + b"%new")


async def test_what_turns_out_to_be_infected_later_is_named_and_never_opened(
    city: City, scanner: EicarScanner
) -> None:
    talent = await city.talent()
    id = await city.filled(talent)
    scanner.away = True
    bad = await attached(talent, id, INFECTED)
    scanner.away = False
    await scanned(city)
    here = f"/applications/{id}/attachments/{bad}"
    assert (await talent.refused("GET", here))[:2] == (422, "file-infected")
    refused = await city.submit(talent, id)
    assert refused.status_code == 422
    assert [e["pointer"] for e in refused.json()["errors"]] == ["/attachments/other"]
    await talent.does("DELETE", here)
    assert (await city.submit(talent, id)).status_code == 200


async def test_files_that_the_scanner_never_takes_hold_nothing_up(
    city: City, scanner: EicarScanner
) -> None:
    talent = await city.talent()
    id = await started(talent)
    scanner.away = True
    for number in range(5):
        await attached(talent, id, PDF + b"%%refused%d" % number)
    fine = await attached(talent, id, PDF + b"%fine")
    scanner.away, scanner.refuses = False, b"%refused"
    for _ in range(3):
        with contextlib.suppress(EngineUnavailable):
            await scanned(city)
    answer = await talent.call("GET", f"/applications/{id}/attachments/{fine}")
    assert answer.status_code == 200


async def test_the_same_file_is_scanned_once(city: City, scanner: EicarScanner) -> None:
    talent = await city.talent()
    id = await started(talent)
    await attached(talent, id, PDF, name="一.pdf")
    await attached(talent, id, PDF, name="二.pdf")
    assert scanner.scanned == 1


async def test_a_thumbnail_is_upright_and_says_nothing_of_where_it_was_taken(city: City) -> None:
    talent = await city.talent()
    id = await started(talent)
    picture = await attached(talent, id, photograph("檀溪路176号"), name="照片.jpg")
    here = f"/applications/{id}/attachments/{picture}/thumbnail"
    answer = await talent.call("GET", here)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    small = Image.open(io.BytesIO(answer.content))
    assert (small.size, len(small.getexif())) == ((160, 480), 0)
    stranger = await city.talent()
    assert (await stranger.refused("GET", here))[0] == 404


async def test_of_a_pdf_the_first_page_is_shown_and_of_a_broken_one_nothing(city: City) -> None:
    talent = await city.talent()
    id = await started(talent)
    whole, broken = await attached(talent, id, paper()), await attached(talent, id, PDF)
    here = f"/applications/{id}/attachments"
    answer = await talent.call("GET", f"{here}/{whole}/thumbnail")
    assert (answer.status_code, Image.open(io.BytesIO(answer.content)).format) == (200, "JPEG")
    assert (await talent.refused("GET", f"{here}/{broken}/thumbnail"))[:2] == (422, "no-thumbnail")


async def test_a_reviewer_fetches_all_files_as_one(city: City, scanner: EicarScanner) -> None:
    talent, bureau = await city.talent(), await city.officer(BUREAU)
    id = await city.filled(talent)
    await attached(talent, id, PDF + b"1", name="../../获奖.pdf")
    await attached(talent, id, PDF + b"2", name="获奖.pdf")
    scanner.away = True
    await attached(talent, id, PDF + b"3", name="未检.pdf")
    assert (await city.submit(talent, id)).status_code == 200
    await city.platform.host.settled()
    answer = await bureau.call("GET", f"/reviews/{id}/attachments.zip")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    others = {name: archive.read(name) for name in archive.namelist() if name.startswith("other/")}
    assert sorted(others.values()) == [PDF + b"1", PDF + b"2"]
    assert not [name for name in others if ".." in name.split("/")]
    assert (await talent.call("GET", f"/reviews/{id}/attachments.zip")).status_code == 403


async def test_a_file_is_handed_in_once_and_the_library_says_where_it_is(city: City) -> None:
    talent, bureau = await city.talent(), await city.officer(BUREAU)
    first = await city.submitted(talent)
    await bureau.does(
        "POST", f"/reviews/{first}/reject", {"words": "材料不符。", "reason": "condition-not-met"}
    )
    await city.settled()
    (document,) = (await talent.get("/documents"))["documents"]
    assert document["scan"] == "clean"
    assert {(use["application_id"], use["submitted"]) for use in document["used"]} == {
        (first, True)
    }

    city.later(minutes=1)
    second = await started(talent)
    again = {"sha256": document["sha256"], "category": "other"}
    path = f"/applications/{second}/attachments/from-library"
    added = await talent.does("POST", path, again)
    file = await talent.call("GET", f"/applications/{second}/attachments/{added['attachment_id']}")
    assert file.content == PDF
    (document,) = (
        await talent.get("/documents", params={"min_version": added["version"]})
    )["documents"]  # fmt: skip
    assert document["used"][-1] | {"added_at": ""} == {
        "context": "classification", "application_id": second, "category": "other",
        "added_at": "", "submitted": False,
    }  # fmt: skip
    await talent.does("DELETE", f"/applications/{second}/attachments/{added['attachment_id']}")
    was = (await bureau.get(f"/reviews/{first}"))["attachments"]
    assert len(was) == len(document["used"]) - 1

    stranger = await city.talent()
    theirs = f"/applications/{await started(stranger)}/attachments/from-library"
    assert (await stranger.refused("POST", theirs, again))[0] == 404
    assert (await stranger.get("/documents"))["documents"] == []


async def test_what_was_deleted_or_erased_is_in_no_library(city: City) -> None:
    talent = await city.talent()
    id = await started(talent)
    file = await attached(talent, id, PDF)
    await city.settled()
    assert len((await talent.get("/documents"))["documents"]) == 1
    await talent.does("DELETE", f"/applications/{id}/attachments/{file}")
    await city.settled()
    assert (await talent.get("/documents"))["documents"] == []
