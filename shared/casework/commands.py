"""What can be asked of any application."""

from datetime import datetime

from shared.domain.decider import Command
from shared.domain.review.reviewer import Party


class AddAttachment(Command):
    """Manual §3.3.4, §3.4.4. The file is stored under `file_key` already, scanned, and of an
    allowed type; `size` in bytes, `sha256` in hex."""

    attachment_id: str
    category: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    file_key: str
    at: datetime


class RemoveAttachment(Command):
    attachment_id: str
    at: datetime


class ReplaceMobile(Command):
    """§3.6. The account's number changed; both in E.164."""

    previous: str
    mobile: str
    at: datetime


class WithdrawApplication(Command):
    by: Party
    at: datetime


class EndApplication(Command):
    reason: str
    at: datetime


class AddNote(Command):
    """Something for colleagues; the talent never sees it."""

    by: Party
    words: str
    at: datetime
