"""Files that people hand in: what they are by their content, how they are kept and shown.

They arrive as multipart/form-data (RFC 7578): `uploads.py`.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import filetype  # type: ignore[import-untyped]
from fastapi import Response

from shared.domain.errors import DomainError
from shared.policy.classification import AttachmentFilesPolicy
from shared.ports.files import FileStore

_LONGEST_NAME = 120
_EXTENSIONS = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}
_UNSAFE = re.compile(r'[\\/:*?"<>|]')


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that may be kept."""

    name: str
    media_type: str
    sha256: str
    data: bytes


def checked(name: str, data: bytes, policy: AttachmentFilesPolicy) -> KeptFile:
    """An allowed file, told by its content and never by its name. Raises DomainError."""
    if not data:
        raise DomainError("file-empty", status=422)
    if len(data) > policy.max_bytes:
        params = {"megabytes": policy.max_bytes // 2**20}
        raise DomainError("file-too-large", status=413, params=params)
    media_type = filetype.guess_mime(data)
    if media_type not in policy.media_types:
        raise DomainError("file-type-not-allowed", status=415)
    return KeptFile(
        shown_name(name, media_type), media_type, hashlib.sha256(data).hexdigest(), data
    )


def shown_name(name: str, media_type: str) -> str:
    """A name that is safe to show and to save: no path, no control characters, the true ending."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    printable = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    stem = _UNSAFE.sub("_", printable).strip(". ").rpartition(".")
    body = (stem[0] or stem[2])[:_LONGEST_NAME].strip(". ") or "附件"
    return body + _EXTENSIONS.get(media_type, "")


async def file_response(files: FileStore, key: str, name: str | None, media_type: str) -> Response:
    """The file, shown in the browser and able to do nothing there (RFC 6266, RFC 8187). Raises
    DomainError where it is gone."""
    try:
        data = await files.get(key)
    except FileNotFoundError:
        raise DomainError("attachment-not-found", status=404) from None
    shown = quote(name or "attachment", safe="")
    headers = {
        "Content-Disposition": f"inline; filename*=UTF-8''{shown}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(data, media_type=media_type, headers=headers)


FILE: Final[dict[str, Any]] = {
    "response_class": Response,
    "responses": {200: {"description": "The file", "content": {t: {} for t in _EXTENSIONS}}},
}
"""How a route that answers with a file is documented."""
