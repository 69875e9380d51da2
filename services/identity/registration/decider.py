"""A registration (or a change of mobile) under way: it ends completed or abandoned, never both.

It is the one place that decides between two who want the same document, mobile or account name:
whoever is overtaken finds `RegistrationAbandoned` here, and can no longer complete.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from services.identity.private_events import (
    REGISTRATION,
    RegistrationAbandoned,
    RegistrationCompleted,
    RegistrationEvent,
    RegistrationStarted,
)
from services.identity.registration.commands import (
    AbandonRegistration,
    BeginRegistration,
    CompleteRegistration,
    RegistrationCommand,
)
from shared.domain.decider import Decider
from shared.domain.errors import DomainError
from shared.events.personal import Erased

OVERTAKEN: Final = "registration-overtaken"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing has happened yet."""


@dataclass(frozen=True, slots=True)
class Started:
    kind: str
    account: str


@dataclass(frozen=True, slots=True)
class Completed:
    kind: str
    account: str
    fact_type: str
    fact: str | Erased
    password_hash: str | Erased | None
    slots: tuple[str, ...]
    policy_version: str | None


@dataclass(frozen=True, slots=True)
class Abandoned:
    """For good."""


Registration = Unknown | Started | Completed | Abandoned


def decide(command: RegistrationCommand, state: Registration) -> Sequence[RegistrationEvent]:
    match command:
        case BeginRegistration(kind=kind, account=account, at=at):
            if isinstance(state, Abandoned):
                raise DomainError(OVERTAKEN)
            started = RegistrationStarted(kind=kind, account=account, started_at=at)
            return [started] if isinstance(state, Unknown) else []
        case CompleteRegistration():
            return _complete(command, state)
        case AbandonRegistration(at=at):
            if isinstance(state, Completed | Abandoned):
                return []
            return [RegistrationAbandoned(abandoned_at=at)]
        case _:
            assert_never(command)


def _complete(command: CompleteRegistration, state: Registration) -> Sequence[RegistrationEvent]:
    match state:
        case Unknown():
            raise DomainError("registration-not-started")
        case Abandoned():
            raise DomainError(OVERTAKEN)
        case Completed():
            return []
        case Started():
            return [
                RegistrationCompleted(
                    fact_type=command.fact_type,
                    fact=command.fact,
                    password_hash=command.password_hash,
                    slots=command.slots,
                    policy_version=command.policy_version,
                    completed_at=command.at,
                )
            ]
        case _:
            assert_never(state)


def evolve(state: Registration, event: RegistrationEvent) -> Registration:
    match event:
        case RegistrationStarted(kind=kind, account=account):
            return Started(kind, account)
        case RegistrationCompleted():
            kind, account = ("", "") if not isinstance(state, Started) else _who(state)
            return Completed(
                kind, account, event.fact_type, event.fact, event.password_hash, event.slots,
                event.policy_version,
            )  # fmt: skip
        case RegistrationAbandoned():
            return Abandoned()
        case _:
            assert_never(event)


def _who(state: Started) -> tuple[str, str]:
    return state.kind, state.account


INITIAL: Final[Registration] = Unknown()
DECIDER: Final = Decider(REGISTRATION, INITIAL, decide, evolve)
