"""Where the files of applications are kept, and how they are shown."""

from fastapi import Response

from shared.casework.state import Attached
from shared.domain.errors import DomainError
from shared.events.personal import readable
from shared.http.files import file_response
from shared.ports.files import FileStore


def prefix_of(context: str, talent_id: str) -> str:
    """All files of a person in a context are under one prefix."""
    return f"{context}/{talent_id}/"


def key_of(context: str, talent_id: str, application_id: str, attachment_id: str) -> str:
    return f"{prefix_of(context, talent_id)}{application_id}/{attachment_id}"


async def shown(files: FileStore, attached: Attached | None) -> Response:
    """A file, to be shown in the browser. Raises DomainError (404) where there is none."""
    if attached is None:
        raise DomainError("attachment-not-found", status=404)
    name, media_type = readable(attached.file_name), attached.media_type
    return await file_response(files, attached.file_key, name, media_type)
