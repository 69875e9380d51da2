"""How an application and the talent's own stream hang together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.subsidy.books import Books
from services.subsidy.commands import EndApplication
from services.subsidy.decider import DECIDER
from services.subsidy.editing import scheme_of
from services.subsidy.entitlements.commands import (
    CloseApplication,
    EndEntitlements,
    OpenApplication,
)
from services.subsidy.entitlements.decider import DECIDER as ENTITLEMENTS
from services.subsidy.reactions import outcome_of
from services.subsidy.state import Application
from shared.casework.settling import Ledger
from shared.domain.decider import Decider


def open_in(talent: Any) -> Sequence[str]:
    return [opened.application_id for opened in talent.open.values()]


def ending(reason: str, at: datetime) -> EndApplication:
    return EndApplication(reason=reason, at=at)


def closing(application_id: str, at: datetime) -> CloseApplication:
    return CloseApplication(application_id=application_id, outcome="ended", at=at)


def end_granted(reason: str, at: datetime) -> EndEntitlements:
    return EndEntitlements(reason=reason, at=at)


@dataclass(frozen=True)
class Reopening:
    """An objection opens its application again in the talent's own stream."""

    books: Books
    decider: Decider[Any, Any, Any] = ENTITLEMENTS

    def command(self, id: str, application: Application, at: datetime) -> OpenApplication:
        started = application.started
        scheme = scheme_of(application, self.books.of(application, at))
        return OpenApplication(
            application_id=id, scheme=started.scheme, window=started.window,
            granted=scheme.granted, attempt=started.attempt, at=at,
        )  # fmt: skip


LEDGER: Final = Ledger(DECIDER, Application, ENTITLEMENTS, outcome_of, open_in, ending, closing)
