"""The talent's own stream's part of what subsidy publishes; others import it from
`subsidy.events`."""

from datetime import date, datetime
from typing import Final, Literal

from shared.domain.decider import Category
from shared.events.model import Event
from shared.policy.base import TalentClassCode
from shared.policy.classification import RowCode
from shared.policy.subsidy import ChannelCode, SchemeCode

TALENT_SUBSIDIES: Final = Category("talentSubsidies", "subsidy")

Outcome = Literal["approved", "rejected", "withdrawn", "ended"]


class ApplicationOpened(Event, type="subsidy.application-opened.v1"):
    """The talent's one open application of a scheme. Written before the application itself."""

    application_id: str
    scheme: SchemeCode
    window: str | None
    attempt: int
    at: datetime


class ApplicationClosed(Event, type="subsidy.application-closed.v1"):
    """The open application of a scheme is over; another may be started."""

    application_id: str
    scheme: SchemeCode
    outcome: Outcome
    at: datetime


class EntitlementGranted(Event, type="subsidy.entitlement-granted.v1"):
    """The talent is to receive the allowance: for good, or for the window."""

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


class EntitlementEnded(Event, type="subsidy.entitlement-ended.v1"):
    """Nothing more comes of it: `reason` is `class-ended`, `talent-reclaimed` or
    `talent-erased`."""

    application_id: str
    scheme: SchemeCode
    reason: str
    at: datetime


TalentSubsidiesEvent = ApplicationOpened | ApplicationClosed | EntitlementGranted | EntitlementEnded
