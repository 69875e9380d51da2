"""Where the files of applications are kept, and how they are shown."""

from collections.abc import Iterable

from fastapi import Response

from shared.casework.scanning import Scanning
from shared.casework.state import Attached
from shared.domain.errors import DomainError
from shared.events.personal import readable
from shared.http.archives import Entry, archive
from shared.http.files import file_response
from shared.http.thumbnails import NoThumbnail, thumbnail
from shared.ports.files import FileStore


def prefix_of(context: str, talent_id: str) -> str:
    """All files of a person in a context are under one prefix."""
    return f"{context}/{talent_id}/"


def key_of(context: str, talent_id: str, application_id: str, attachment_id: str) -> str:
    return f"{prefix_of(context, talent_id)}{application_id}/{attachment_id}"


async def shown(files: FileStore, scanning: Scanning, attached: Attached | None) -> Response:
    """A file, to be shown in the browser. Raises DomainError (404) where there is none, and while
    it is not known to be clean."""
    one = await _clean(scanning, attached)
    return await file_response(files, one.file_key, readable(one.file_name), one.media_type)


async def shown_small(files: FileStore, scanning: Scanning, attached: Attached | None) -> Response:
    """Its first page, or the picture, small. Raises DomainError, 422 where that cannot be made."""
    one = await _clean(scanning, attached)
    try:
        picture = await thumbnail(await files.get(one.file_key), one.media_type)
    except FileNotFoundError:
        raise DomainError("attachment-not-found", status=404) from None
    except NoThumbnail:
        raise DomainError("no-thumbnail", status=422) from None
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(picture, media_type="image/jpeg", headers=headers)


async def all_as_one(
    files: FileStore, scanning: Scanning, attached: Iterable[Attached], name: str
) -> Response:
    """The clean files of an application as a ZIP, in a folder a category."""
    there = list(attached)
    verdicts = await scanning.verdicts(one.sha256 for one in there)
    entries = [
        Entry(one.category, readable(one.file_name) or one.category, one.file_key)
        for one in there
        if verdicts[one.sha256] == "clean"
    ]
    return archive(files, entries, name)


async def _clean(scanning: Scanning, attached: Attached | None) -> Attached:
    if attached is None:
        raise DomainError("attachment-not-found", status=404)
    await scanning.require_clean(attached.sha256)
    return attached
