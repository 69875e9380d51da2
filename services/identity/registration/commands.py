"""What can be asked of a registration under way."""

from datetime import datetime

from shared.domain.decider import Command


class BeginRegistration(Command):
    kind: str
    account: str
    at: datetime


class CompleteRegistration(Command):
    """`fact` is the public event in JSON; see `RegistrationCompleted`."""

    fact_type: str
    fact: str
    password_hash: str | None
    slots: tuple[str, ...]
    policy_version: str | None
    at: datetime


class AbandonRegistration(Command):
    at: datetime


RegistrationCommand = BeginRegistration | CompleteRegistration | AbandonRegistration
