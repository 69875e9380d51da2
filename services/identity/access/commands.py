"""What can be asked about issued access."""

from datetime import datetime

from shared.domain.decider import Command


class RevokeAccess(Command):
    """Void a session's tokens, or (`session_id` None) all that an account got before an instant."""

    account_id: str
    session_id: str | None
    not_before: datetime
