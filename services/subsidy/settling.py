"""How an application and the talent's own stream hang together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from services.subsidy.commands import EndApplication
from services.subsidy.decider import DECIDER
from services.subsidy.entitlements.commands import CloseApplication, EndEntitlements
from services.subsidy.entitlements.decider import DECIDER as ENTITLEMENTS
from services.subsidy.reactions import outcome_of
from services.subsidy.state import Application
from shared.casework.settling import Ledger


def open_in(talent: Any) -> Sequence[str]:
    return [opened.application_id for opened in talent.open.values()]


def ending(reason: str, at: datetime) -> EndApplication:
    return EndApplication(reason=reason, at=at)


def closing(application_id: str, at: datetime) -> CloseApplication:
    return CloseApplication(application_id=application_id, outcome="ended", at=at)


def end_granted(reason: str, at: datetime) -> EndEntitlements:
    return EndEntitlements(reason=reason, at=at)


LEDGER: Final = Ledger(DECIDER, Application, ENTITLEMENTS, outcome_of, open_in, ending, closing)
