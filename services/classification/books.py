"""The rules by date, and by the version that a case has pinned."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.classification.rulebook import Rulebook
from services.classification.state import Application
from shared.casework.daily_forms import ReasonOut
from shared.domain.addresses import Places
from shared.domain.calendar import WorkingCalendar, shanghai_date
from shared.policy.classification import ClassificationPolicy
from shared.policy.identity import IdDocumentPolicy
from shared.policy.models import Policies
from shared.ports.clock import Clock


@dataclass(frozen=True)
class Books:
    """All versions of the policy data."""

    policies: Policies
    places: Places

    def at(self, now: datetime) -> Rulebook:
        """What is in force; raises NoPolicyInForce before the first version."""
        return self._book(self.policies.classification.at(shanghai_date(now)))

    def pinned(self, version: str) -> Rulebook:
        """What a case recorded; raises NoPolicyInForce if it is gone."""
        return self._book(self.policies.classification.pinned(version))

    def of(self, application: Application, now: datetime) -> Rulebook:
        """What counts for an application: the present rules, until submission pins them."""
        submitted = application.submitted
        return self.at(now) if submitted is None else self.pinned(submitted.policy_version)

    def reasons_now(self, clock: Clock) -> Callable[[], tuple[ReasonOut, ...]]:
        """The reasons for rejecting as they are at the time of asking."""
        return lambda: tuple(
            ReasonOut(**one.model_dump()) for one in self.at(clock.now()).policy.reject_reasons
        )

    def document(self, code: str, now: datetime) -> IdDocumentPolicy | None:
        """What a kind of identity document makes the profile ask for."""
        return self.policies.identity.at(shanghai_date(now)).document(code)

    def _book(self, policy: ClassificationPolicy) -> Rulebook:
        days = self.policies.calendar
        calendar = WorkingCalendar(days.holidays, days.workdays)
        return Rulebook(policy, self.policies.codes, self.places, calendar)
