"""Several files as one ZIP, sent while it is being written."""

import zipfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import StreamingResponse

from shared.ports.files import FileStore

ARCHIVE: Final[dict[str, Any]] = {
    "response_class": Response,
    "responses": {200: {"description": "A ZIP archive", "content": {"application/zip": {}}}},
}
"""How a route that answers with an archive is documented."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file: `folder` and `name` as they are called in the archive, `key` in the file store."""

    folder: str
    name: str
    key: str


def archive(files: FileStore, entries: Sequence[Entry], name: str) -> Response:
    """A download named `<name>.zip`; a file that is gone meanwhile is left out."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}.zip",
        "Cache-Control": "private, no-store",
    }
    written = _written(files, entries)
    return StreamingResponse(written, media_type="application/zip", headers=headers)


async def _written(files: FileStore, entries: Sequence[Entry]) -> AsyncIterator[bytes]:
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as zip:  # type: ignore[call-overload]
        for path, entry in named(entries).items():
            try:
                data = await files.get(entry.key)
            except FileNotFoundError:
                continue
            zip.writestr(path, data)
            yield sink.taken()
    yield sink.taken()


def named(entries: Sequence[Entry]) -> dict[str, Entry]:
    """Each entry by a path that leaves the archive's folder on no system, and is nobody else's."""
    found: dict[str, Entry] = {}
    for entry in entries:
        folder, name = _plain(entry.folder), PurePosixPath(_plain(entry.name))
        path, number = f"{folder}/{name}", 1
        while path in found:
            number += 1
            path = f"{folder}/{name.stem} ({number}){name.suffix}"
        found[path] = entry
    return found


def _plain(name: str) -> str:
    kept = "".join(c for c in name if c.isprintable() and c not in '/\\:*?"<>|')
    return kept.strip(". ")[:100] or "file"


class _Sink:
    """As much of a file as an archive needs that cannot go back; taken piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
