"""What is sent out of a talent's document library."""

from collections.abc import Mapping, Sequence

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
    `waiting` (it cannot be opened yet), `infected`, or None where only the context that has the
    file can know."""

    sha256: str
    file_name: str | None
    media_type: str
    size: int
    scan: Verdict | None
    used: tuple[UseOut, ...]


class LibraryOut(BaseModel):
    """The newest file first."""

    documents: tuple[DocumentOut, ...]


def library_out(context: str, library: Library, verdicts: Mapping[str, Verdict]) -> LibraryOut:
    """`verdicts` are those that the context itself knows."""
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
            used = (*(() if before is None else before.used), use)
            found[one.sha256] = DocumentOut(
                sha256=one.sha256,
                file_name=readable(one.file_name),
                media_type=one.media_type,
                size=one.size,
                scan=_scan(context, used, verdicts[one.sha256]),
                used=used,
            )
    newest = sorted(found.values(), key=lambda one: one.used[-1].added_at, reverse=True)
    return LibraryOut(documents=tuple(newest))


def _scan(context: str, used: Sequence[UseOut], verdict: Verdict) -> Verdict | None:
    known = verdict != "waiting" or any(use.context == context for use in used)
    return verdict if known else None
