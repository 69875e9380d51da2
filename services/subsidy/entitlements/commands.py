"""What is asked of a talent's own stream."""

from datetime import date, datetime
from typing import Literal

from services.subsidy.entitlements.events import Outcome
from shared.domain.decider import Command
from shared.policy.base import TalentClassCode
from shared.policy.classification import RowCode
from shared.policy.subsidy import ChannelCode, SchemeCode


class OpenApplication(Command):
    """§3.4.1. Before the application itself; `granted` is how often the scheme is. `attempt`: of
    one that an objection opens again; None for a new one, which counts on."""

    application_id: str
    scheme: SchemeCode
    window: str | None
    granted: Literal["once", "every-window"]
    attempt: int | None = None
    at: datetime


class CloseApplication(Command):
    """An application is over, and nothing comes of it."""

    application_id: str
    outcome: Outcome
    at: datetime


class Grant(Command):
    """An application was approved."""

    application_id: str
    scheme: SchemeCode
    window: str | None
    channel: ChannelCode
    first_contract: date
    talent_class: TalentClassCode
    row: RowCode
    class_application_id: str
    highest_education: str | None
    full_time: bool | None
    policy_version: str
    at: datetime


class EndEntitlements(Command):
    """Whatever was granted ends."""

    reason: str
    at: datetime


TalentSubsidiesCommand = OpenApplication | CloseApplication | Grant | EndEntitlements
