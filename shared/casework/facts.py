"""What happens to the files of an application. A context subclasses each, as the engine's facts."""

from datetime import datetime

from shared.domain.review.reviewer import Party
from shared.events.model import Event
from shared.events.personal import Personal


class AttachmentAdded(Event):
    """`size` in bytes, `sha256` in hex, `file_key` in the file store."""

    attachment_id: str
    category: str
    file_name: Personal[str]
    media_type: str
    size: int
    sha256: str
    file_key: str
    at: datetime


class AttachmentRemoved(Event):
    """`submitted`: reviewers had it before them, so the file is kept."""

    attachment_id: str
    file_key: str
    submitted: bool = False
    at: datetime


class NoteAdded(Event):
    """A reviewer wrote something down for colleagues; the talent never sees it."""

    by: Party
    words: Personal[str]
    at: datetime
