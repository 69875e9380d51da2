"""What can be asked of an account's credentials."""

from datetime import datetime
from typing import Literal

from shared.domain.decider import Command


class SetPassword(Command):
    """`password_hash` is Argon2id in PHC format."""

    password_hash: str
    why: Literal["registered", "changed", "forgotten", "assisted", "rehashed"]
    at: datetime


class HoldSlots(Command):
    """The whole of the reservations that lead to the account."""

    slots: tuple[str, ...]
    at: datetime


class CloseCredentials(Command):
    at: datetime


CredentialsCommand = SetPassword | HoldSlots | CloseCredentials
