"""What is sent out of a talent's document library."""

from collections.abc import Mapping

from pydantic import BaseModel

from shared.casework.library import Library
from shared.casework.scanning import Verdict
from shared.events.personal import readable


class UseOut(BaseModel):
    """An application in which a file is; `submitted` once reviewers had it before them."""

    context: str
    application_id: str
    category: str
    added_at: str
    submitted: bool


class DocumentOut(BaseModel):
    """A file, told by its content: the same one handed in twice is one. `scan` is `clean`,
    `waiting` (it cannot be opened yet) or `infected`."""

    sha256: str
    file_name: str | None
    media_type: str
    size: int
    scan: Verdict
    used: tuple[UseOut, ...]


class LibraryOut(BaseModel):
    """The newest file first."""

    documents: tuple[DocumentOut, ...]


def library_out(library: Library, verdicts: Mapping[str, Verdict]) -> LibraryOut:
    found: dict[str, DocumentOut] = {}
    for shelf in library.shelves:
        for one in shelf.files:
            use = UseOut(
                context=shelf.context,
                application_id=shelf.application_id,
                category=one.category,
                added_at=one.added_at,
                submitted=shelf.submitted,
            )
            before = found.pop(one.sha256, None)
            found[one.sha256] = DocumentOut(
                sha256=one.sha256,
                file_name=readable(one.file_name),
                media_type=one.media_type,
                size=one.size,
                scan=verdicts[one.sha256],
                used=(*(() if before is None else before.used), use),
            )
    newest = sorted(found.values(), key=lambda one: one.used[-1].added_at, reverse=True)
    return LibraryOut(documents=tuple(newest))
