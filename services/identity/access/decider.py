"""Revoked access: a stream a session, and one an account, so that none grows with use."""

from collections.abc import Sequence
from typing import Final

from services.identity.access.commands import RevokeAccess
from services.identity.events import ACCESS, AccessRevoked
from shared.domain.decider import Decider

Revoked = tuple[AccessRevoked, ...]


def decide(command: RevokeAccess, state: Revoked) -> Sequence[AccessRevoked]:
    """A later revocation of the same account counts again; one of the same session does not."""
    last = state[-1] if state else None
    if last is not None and (
        command.session_id is not None or last.not_before >= command.not_before
    ):
        return []
    return [
        AccessRevoked(
            account_id=command.account_id,
            session_id=command.session_id,
            not_before=command.not_before,
        )
    ]


def evolve(state: Revoked, event: AccessRevoked) -> Revoked:
    return (event,)


INITIAL: Final[Revoked] = ()
DECIDER: Final = Decider(ACCESS, INITIAL, decide, evolve)
