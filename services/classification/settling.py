"""How an application and the talent's own stream hang together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.classification.commands import EndApplication
from services.classification.decider import DECIDER
from services.classification.reactions import outcome_of
from services.classification.state import Application
from services.classification.talent_class.commands import (
    CloseApplication,
    EndClass,
    OpenApplication,
)
from services.classification.talent_class.decider import DECIDER as TALENT_CLASSES
from shared.casework.settling import Ledger
from shared.domain.decider import Decider


def open_in(talent: Any) -> Sequence[str]:
    return () if talent.open is None else (talent.open.application_id,)


def ending(reason: str, at: datetime) -> EndApplication:
    return EndApplication(reason=reason, at=at)


def closing(application_id: str, at: datetime) -> CloseApplication:
    return CloseApplication(application_id=application_id, outcome="ended", at=at)


def end_granted(reason: str, at: datetime) -> EndClass:
    return EndClass(reason=reason, at=at)


@dataclass(frozen=True)
class Reopening:
    """An objection opens its application again in the talent's own stream."""

    decider: Decider[Any, Any, Any] = TALENT_CLASSES

    def command(self, id: str, application: Application, at: datetime) -> OpenApplication:
        started = application.started
        return OpenApplication(application_id=id, kind=started.kind, attempt=started.attempt, at=at)


LEDGER: Final = Ledger(DECIDER, Application, TALENT_CLASSES, outcome_of, open_in, ending, closing)
