"""What is asked of a talent's own stream."""

from datetime import date, datetime

from services.classification.deferral.commands import MaterialsCommand
from services.classification.ending.commands import EndingCommand, RestoreClass
from services.classification.events import ApplicationKind, Outcome
from shared.domain.decider import Command
from shared.policy.base import TalentClassCode
from shared.policy.classification import RowCode


class OpenApplication(Command):
    """§3.3.1, §3.3.8. Before the application itself. `attempt`: of one that an objection opens
    again; None for a new one, which counts on."""

    application_id: str
    kind: ApplicationKind
    attempt: int | None = None
    at: datetime


class CloseApplication(Command):
    """An application is over, and no class comes of it."""

    application_id: str
    outcome: Outcome
    at: datetime


class GrantClass(Command):
    """An application was approved; `outstanding` may follow until `last_day`."""

    application_id: str
    talent_class: TalentClassCode
    row: RowCode
    honours: tuple[str, ...]
    region: str
    highest_education: str | None
    full_time: bool | None
    policy_version: str
    outstanding: tuple[str, ...] = ()
    last_day: date | None = None
    at: datetime


class EndClass(Command):
    """The class in force ends before another takes its place; `reference` names what ended it, by
    which it can be given back."""

    reason: str
    reference: str | None = None
    at: datetime


TalentClassCommand = (
    OpenApplication
    | CloseApplication
    | GrantClass
    | EndClass
    | RestoreClass
    | EndingCommand
    | MaterialsCommand
)
